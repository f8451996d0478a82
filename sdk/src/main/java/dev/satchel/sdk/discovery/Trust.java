package dev.satchel.sdk.discovery;

import dev.satchel.sdk.discovery.DiscoveryException.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Whose certificates a server may show. Where an authority is named, those of that one and of no
 * other; of a server that this machine's data directory vouches for, the very certificate that it
 * wrote there, whatever name is on it; else those of the authorities that Java knows.
 */
public final class Trust {
  /** The authorities that Java knows. */
  public static final Trust USUAL = new Trust(null, null);

  private final @Nullable Path authorities;
  private final @Nullable String fingerprint;
  private @Nullable SSLContext context; // Null until it is asked for.
  private @Nullable SSLSocketFactory sockets; // Likewise.

  private Trust(@Nullable Path authorities, @Nullable String fingerprint) {
    this.authorities = authorities;
    this.fingerprint = fingerprint;
  }

  /**
   * Those of one authority, or of several.
   *
   * @param file of their certificates, in PEM; or of the server's own
   * @return reads the file when it is first needed
   */
  public static Trust ofAuthorities(Path file) {
    return new Trust(file, null);
  }

  /** The certificate of this fingerprint alone: SHA-256, in hexadecimal digits. */
  static Trust ofCertificate(String fingerprint) {
    return new Trust(null, fingerprint);
  }

  /**
   * The file that names authorities.
   *
   * @return null where those count that Java knows
   */
  public @Nullable Path authorities() {
    return authorities;
  }

  /**
   * For connections; the same each time.
   *
   * @return never null
   * @throws DiscoveryException where the file of the authorities is not there, or holds none
   */
  public synchronized SSLContext context() {
    if (context == null) {
      try {
        context = made();
      } catch (GeneralSecurityException broken) {
        throw new IllegalStateException("TLS is in every JDK", broken);
      }
    }
    return context;
  }

  /**
   * For connections of one's own; the same each time, as the JDK keeps connections by it.
   *
   * @return never null
   * @throws DiscoveryException as {@link #context}
   */
  public synchronized SSLSocketFactory sockets() {
    if (sockets == null) {
      sockets = context().getSocketFactory();
    }
    return sockets;
  }

  private SSLContext made() throws GeneralSecurityException {
    if (authorities == null && fingerprint == null) {
      return SSLContext.getDefault();
    }
    SSLContext made = SSLContext.getInstance("TLS");
    made.init(
        null,
        fingerprint == null
            ? managers(authorities)
            : new TrustManager[] {new OneCertificate(fingerprint)},
        null);
    return made;
  }

  private static TrustManager[] managers(@Nullable Path file) throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    try {
      KeyStore known = KeyStore.getInstance(KeyStore.getDefaultType());
      known.load(null, null);
      int number = 0;
      for (Certificate one : certificates(file)) {
        known.setCertificateEntry("authority-" + number++, one);
      }
      factory.init(known);
    } catch (IOException unreadable) {
      throw new DiscoveryException(
          Kind.NO_AUTHORITY,
          "The file " + file + " of the authority's certificate cannot be read.",
          "--ca-cert FILE, or SATCHEL_CA_CERT=FILE    names it");
    }
    return factory.getTrustManagers();
  }

  private static Collection<? extends Certificate> certificates(@Nullable Path file)
      throws IOException, GeneralSecurityException {
    byte[] content = Files.readAllBytes(Objects.requireNonNull(file));
    try {
      Collection<? extends Certificate> found =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(content));
      if (!found.isEmpty()) {
        return found;
      }
    } catch (CertificateException none) {
      // Told below.
    }
    throw new DiscoveryException(
        Kind.NO_AUTHORITY,
        "The file " + file + " holds no certificate of an authority in PEM.",
        "--ca-cert FILE, or SATCHEL_CA_CERT=FILE    names one that begins with -----BEGIN CERTIFICATE-----");
  }

  @Override
  public String toString() {
    return authorities == null ? "Trust" : "Trust[" + authorities + "]";
  }
}
