package dev.satchel.e2e;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Values that can be found again wherever they leak: each holds the same marker. */
final class Marker {
  /**
   * Stands in every value, and in nothing else. In two halves here, so that this class itself is
   * not found.
   */
  static final String TEXT = "s7nt1nel" + "Qx4vZ9mK2p";

  private static final SecureRandom RANDOM = new SecureRandom();

  private Marker() {}

  static String value() {
    byte[] bytes = new byte[6];
    RANDOM.nextBytes(bytes);
    return TEXT + HexFormat.of().formatHex(bytes);
  }
}
