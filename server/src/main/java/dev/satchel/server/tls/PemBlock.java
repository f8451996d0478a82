package dev.satchel.server.tls;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One block of a PEM file (RFC 7468), such as a certificate.
 *
 * @param label such as {@code CERTIFICATE}
 * @param der what the block holds; empty where it is encrypted
 * @param encrypted whether a passphrase is needed
 */
record PemBlock(String label, byte[] der, boolean encrypted) {
  private static final Pattern FORM =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);

  /**
   * All blocks of a text; what stands between them is left out.
   *
   * @throws IllegalArgumentException where one is no base64
   */
  static List<PemBlock> all(String text) {
    List<PemBlock> blocks = new ArrayList<>();
    Matcher matcher = FORM.matcher(text);
    while (matcher.find()) {
      String label = matcher.group(1);
      String body = matcher.group(2);
      boolean encrypted = label.startsWith("ENCRYPTED ") || body.contains("Proc-Type:");
      byte[] der = encrypted ? new byte[0] : Base64.getMimeDecoder().decode(body);
      blocks.add(new PemBlock(label, der, encrypted));
    }
    return blocks;
  }

  @Override
  public String toString() { // It may be a key.
    return "PemBlock[" + label + "]";
  }
}
