package dev.satchel.server.process;

import java.nio.file.Path;
import java.time.Duration;

/**
 * What a test of this package needs of its machine besides what {@code dev.satchel.core.Needs}
 * knows.
 */
final class Needs {
  private Needs() {}

  static void isolation(Isolation isolation, Path data) {
    dev.satchel.core.Needs.that(
        isolation.tried(data, Duration.ofSeconds(20)) == IsolationChoice.Answer.WORKS,
        isolation.name() + " does not work on this machine");
  }

  static void root() {
    dev.satchel.core.Needs.root();
  }
}
