package dev.satchel.server.http;

import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.DetectorConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/**
 * HTTPS and nothing else on a port: what comes in plain HTTP is answered with a refusal that says
 * so, where a closed connection would be a riddle.
 */
final class HttpsConnections {
  private static final String PLAIN = "dev.satchel.plain";

  private HttpsConnections() {}

  static ConnectionFactory[] of(HttpConfiguration http, SslContextFactory.Server tls) {
    http.addCustomizer(new SecureRequestCustomizer(false)); // Names are the client's to compare.
    http.addCustomizer(HttpsConnections::refusePlain);
    HttpConnectionFactory inner = new HttpConnectionFactory(http);
    SslConnectionFactory outer = new SslConnectionFactory(tls, inner.getProtocol());
    return new ConnectionFactory[] {new DetectorConnectionFactory(outer), inner};
  }

  private static Request refusePlain(Request request, HttpFields.Mutable headers) {
    if (!request.isSecure()) {
      request.setAttribute(PLAIN, true);
      throw new HttpException.RuntimeException(400, "plain HTTP");
    }
    return request;
  }

  /** Whether a request was refused because it is not encrypted. */
  static boolean isPlain(Request request) {
    return request.getAttribute(PLAIN) != null;
  }
}
