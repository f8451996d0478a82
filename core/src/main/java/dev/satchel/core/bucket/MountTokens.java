package dev.satchel.core.bucket;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** What mounts ask for their keys with: 130 random bits each, kept as a hash. */
final class MountTokens {
  private MountTokens() {}

  static byte[] hash(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** In the same time, whatever is sent. */
  static boolean matches(String token, byte[] hash) {
    return MessageDigest.isEqual(hash(token), hash);
  }
}
