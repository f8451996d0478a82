package dev.satchel.e2e;

/** How much a suite does: what continuous integration can wait for, or with --long more. */
final class Size {
  static final boolean LONG = Boolean.getBoolean("satchel.long");

  private Size() {}

  static int of(int usual, int whenLong) {
    return LONG ? whenLong : usual;
  }
}
