package dev.satchel.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import io.javalin.http.Context;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Refusals and failures as {@code application/problem+json} (RFC 9457). */
final class Problems {
  private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE");

  private Problems() {}

  static void refused(Context context, RefusedException refused) {
    int status = status(refused.reason());
    if (status == 401) {
      context.header("WWW-Authenticate", "Bearer");
    }
    if (status == 503) {
      context.header("Retry-After", "1");
    }
    if (status == 429) { // Until jobs have ended, not until a queue has moved.
      context.header("Retry-After", "10");
    }
    write(context, status, code(refused.reason()), refused.detail(), refused.members());
  }

  /**
   * Something that should not happen: told in full to the log, and to the caller as an id to find
   * it by.
   */
  static void failed(Context context, Throwable failure) {
    String id = UUID.randomUUID().toString();
    LOG.error("internal error {} in {} {}", id, method(context), route(context), failure);
    write(
        context,
        500,
        "INTERNAL",
        "Internal error " + id + ": the server's log has the cause under this id.",
        Map.of("error_id", id));
  }

  static void write(
      Context context, int status, String code, String detail, Map<String, Object> members) {
    if (Anycloud.isOne(context.path())) {
      AnycloudErrors.write(context, status, code, detail, members);
      return;
    }
    ObjectNode problem = problem(status, code, detail);
    members.forEach((name, value) -> problem.set(name, Json.tree(value)));
    context.status(status).contentType("application/problem+json").result(Json.bytes(problem));
  }

  static ObjectNode problem(int status, String code, String detail) {
    ObjectNode problem = Json.object();
    problem.put("type", "urn:satchel:problem:" + code.toLowerCase(Locale.ROOT).replace('_', '-'));
    problem.put("title", title(code));
    problem.put("status", status);
    problem.put("detail", detail);
    problem.put("code", code);
    return problem;
  }

  private static String title(String code) {
    String words = code.toLowerCase(Locale.ROOT).replace('_', ' ');
    return Character.toUpperCase(words.charAt(0)) + words.substring(1);
  }

  /** The method if it is one that anybody uses: a caller may send any word. */
  static String method(Context context) {
    String method = context.req().getMethod();
    return METHODS.contains(method) ? method : "other";
  }

  /** The route's template, never the path that was asked for. */
  static String route(Context context) {
    var endpoint = context.endpoints().lastHttpEndpoint();
    return endpoint == null ? "unknown" : endpoint.path;
  }

  private static String code(Reason reason) {
    return switch (reason) {
      case SECRET_MISSING -> Reason.SECRET_NOT_FOUND.name();
      case CREDENTIAL_MISSING -> Reason.CREDENTIAL_NOT_FOUND.name();
      case VOLUME_MISSING -> Reason.VOLUME_NOT_FOUND.name();
      case CODE_MISSING -> Reason.CODE_NOT_FOUND.name();
      default -> reason.name();
    };
  }

  private static int status(Reason reason) {
    return switch (reason) {
      case INVALID -> 400;
      case UNAUTHENTICATED -> 401;
      case FORBIDDEN -> 403;
      case SECRET_NOT_FOUND,
          WORKLOAD_NOT_FOUND,
          CREDENTIAL_NOT_FOUND,
          VOLUME_NOT_FOUND,
          VOLUME_FILE_NOT_FOUND,
          CODE_NOT_FOUND,
          CALL_NOT_FOUND,
          APPLICATION_NOT_FOUND,
          VERSION_NOT_FOUND,
          INSTANCE_NOT_FOUND,
          INPUT_NOT_FOUND,
          COLLECTION_NOT_FOUND,
          TRANSFER_NOT_FOUND,
          HOST_NOT_FOUND,
          TOKEN_NOT_FOUND,
          EXEC_NOT_FOUND ->
          404;
      case SECRET_EXISTS,
          SECRET_IN_USE,
          CREDENTIAL_EXISTS,
          CREDENTIAL_IN_USE,
          CREDENTIAL_INCOMPATIBLE,
          VOLUME_EXISTS,
          VOLUME_INCOMPATIBLE,
          VOLUME_IN_USE,
          VOLUME_UNREACHABLE,
          VOLUME_FILE_CONFLICT,
          APPLICATION_EXISTS,
          APPLICATION_IN_USE,
          VERSION_EXISTS,
          VERSION_IN_USE,
          INSTANCE_EXISTS,
          INSTANCE_LOCKED,
          INPUT_EXISTS,
          COLLECTION_EXISTS,
          COLLECTION_IN_USE,
          COLLECTION_CHANGED,
          NOTHING_PUSHED,
          HOST_REACHABLE,
          TOKEN_EXISTS,
          LAST_ADMIN_TOKEN,
          WORKLOAD_BUSY,
          ATTEMPT_SUPERSEDED,
          ATTEMPT_NOT_RUNNING,
          EXEC_INPUT_CLOSED,
          IDEMPOTENCY_KEY_REUSED ->
          409;
      case REVISION_MISMATCH -> 412;
      case TOO_MANY_WORKLOADS, TOO_MANY_EXECS, TOO_MANY_CALLS -> 429;
      case TOO_LARGE -> 413;
      case SECRET_MISSING,
          SECRET_ENTRY_MISSING,
          CREDENTIAL_MISSING,
          VOLUME_MISSING,
          CODE_MISSING,
          MOUNT_FAILED,
          REFERENCE_MISSING,
          UNSUPPORTED,
          START_FAILED,
          IMAGE_PULL ->
          422;
      case NOT_SERVED -> 501;
      case STORE_BUSY, STORE_FAILED, ENGINE_UNAVAILABLE, OBJECT_STORE_UNAVAILABLE -> 503;
      case STORE_UNCERTAIN -> 504; // Not 503, which says that nothing was done.
      case STORE_FULL -> 507;
    };
  }
}
