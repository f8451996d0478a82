package dev.satchel.server.store;

import static dev.satchel.core.store.Rows.NOW;
import static dev.satchel.core.store.StoreHost.WORKSPACE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.core.Needs;
import dev.satchel.core.secret.BundleSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A disk that fails once, and works again: nothing more is acknowledged until a restart. */
@Timeout(180)
final class IoErrorTest {
  private static final int WRITES = 12;

  private final Path directory;
  private final Path file;

  IoErrorTest(@TempDir Path directory) {
    this.directory = directory;
    file = directory.resolve("satchel.db");
  }

  @Test
  void afterASyncThatFailedNothingIsAcknowledgedAndNothingAcknowledgedIsLost() throws Exception {
    Needs.command("strace");
    Needs.that(
        Needs.works("strace", "-f", "-o", "/dev/null", "true"), "this test needs to use strace");
    SqliteStore.open(file, "installation", NOW).close();
    List<String> said = programWhoseSyncFails(5);
    List<String> answers = said.subList(0, WRITES);
    List<String> written =
        answers.stream()
            .filter(line -> line.startsWith("written "))
            .map(IoErrorTest::name)
            .toList();
    assertThat(written).hasSizeBetween(1, WRITES - 2);
    assertThat(answers.subList(written.size(), WRITES))
        .as("the one whose sync failed, and all after it")
        .allMatch(line -> line.startsWith("STORE_FAILED "));
    assertThat(said.get(WRITES)).as("reads go on").isEqualTo("readable " + written.size());
    assertThat(said.get(WRITES + 1))
        .contains("failure A write to the database failed: SQLITE_IOERR");
    try (SqliteStore reopened = SqliteStore.open(file, "installation", NOW)) {
      assertThat(reopened.failure()).isEmpty();
      List<BundleSummary> there = reopened.read(tx -> tx.bundles().list(WORKSPACE, "", 1000));
      assertThat(there).extracting(summary -> summary.bundle().name().value()).containsAll(written);
    }
  }

  /** What {@link StoreProgram} said while the n-th sync of its writer's thread failed. */
  private List<String> programWhoseSyncFails(int n) throws IOException, InterruptedException {
    Path output = directory.resolve("output");
    Process program =
        new ProcessBuilder(
                "strace",
                "-f",
                "-o",
                directory.resolve("trace").toString(),
                "-e",
                "trace=fdatasync,fsync",
                "-e",
                "inject=fdatasync,fsync:error=EIO:when=" + n,
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath(),
                StoreProgram.class.getName(),
                file.toString(),
                Integer.toString(WRITES))
            .redirectOutput(output.toFile())
            .redirectError(directory.resolve("errors").toFile())
            .start();
    assertThat(program.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(program.exitValue()).as(Files.readString(directory.resolve("errors"))).isEqualTo(0);
    assertThat(Files.readString(directory.resolve("trace"))).contains("(INJECTED)");
    return Files.readAllLines(output);
  }

  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  private static String name(String line) {
    return line.split(" ", 2)[1];
  }
}
