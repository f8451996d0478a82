package dev.satchel.server.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * The files that hold the server's certificate and key in PEM; one file may hold both. What they
 * hold is in no message.
 *
 * @param certificate the server's own certificate first, then those up to the authority's
 * @param key without a passphrase, and not for everybody to read
 */
public record CertificateFiles(Path certificate, Path key) {
  private static final int MAX_BYTES = 1 << 20;
  private static final String SERVER_CERTIFICATE = "--tls-cert";
  private static final String SERVER_KEY = "--tls-key";

  /** What both files held at one moment. */
  static final class Content {
    private final byte[] certificate;
    private final byte[] key;
    private final String objection; // To the key's permissions; empty where there is none.

    Content(byte[] certificate, byte[] key, String objection) {
      this.certificate = certificate;
      this.key = key;
      this.objection = objection;
    }

    /** Tells this from other contents. */
    String digest() {
      try {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(MessageDigest.getInstance("SHA-256").digest(certificate));
        digest.update((byte) (objection.isEmpty() ? 0 : 1));
        return HexFormat.of().formatHex(digest.digest(key));
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("SHA-256 is in every JDK", e);
      }
    }
  }

  /**
   * Reads both.
   *
   * @throws IllegalStateException where they cannot serve; the message names the file and says what
   *     to do
   */
  public ServerIdentity open() {
    return open(read());
  }

  Content read() {
    return new Content(read(certificate, SERVER_CERTIFICATE), read(key, SERVER_KEY), objection());
  }

  ServerIdentity open(Content content) {
    List<X509Certificate> chain = chain(content.certificate);
    List<PemBlock> keys = blocks(content.key, key).stream().filter(PrivateKeys::isOne).toList();
    if (keys.isEmpty()) {
      throw new IllegalStateException(
          named(SERVER_KEY, key) + " holds no private key in PEM (-----BEGIN PRIVATE KEY-----).");
    }
    if (!content.objection.isEmpty()) {
      throw new IllegalStateException(content.objection);
    }
    if (keys.getFirst().encrypted()) {
      throw new IllegalStateException(
          named(SERVER_KEY, key)
              + " needs a passphrase, which nobody is asked for: take it off with openssl pkey -in "
              + key
              + " -out FILE");
    }
    try {
      return new ServerIdentity(
          chain, PrivateKeys.read(keys.getFirst(), chain.getFirst().getPublicKey()));
    } catch (GeneralSecurityException e) { // Its message may tell of the key.
      throw new IllegalStateException(
          named(SERVER_KEY, key)
              + " is not the key of the first certificate in "
              + certificate
              + ": give the pair that was issued together, the server's own certificate before its"
              + " authority's.");
    }
  }

  private List<X509Certificate> chain(byte[] content) {
    List<X509Certificate> chain = new ArrayList<>();
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      for (PemBlock block : blocks(content, certificate)) {
        if (block.label().equals("CERTIFICATE")) {
          chain.add(
              (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block.der())));
        }
      }
    } catch (CertificateException e) {
      throw damaged(certificate);
    }
    if (chain.isEmpty()) {
      throw new IllegalStateException(
          named(SERVER_CERTIFICATE, certificate)
              + " holds no certificate in PEM (-----BEGIN CERTIFICATE-----).");
    }
    return chain;
  }

  private static List<PemBlock> blocks(byte[] content, Path file) {
    try {
      return PemBlock.all(new String(content, StandardCharsets.ISO_8859_1));
    } catch (IllegalArgumentException e) { // Its message would show what the file holds.
      throw damaged(file);
    }
  }

  private static IllegalStateException damaged(Path file) {
    return new IllegalStateException(
        "The file " + file + " is damaged: what it holds in PEM cannot be read.");
  }

  private static byte[] read(Path file, String option) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new IllegalStateException(
            named(option, file) + " is larger than " + MAX_BYTES + " bytes: is it another file?");
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new IllegalStateException(named(option, file) + " is not there.", e);
    } catch (IOException e) {
      throw new IllegalStateException(
          named(option, file)
              + " cannot be read by the server's user ("
              + e.getClass().getSimpleName()
              + ").",
          e);
    }
  }

  /** A group may read a key of root's, as Debian's group ssl-cert does. */
  private String objection() {
    try {
      PosixFileAttributes seen = Files.readAttributes(key, PosixFileAttributes.class);
      Set<PosixFilePermission> permissions = seen.permissions();
      boolean ofRoot = seen.owner().getName().equals("root");
      boolean open =
          permissions.contains(PosixFilePermission.OTHERS_READ)
              || (permissions.contains(PosixFilePermission.GROUP_READ) && !ofRoot);
      String remedy = ofRoot ? "o-rwx " : "600 ";
      return open
          ? named(SERVER_KEY, key) + " can be read by others than its owner: chmod " + remedy + key
          : "";
    } catch (IOException e) {
      throw new IllegalStateException(named(SERVER_KEY, key) + " is not there any more.", e);
    }
  }

  private static String named(String option, Path file) {
    return "The file " + file + " of " + option;
  }
}
