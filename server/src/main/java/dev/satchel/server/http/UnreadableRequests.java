package dev.satchel.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Tells of requests that never reached a route, because they are not HTTP as they should be. Jetty
 * would answer with a page that shows the path.
 */
final class UnreadableRequests implements Request.Handler {
  static final int HEADER_MAX_BYTES = 16 * 1024;

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    int status = response.getStatus() < 400 ? 400 : response.getStatus();
    ObjectNode problem =
        HttpsConnections.isPlain(request)
            ? Problems.problem(
                status, "INVALID", "This port speaks HTTPS: begin the URL with https://.")
            : problem(status);
    problem.put("field", "request");
    boolean dialect = isOfDialect(request);
    byte[] body = Json.bytes(dialect ? AnycloudErrors.of(problem) : problem);
    response.setStatus(status);
    response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
    response
        .getHeaders()
        .put(HttpHeader.CONTENT_TYPE, "application/" + (dialect ? "json" : "problem+json"));
    response.write(true, ByteBuffer.wrap(body), callback);
    return true;
  }

  /** As far as the path can be read at all. */
  private static boolean isOfDialect(Request request) {
    String path = request.getHttpURI() == null ? null : request.getHttpURI().getPath();
    return path != null && Anycloud.isOne(path);
  }

  private static ObjectNode problem(int status) {
    return switch (status) {
      case 404 -> Problems.problem(404, "NO_SUCH_ROUTE", "There is no such route.");
      case 414, 431 ->
          Problems.problem(
              status,
              "TOO_LARGE",
              "The path and the headers are at most " + HEADER_MAX_BYTES + " bytes together.");
      default ->
          status < 500 || status == 505
              ? Problems.problem(
                  status,
                  "INVALID",
                  "The request is not HTTP as it should be: its path, its query or a header is malformed.")
              : Problems.problem(
                  status, "INTERNAL", "Internal error: the server's log has the cause.");
    };
  }
}
