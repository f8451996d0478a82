package dev.satchel.server.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.RefusedException;
import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.EngineContract;
import dev.satchel.core.workload.JobForm;
import dev.satchel.core.workload.Launch;
import dev.satchel.core.workload.RecordingLogSink;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Secret files, in each isolation that can give them. */
final class SecretFilesTest {
  @TempDir private Path data;
  @TempDir private Path directory;
  private @Nullable ProcessEngine opened; // Null before a test opens it.
  private int number;

  @AfterEach
  void removeAll() {
    engine().known().forEach(engine()::remove);
    engine().close();
  }

  private ProcessEngine engine() {
    return Objects.requireNonNull(opened);
  }

  private interface Body {
    void run() throws Exception;
  }

  private Stream<DynamicTest> each(Body body) {
    return Stream.of(new Bubblewrap(), new Unshare())
        .map(
            isolation ->
                DynamicTest.dynamicTest(
                    isolation.name(),
                    () -> {
                      Needs.isolation(isolation, data);
                      List<Path> tmpfs = SecretDirectory.candidates(null);
                      opened =
                          new ProcessEngine(
                              Installations.unique("secret-files"),
                              data,
                              Set.of(),
                              tmpfs,
                              IsolationChoice.of(isolation),
                              1 << 24);
                      body.run();
                      removeAll();
                    }));
  }

  private AttemptId start(boolean own, Map<String, byte[]> files, String script) {
    AttemptId attempt = new AttemptId("files", ++number);
    JobForm form =
        new JobForm(
            List.of("sh", "-c", script), own ? null : directory, true, Set.of(), files.keySet());
    Launch launch = EngineContract.launch(attempt, form, Map.of(), files);
    engine().start(launch);
    return attempt;
  }

  private byte[] outputOf(AttemptId attempt) {
    RecordingLogSink sink = new RecordingLogSink();
    engine().follow(attempt, sink);
    return sink.whole();
  }

  private String textOf(AttemptId attempt) {
    return new String(outputOf(attempt), StandardCharsets.UTF_8);
  }

  @TestFactory
  Stream<DynamicTest> filesArriveByteForByteAndMayOnlyBeRead() {
    byte[] random = new byte[200_000];
    new Random(11).nextBytes(random);
    return each(
        () -> {
          for (boolean own : new boolean[] {true, false}) {
            for (String location : List.of("key.bin", "deep/er/key.bin", "/run/secrets/a/key")) {
              Map<String, byte[]> files = Map.of(location, random);
              assertThat(outputOf(start(own, files, "cat '" + location + "'"))).isEqualTo(random);
              assertThat(textOf(start(own, files, "stat -c '%a %u' '" + location + "'")))
                  .isEqualTo("400 " + Machine.userId() + "\n");
              assertThat(
                      textOf(
                          start(
                              own,
                              files,
                              "f='"
                                  + location
                                  + "'; (echo x >$f; rm -f $f; chmod 600 $f) 2>/dev/null;"
                                  + " cmp $f $f && stat -c %a $f")))
                  .isEqualTo("400\n");
            }
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> theHostSeesOnlyAnEmptyFileWhichIsRemovedAgain() {
    return each(
        () -> {
          Map<String, byte[]> files = Map.of("sub/key", new byte[] {1, 2, 3});
          AttemptId one = start(false, files, "sleep 60");
          AttemptId two = start(false, files, "sleep 60");
          assertThat(directory.resolve("sub/key")).isEmptyFile();
          engine().remove(one);
          assertThat(directory.resolve("sub/key")).exists();
          engine().remove(two);
          assertThat(directory).isEmptyDirectory();
        });
  }

  @TestFactory
  Stream<DynamicTest> whatIsThereAlreadyIsNeverHiddenOrRemoved() {
    return each(
        () -> {
          Files.writeString(directory.resolve("taken"), "mine");
          Files.createSymbolicLink(directory.resolve("out"), data);
          assertObjects("taken");
          assertObjects("out/key");
          assertObjects("../key");
          Path empty = Files.createFile(directory.resolve("empty"));
          engine().remove(start(false, Map.of("empty", new byte[] {1}), "true"));
          assertThat(empty).exists();
          Files.delete(directory.resolve("taken"));
          Files.delete(directory.resolve("out"));
          Files.delete(empty);
        });
  }

  @TestFactory
  Stream<DynamicTest> aJobThatLeadsItsMountPointElsewhereHasNothingDeletedThere() {
    return each(
        () -> {
          Path victim = Files.createDirectories(data.resolve("victim"));
          Files.createFile(victim.resolve("key"));
          Files.createDirectories(victim.resolve("deep"));
          Map<String, byte[]> files =
              Map.of("sub/key", new byte[] {1}, "sub2/deep/key", new byte[1]);
          AttemptId own = start(true, files, "sleep 60");
          lead(ControlDirectory.of(data.resolve("attempts"), own).work(), victim);
          engine().remove(own);
          AttemptId callers = start(false, files, "sleep 60");
          lead(directory, victim);
          engine().remove(callers);
          assertThat(victim.resolve("key")).exists();
          assertThat(victim.resolve("deep")).exists();
          Deletion.ofTree(directory.resolve("x"));
          Files.delete(directory.resolve("sub"));
          Deletion.ofTree(directory.resolve("y"));
          Files.delete(directory.resolve("sub2"));
          Deletion.ofTree(victim);
        });
  }

  private static void lead(Path work, Path victim) throws IOException {
    Files.move(work.resolve("sub"), work.resolve("x"));
    Files.createSymbolicLink(work.resolve("sub"), victim);
    Files.move(work.resolve("sub2"), work.resolve("y"));
    Files.createSymbolicLink(work.resolve("sub2"), victim);
  }

  private void assertObjects(String location) {
    JobForm form = new JobForm(List.of("true"), directory, true, Set.of(), Set.of(location));
    assertThat(engine().objections(form)).hasSize(1);
    assertThatThrownBy(() -> start(false, Map.of(location, new byte[1]), "true"))
        .isInstanceOf(RefusedException.class);
  }

  @TestFactory
  Stream<DynamicTest> theBytesAreGoneOnceTheJobHasEnded() {
    return each(
        () -> {
          AttemptId attempt =
              start(
                  true, Map.of("key", "sentinel-771".getBytes(StandardCharsets.UTF_8)), "cat key");
          assertThat(textOf(attempt)).isEqualTo("sentinel-771");
          assertThat(leftFiles()).allMatch(path -> !path.toString().contains("/files/"));
          engine().remove(attempt);
          assertThat(leftFiles()).isEmpty();
        });
  }

  private static List<Path> leftFiles() throws IOException {
    Path root =
        new SecretDirectory(Installations.unique("secret-files"), SecretDirectory.candidates(null))
            .root();
    return root == null
        ? List.of()
        : ProcessEngineContract.filesBelow(root.resolve(Installations.unique("secret-files")));
  }

  @TestFactory
  Stream<DynamicTest> whatLiesOnTmpfsIsForThisUserAlone() {
    return each(
        () -> {
          start(true, Map.of("key", new byte[] {1}), "sleep 60");
          for (Path file : leftFiles()) {
            Path directory = Objects.requireNonNull(file.getParent());
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                .isEqualTo("rwx------");
          }
        });
  }
}
