package dev.satchel.sdk.discovery;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Locale;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Takes one certificate alone, by its fingerprint: whoever shows it has proved to have its key, so
 * neither the name on it nor who signed it matters.
 */
final class OneCertificate extends X509ExtendedTrustManager {
  private final String fingerprint;

  OneCertificate(String fingerprint) {
    this.fingerprint = fingerprint.toLowerCase(Locale.ROOT);
  }

  private void require(X509Certificate[] chain) throws CertificateException {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(chain[0].getEncoded());
      StringBuilder shown = new StringBuilder();
      for (byte part : digest) {
        shown.append(String.format("%02x", part));
      }
      if (!shown.toString().equals(fingerprint)) {
        throw new CertificateException(TlsFailure.ANOTHER);
      }
    } catch (GeneralSecurityException wrong) {
      throw wrong instanceof CertificateException refused
          ? refused
          : new CertificateException(wrong);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    require(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    require(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    require(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw new CertificateException("This is no server.");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    throw new CertificateException("This is no server.");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    throw new CertificateException("This is no server.");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
