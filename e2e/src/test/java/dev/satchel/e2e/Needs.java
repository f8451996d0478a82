package dev.satchel.e2e;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a test needs of its machine: where CI is set its absence fails, else it skips out loud. */
final class Needs {
  private Needs() {}

  static void root() {
    that("root".equals(System.getProperty("user.name")), "this test needs root");
  }

  /** Goes on only where a program is on the path. */
  static void command(String name) {
    String path = System.getenv().getOrDefault("PATH", "");
    that(
        List.of(path.split(File.pathSeparator, -1)).stream()
            .anyMatch(directory -> Files.isExecutable(Path.of(directory, name))),
        "this test needs the command " + name);
  }

  /** Goes on only in the long size, whatever the machine. */
  static void thatLong() {
    assumeTrue(Size.LONG, "this test runs in the long size only (./test --long)");
  }

  static void that(boolean there, String message) {
    if (!there && "true".equals(System.getenv("CI"))) {
      fail(message);
    }
    assumeTrue(there, message);
  }
}
