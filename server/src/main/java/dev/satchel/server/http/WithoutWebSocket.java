package dev.satchel.server.http;

import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;

/**
 * A request without its wish for a WebSocket, which no route has. Javalin would look for one before
 * any route of ours, and begin a session with a cookie.
 */
final class WithoutWebSocket extends Request.Wrapper {
  private final HttpFields headers;

  WithoutWebSocket(Request request) {
    super(request);
    HttpFields sent = request.getHeaders();
    this.headers =
        sent.contains(HttpHeader.SEC_WEBSOCKET_VERSION)
            ? HttpFields.build(sent).remove(HttpHeader.SEC_WEBSOCKET_VERSION).asImmutable()
            : sent;
  }

  @Override
  public HttpFields getHeaders() {
    return headers;
  }
}
