package dev.satchel.sdk.files;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** SHA-256 as it goes over the wire: {@code sha-256=:BASE64:}. Source: RFC 9530. */
public final class Digests {
  private Digests() {}

  /**
   * A digest of nothing yet.
   *
   * @return one that is nobody else's
   */
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /**
   * As it is written in a header.
   *
   * @param digest 32 bytes
   * @return the header's value
   */
  public static String wire(byte[] digest) {
    return "sha-256=:" + Base64.getEncoder().encodeToString(digest) + ":";
  }

  /**
   * That of a file.
   *
   * @param file is read to its end
   * @return as {@link #wire}
   * @throws IOException where it cannot be read
   */
  public static String of(Path file) throws IOException {
    MessageDigest digest = sha256();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return wire(digest.digest());
  }
}
