package dev.satchel.server.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.RefusedException;
import dev.satchel.core.volume.VolumeData;
import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.JobForm;
import dev.satchel.core.workload.Launch;
import dev.satchel.core.workload.Mount;
import dev.satchel.core.workload.RecordingLogSink;
import dev.satchel.server.disk.DiskVolumes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Volumes at their real places in the view of a job, and nowhere else. */
final class VolumeMountTest {
  @TempDir private Path data;
  @TempDir private Path outside;
  private final List<ProcessEngine> engines = new ArrayList<>();
  private int number;

  @AfterEach
  void removeAll() {
    for (ProcessEngine engine : engines) {
      engine.known().forEach(engine::remove);
      engine.close();
    }
    engines.clear();
  }

  private record Kind(Isolation isolation, boolean trusted) {
    @Override
    public String toString() {
      return isolation.name() + (trusted ? ", trusted" : ", not trusted");
    }
  }

  private interface Body {
    void run(ProcessEngine engine, Kind kind) throws Exception;
  }

  private Stream<DynamicTest> each(Body body) {
    return Stream.of(
            new Kind(new Bubblewrap(), true),
            new Kind(new Bubblewrap(), false),
            new Kind(new Unshare(), true))
        .map(
            kind ->
                DynamicTest.dynamicTest(
                    kind.toString(),
                    () -> {
                      Needs.isolation(kind.isolation, data);
                      body.run(engine(kind.isolation), kind);
                      removeAll();
                    }));
  }

  private ProcessEngine engine(Isolation isolation) {
    ProcessEngine engine =
        new ProcessEngine(
            Installations.unique("volumes"),
            data,
            Set.of(),
            SecretDirectory.candidates(null),
            IsolationChoice.of(isolation),
            1 << 24);
    engines.add(engine);
    return engine;
  }

  private DiskVolumes volumes() {
    return new DiskVolumes(data.resolve("volumes"), () -> "m1");
  }

  private static JobForm form(boolean trusted, String script, List<Mount> mounts) {
    return new JobForm(
        List.of("sh", "-c", script),
        null,
        null,
        trusted,
        Set.of(),
        Set.of(),
        mounts.stream().map(Mount::path).toList());
  }

  private AttemptId start(ProcessEngine engine, Kind kind, String script, Mount... mounts) {
    AttemptId attempt = new AttemptId("volumes", ++number);
    JobForm form = form(kind.trusted, script, List.of(mounts));
    assertThat(engine.objections(form)).isEmpty();
    engine.start(new Launch(attempt, form, Map.of(), Map.of(), List.of(mounts), null));
    return attempt;
  }

  private static String outputOf(ProcessEngine engine, AttemptId attempt) {
    RecordingLogSink sink = new RecordingLogSink();
    engine.follow(attempt, sink);
    return new String(sink.whole(), StandardCharsets.UTF_8);
  }

  @TestFactory
  Stream<DynamicTest> whatIsMountedOverALiveMountWhileItsJobRunsIsWhatTheJobHasThen() {
    return each(
        (engine, kind) -> {
          Needs.root();
          Path source = Files.createDirectories(data.resolve("live-" + number));
          Path next = Files.createDirectories(data.resolve("next-" + number));
          String path = outside.toRealPath() + "/live";
          try {
            run("mount", "-t", "tmpfs", "one", source.toString());
            run("mount", "--make-shared", source.toString());
            Files.writeString(source.resolve("name"), "one");
            AttemptId attempt =
                start(
                    engine,
                    kind,
                    "cat %1$s/name; : >%1$s/seen; for i in $(seq 300); do grep two %1$s/name && exit; sleep 0.1; done"
                        .formatted(path),
                    new Mount(source, path, false, true));
            long deadline = System.nanoTime() + 20_000_000_000L;
            while (!Files.exists(source.resolve("seen"))) {
              assertThat(System.nanoTime()).as("the job has read it in time").isLessThan(deadline);
              Thread.sleep(10);
            }
            run("mount", "-t", "tmpfs", "two", next.toString());
            Files.writeString(next.resolve("name"), "two\n");
            run("mount", "--bind", next.toString(), source.toString());
            assertThat(outputOf(engine, attempt)).isEqualTo("onetwo\n");
            engine.remove(attempt);
          } finally {
            run("umount", "--lazy", next.toString());
            run("umount", "--lazy", source.toString());
            run("umount", "--lazy", source.toString());
          }
        });
  }

  private static void run(String... words) throws IOException, InterruptedException {
    assertThat(new ProcessBuilder(words).inheritIO().start().waitFor()).as(words[0]).isZero();
  }

  @TestFactory
  Stream<DynamicTest> whatOneJobWritesTheNextReads_andNothingStaysBehind() {
    return each(
        (engine, kind) -> {
          DiskVolumes volumes = volumes();
          Path source = volumes.open(VolumeData.onDisk("v" + kind), "");
          String path = outside.toRealPath() + "/deep/models";
          AttemptId first =
              start(
                  engine,
                  kind,
                  "mkdir -p " + path + "/a && echo hello >" + path + "/a/b && cat " + path + "/a/b",
                  new Mount(source, path, false));
          assertThat(outputOf(engine, first)).isEqualTo("hello\n");
          assertThat(source.resolve("a/b")).hasContent("hello\n");
          engine.remove(first);
          AttemptId second =
              start(
                  engine,
                  kind,
                  "echo more >>" + path + "/a/b; cat " + path + "/a/b",
                  new Mount(source, path, false));
          assertThat(outputOf(engine, second)).isEqualTo("hello\nmore\n");
          engine.remove(second);
          assertThat(outside.resolve("deep")).doesNotExist();
          assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(path);
        });
  }

  @TestFactory
  Stream<DynamicTest> readOnlyIsReadOnly() {
    return each(
        (engine, kind) -> {
          Path source = volumes().open(VolumeData.onDisk("v"), "");
          Files.writeString(source.resolve("kept"), "kept");
          String path = outside.toRealPath() + "/ro";
          AttemptId attempt =
              start(
                  engine,
                  kind,
                  "cat "
                      + path
                      + "/kept; echo x >"
                      + path
                      + "/new || echo no; rm -f "
                      + path
                      + "/kept || echo no; mount -o remount,rw "
                      + path
                      + " 2>/dev/null || echo no",
                  new Mount(source, path, true));
          assertThat(outputOf(engine, attempt).lines().filter(line -> line.endsWith("no")))
              .hasSize(3);
          assertThat(source.resolve("kept")).hasContent("kept");
          assertThat(source.resolve("new")).doesNotExist();
        });
  }

  @TestFactory
  Stream<DynamicTest> anotherVolumeAndTheServersDataStayHidden() {
    return each(
        (engine, kind) -> {
          DiskVolumes volumes = volumes();
          Path mine = volumes.open(VolumeData.onDisk("mine"), "part");
          Files.writeString(
              volumes.open(VolumeData.onDisk("mine"), "").resolve("beside"), "sentinel");
          Files.writeString(
              volumes.open(VolumeData.onDisk("theirs"), "").resolve("secret"), "sentinel");
          String path = outside.toRealPath() + "/m";
          String script =
              "ls "
                  + path
                  + "; cat "
                  + path
                  + "/../theirs/secret "
                  + path
                  + "/../beside "
                  + data.toRealPath()
                  + "/volumes/data/theirs/secret; ls "
                  + data.toRealPath()
                  + "; echo end";
          AttemptId attempt = start(engine, kind, script, new Mount(mine, path, false));
          assertThat(outputOf(engine, attempt))
              .endsWith("end\n")
              .doesNotContain("sentinel")
              .doesNotContain("master")
              .doesNotContain("beside\n");
        });
  }

  @Test
  void placesThatCannotBeHadAreRefusedSayingWhy() throws IOException {
    Needs.isolation(new Bubblewrap(), data);
    ProcessEngine engine = engine(new Bubblewrap());
    Path file = Files.writeString(outside.resolve("file"), "");
    Path work = Files.createDirectories(outside.resolve("work/in"));
    assertThat(objection(engine, true, data.toRealPath().resolve("x").toString()))
        .contains("own data");
    assertThat(objection(engine, true, String.valueOf(data.toRealPath().getParent())))
        .contains("own data");
    assertThat(objection(engine, true, file + "/x")).contains("is no directory");
    assertThat(objection(engine, false, "/usr/local")).contains("/usr/local");
    assertThat(objection(engine, false, JobEnvironment.WORK)).contains(JobEnvironment.WORK);
    JobForm inside =
        new JobForm(
            List.of("true"),
            null,
            work,
            true,
            Set.of(),
            Set.of(),
            List.of(outside.resolve("work").toString()));
    assertThat(engine.objections(inside)).singleElement().asString().contains("hide", "work");
  }

  private static String objection(ProcessEngine engine, boolean trusted, String path) {
    List<String> objections =
        engine.objections(form(trusted, "true", List.of(new Mount(Path.of("/"), path, false))));
    assertThat(objections).hasSize(1);
    return objections.getFirst();
  }

  @Test
  void withoutNamespacesItIsRefusedSayingWhatToInstall() {
    ProcessEngine engine = engine(new NoIsolation());
    assertThat(objection(engine, true, "/models")).contains("/models", "bubblewrap");
  }

  @Test
  void aPlaceThatTwoJobsUseGoesWithTheLast() throws IOException {
    Kind kind = new Kind(new Bubblewrap(), true);
    Needs.isolation(kind.isolation, data);
    ProcessEngine engine = engine(kind.isolation);
    Path source = volumes().open(VolumeData.onDisk("v"), "");
    String path = outside.toRealPath() + "/shared";
    AttemptId first = start(engine, kind, "sleep 60", new Mount(source, path, false));
    AttemptId second = start(engine, kind, "true", new Mount(source, path, true));
    assertThat(outputOf(engine, second)).isEmpty();
    engine.remove(second);
    assertThat(Path.of(path)).isDirectory();
    engine.remove(first);
    assertThat(Path.of(path)).doesNotExist();
  }

  @Test
  void aPartThatIsALinkIsNotMounted() throws IOException {
    DiskVolumes volumes = volumes();
    Files.createSymbolicLink(volumes.open(VolumeData.onDisk("v"), "").resolve("out"), outside);
    assertThatThrownBy(() -> volumes.open(VolumeData.onDisk("v"), "out"))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("out");
    assertThatThrownBy(() -> volumes.open(VolumeData.onDisk("v"), "out/in"))
        .isInstanceOf(RefusedException.class);
    assertThat(outside.resolve("in")).doesNotExist();
  }
}
