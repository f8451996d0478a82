package dev.satchel.e2e;

import dev.satchel.core.TestAuthority;
import dev.satchel.core.TestAuthority.Issued;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** A client's view of TLS: what a server shows to who trusts one authority. */
final class Tls {
  private final SSLContext context;

  private Tls(SSLContext context) {
    this.context = context;
  }

  static Tls trusting(TestAuthority authority) {
    try (InputStream file = Files.newInputStream(authority.certificate())) {
      KeyStore known = KeyStore.getInstance("PKCS12");
      known.load(null, null);
      known.setCertificateEntry(
          "authority", CertificateFactory.getInstance("X.509").generateCertificate(file));
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(known);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, factory.getTrustManagers(), null);
      return new Tls(context);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  HttpClient client() {
    return HttpClient.newBuilder().sslContext(context).build();
  }

  /** The certificate that a new connection is shown. */
  X509Certificate shown(String url, String... protocols) {
    URI server = URI.create(url);
    try (SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket(server.getHost(), server.getPort())) {
      if (protocols.length > 0) {
        socket.setEnabledProtocols(protocols);
      }
      socket.startHandshake();
      return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Puts a file in another's place at once, as certbot does. */
  static void replace(Path file, Path by) {
    try {
      Path fresh = file.resolveSibling(file.getFileName() + ".new");
      Path _ = Files.copy(by, fresh, StandardCopyOption.COPY_ATTRIBUTES);
      Path _ = Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A server's options to serve with a certificate. */
  static String[] options(Issued issued) {
    return new String[] {
      "--tls-cert", issued.certificate().toString(), "--tls-key", issued.key().toString()
    };
  }
}
