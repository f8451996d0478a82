package dev.satchel.sdk.discovery;

import java.net.URI;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Why a server was not believed over TLS, in words that say what to do. */
public final class TlsFailure {
  static final String ANOTHER = "another certificate than the data directory names";

  private static final int DEEPEST = 20;

  private TlsFailure() {}

  /**
   * What a failed connection says of TLS. Nothing was sent then, and it will be the same the next
   * time.
   *
   * @param url that was asked
   * @param failure as the network gave it
   * @return a sentence without its full stop, and what to do about it; null where TLS is not why
   */
  public static @Nullable Told of(String url, Throwable failure) {
    int depth = 0;
    for (Throwable cause = failure; cause != null && depth < DEEPEST; cause = cause.getCause()) {
      Told told = ofOne(url, cause);
      if (told != null) {
        return told;
      }
      depth++;
    }
    return null;
  }

  private static @Nullable Told ofOne(String url, Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    if (isFor(cause, BasicReason.EXPIRED, CertificateExpiredException.class)) {
      return new Told("its certificate has expired", "renew it on the server's machine");
    }
    if (isFor(cause, BasicReason.NOT_YET_VALID, CertificateNotYetValidException.class)) {
      return new Told("its certificate is not valid yet", "set the clocks of both by NTP");
    }
    if (cause instanceof CertPathBuilderException
        || cause instanceof CertPathValidatorException
        || message.contains("No trusted certificate found")) {
      return new Told(
          "its certificate is of an authority that is not known here",
          "name the authority's certificate: --ca-cert FILE, or SATCHEL_CA_CERT=FILE");
    }
    if (cause instanceof CertificateException && message.startsWith("No ")) {
      return new Told(
          "its certificate is not for the name " + host(url),
          "use a name that it is for in the URL, or have one issued for this name");
    }
    if (cause instanceof CertificateException && message.equals(ANOTHER)) {
      return new Told(
          "its certificate is not the one of this machine's server",
          "see who has its port: satchel doctor");
    }
    if (cause instanceof SSLException && message.contains("recognized SSL message")) {
      return new Told(
          "it speaks plain HTTP there", "begin the URL with http://, or start it with --tls-cert");
    }
    if (cause instanceof SSLException && message.startsWith("Received fatal alert")) {
      return new Told("it refuses TLS with this client", "let it speak TLS 1.2 or 1.3");
    }
    return null;
  }

  private static boolean isFor(
      Throwable cause, BasicReason reason, Class<? extends CertificateException> type) {
    return type.isInstance(cause)
        || (cause instanceof CertPathValidatorException invalid && invalid.getReason() == reason);
  }

  private static String host(String url) {
    return String.valueOf(URI.create(url).getHost());
  }

  /**
   * What is wrong.
   *
   * @param reason in a few words
   * @param remedy what to do
   */
  public record Told(String reason, String remedy) {}
}
