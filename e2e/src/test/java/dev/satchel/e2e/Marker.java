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

  /**
   * What every value of this run begins with: told from those of a run beside it, which is searched
   * for only where this machine's runs share a place.
   */
  static final String OF_THIS_RUN = TEXT + random(4);

  private Marker() {}

  static String value() {
    return OF_THIS_RUN + random(6);
  }

  private static String random(int length) {
    byte[] bytes = new byte[length];
    RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
