package dev.satchel.core;

import java.security.SecureRandom;

/** Makes ids: random, lower case, without letters that are taken for one another. Thread-safe. */
public final class RandomIds {
  private static final char[] ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz".toCharArray();
  private static final int SHORT_CHARS = 12;
  private static final int LONG_CHARS = 26;

  private static final SecureRandom RANDOM = new SecureRandom();

  private RandomIds() {}

  /** 60 random bits, for ids that people type. */
  public static String shortId() {
    return random(SHORT_CHARS);
  }

  /** 130 random bits, for ids that keys are derived from. */
  public static String longId() {
    return random(LONG_CHARS);
  }

  /** A typed id, or nothing where it cannot be one: what people paste there could be a value. */
  public static String shortIdOrEmpty(String typed) {
    String alphabet = String.valueOf(ALPHABET);
    boolean isId =
        typed.length() == SHORT_CHARS && typed.chars().allMatch(c -> alphabet.indexOf(c) >= 0);
    return isId ? typed : "";
  }

  private static String random(int length) {
    byte[] bytes = new byte[length];
    RANDOM.nextBytes(bytes);
    char[] id = new char[length];
    for (int i = 0; i < length; i++) {
      id[i] = ALPHABET[bytes[i] & 31];
    }
    return new String(id);
  }
}
