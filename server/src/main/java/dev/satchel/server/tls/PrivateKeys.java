package dev.satchel.server.tls;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;

/**
 * Private keys as PEM files hold them: PKCS #8, which the JDK reads, and the older forms of RSA
 * (PKCS #1, RFC 8017) and EC (SEC 1, RFC 5915), which are the inner part of a PKCS #8 document. The
 * outer part is made here from the public key, whose algorithm and curve are the same.
 */
final class PrivateKeys {
  private static final int SEQUENCE = 0x30;
  private static final int OCTET_STRING = 0x04;
  private static final byte[] VERSION_0 = {2, 1, 0};

  private PrivateKeys() {}

  static boolean isOne(PemBlock block) {
    return block.label().endsWith("PRIVATE KEY");
  }

  /**
   * Reads the key that belongs to a public one.
   *
   * @throws GeneralSecurityException where it is none, or another one's; the message is not shown
   */
  static PrivateKey read(PemBlock block, PublicKey publicKey) throws GeneralSecurityException {
    byte[] der =
        block.label().equals("PRIVATE KEY") ? block.der() : wrapped(block.der(), publicKey);
    PrivateKey key =
        KeyFactory.getInstance(publicKey.getAlgorithm())
            .generatePrivate(new PKCS8EncodedKeySpec(der));
    requirePair(key, publicKey);
    return key;
  }

  /** PrivateKeyInfo of RFC 5208: version, algorithm, and the key itself. */
  private static byte[] wrapped(byte[] inner, PublicKey publicKey) {
    return element(
        SEQUENCE, VERSION_0, algorithm(publicKey.getEncoded()), element(OCTET_STRING, inner));
  }

  /** The first part of a SubjectPublicKeyInfo (RFC 5280), whose lengths the JDK has written. */
  private static byte[] algorithm(byte[] publicKeyInfo) {
    int start = headerLength(publicKeyInfo, 0);
    int length = headerLength(publicKeyInfo, start) + contentLength(publicKeyInfo, start);
    return Arrays.copyOfRange(publicKeyInfo, start, start + length);
  }

  private static int headerLength(byte[] der, int at) {
    int first = der[at + 1] & 0xff;
    return first < 0x80 ? 2 : 2 + (first & 0x7f);
  }

  private static int contentLength(byte[] der, int at) {
    int first = der[at + 1] & 0xff;
    if (first < 0x80) {
      return first;
    }
    int length = 0;
    for (int i = 0; i < (first & 0x7f); i++) {
      length = (length << 8) | (der[at + 2 + i] & 0xff);
    }
    return length;
  }

  private static byte[] element(int tag, byte[]... parts) {
    int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
    ByteArrayOutputStream out = new ByteArrayOutputStream(length + 5);
    out.write(tag);
    if (length < 0x80) {
      out.write(length);
    } else { // Files are far below 16 MiB.
      out.write(0x83);
      out.write(length >> 16);
      out.write(length >> 8);
      out.write(length);
    }
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  private static void requirePair(PrivateKey key, PublicKey publicKey)
      throws GeneralSecurityException {
    byte[] text = {1, 2, 3};
    Signature signature = Signature.getInstance(signatureOf(publicKey.getAlgorithm()));
    signature.initSign(key);
    signature.update(text);
    byte[] signed = signature.sign();
    signature.initVerify(publicKey);
    signature.update(text);
    if (!signature.verify(signed)) {
      throw new GeneralSecurityException("not a pair");
    }
  }

  private static String signatureOf(String algorithm) throws GeneralSecurityException {
    return switch (algorithm) {
      case "RSA" -> "SHA256withRSA";
      case "EC" -> "SHA256withECDSA";
      case "EdDSA" -> "EdDSA";
      default -> throw new GeneralSecurityException("neither RSA, EC nor EdDSA");
    };
  }
}
