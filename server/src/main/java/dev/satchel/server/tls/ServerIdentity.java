package dev.satchel.server.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A certificate with its chain, and the key that belongs to it. */
public final class ServerIdentity {
  private static final Duration SOON = Duration.ofDays(14);

  private final List<X509Certificate> chain;
  private final PrivateKey key;

  ServerIdentity(List<X509Certificate> chain, PrivateKey key) {
    this.chain = List.copyOf(chain);
    this.key = key;
  }

  /** Until when clients take it. */
  public Instant endsAt() {
    return chain.getFirst().getNotAfter().toInstant();
  }

  /** Why clients do not take it, or soon will not; null where it is well. */
  public @Nullable String warning(Instant now) {
    Instant begins = chain.getFirst().getNotBefore().toInstant();
    if (now.isBefore(begins)) {
      return "the TLS certificate is not valid before " + begins + ": clients refuse it";
    }
    if (now.isAfter(endsAt())) {
      return "the TLS certificate has expired at " + endsAt() + ": clients refuse it; renew it";
    }
    return now.plus(SOON).isAfter(endsAt())
        ? "the TLS certificate expires at " + endsAt() + ": renew it"
        : null;
  }

  /** The SHA-256 of the certificate itself, in hexadecimal digits. */
  public String fingerprint() {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(chain.getFirst().getEncoded());
      return HexFormat.of().formatHex(digest);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("SHA-256 is in every JDK", e);
    }
  }

  /** For a TLS library; it is in memory alone. */
  KeyStore keyStore(char[] password) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("server", key, password, chain.toArray(X509Certificate[]::new));
      return store;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("The TLS certificate cannot be used: " + e.getMessage(), e);
    }
  }
}
