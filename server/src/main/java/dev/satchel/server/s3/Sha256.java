package dev.satchel.server.s3;

import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** The digest of a file, which is kept beside its object. */
final class Sha256 {
  /** The object's own field: {@code x-amz-meta-satchel-sha256}. */
  static final String METADATA = "satchel-sha256";

  private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

  private final MessageDigest digest;

  Sha256() {
    try {
      this.digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  static boolean isOne(String text) {
    return FORM.matcher(text).matches();
  }

  void update(byte[] bytes, int from, int count) {
    digest.update(bytes, from, count);
  }

  OutputStream sink() {
    return new DigestOutputStream(OutputStream.nullOutputStream(), digest);
  }

  /** In lower-case hexadecimal; asked once. */
  String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
