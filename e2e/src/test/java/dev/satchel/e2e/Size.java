package dev.satchel.e2e;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** How much a suite does: what continuous integration can wait for, or with --long more. */
final class Size {
  static final boolean LONG = Boolean.getBoolean("satchel.long");

  private Size() {}

  /** Goes on only in the long size, whatever the machine. */
  static void needsLong() {
    assumeTrue(LONG, "runs in the long size only (./test --long)");
  }

  static int of(int usual, int whenLong) {
    return LONG ? whenLong : usual;
  }
}
