package dev.satchel.server.process;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;

/** What a test needs of its machine: where CI is set its absence fails, else it skips out loud. */
final class Needs {
  private Needs() {}

  static void isolation(Isolation isolation, Path data) {
    must(Isolation.works(isolation, data), isolation.name() + " does not work on this machine");
  }

  static void root() {
    must(Machine.userId() == 0, "this test needs root");
  }

  private static void must(boolean there, String message) {
    if (!there && "true".equals(System.getenv("CI"))) {
      fail(message);
    }
    assumeTrue(there, message);
  }
}
