package dev.satchel.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import java.util.Locale;
import java.util.Map;

/**
 * Refusals as anycloud's client reads them: a body closed to other keys, whose {@code code} is one
 * of the client's contract where {@code defined} says so, and whose {@code data} is then typed.
 */
final class AnycloudErrors {
  private static final String WORKLOADS = Anycloud.PATH + "/workloads";

  /**
   * What a refusal is in the client's contract.
   *
   * @param reasoned whether {@code data} may also say what the code leaves open
   */
  private record Told(int status, String code, boolean defined, boolean reasoned) {
    static Told plain(int status, String code) {
      return new Told(status, code, true, false);
    }

    static Told reasoned(int status, String code) {
      return new Told(status, code, true, true);
    }
  }

  private AnycloudErrors() {}

  static void write(
      Context context, int status, String code, String detail, Map<String, Object> members) {
    boolean admission = context.path().equals(WORKLOADS) && Problems.method(context).equals("POST");
    Told told = told(context.path(), admission, status, code, members);
    ObjectNode error = error(told.status(), told.code(), told.defined(), message(detail, members));
    ObjectNode data = Json.object();
    if (told.reasoned()) {
      data.put("reason", code);
    }
    members.forEach((name, value) -> data.set(camelCase(name), Json.tree(value)));
    if (members.get("field") instanceof String field) {
      data.put("field", AnycloudSubmit.fieldOf(field));
    }
    if (!data.isEmpty()) {
      error.set("data", data);
    }
    context.status(told.status()).contentType("application/json").result(Json.bytes(error));
  }

  /** The same as a problem of what never reached a route. */
  static ObjectNode of(ObjectNode problem) {
    return error(
        problem.path("status").asInt(),
        problem.path("code").asText(),
        false,
        problem.path("detail").asText());
  }

  private static ObjectNode error(int status, String code, boolean defined, String message) {
    ObjectNode error = Json.object();
    error.put("defined", defined);
    error.put("code", code);
    error.put("status", status);
    error.put("message", message);
    return error;
  }

  private static Told told(
      String path, boolean admission, int status, String code, Map<String, Object> members) {
    if (Anycloud.VERSION_HEADER.equals(members.get("field"))) {
      return Told.plain(400, "CLIENT_VERSION_MISMATCH");
    }
    return switch (code) {
      case "UNAUTHENTICATED" -> Told.plain(401, "UNAUTHORIZED");
      case "FORBIDDEN" -> Told.plain(403, "FORBIDDEN");
      case "SECRET_IN_USE", "CREDENTIAL_IN_USE" -> Told.plain(409, code);
      case "CREDENTIAL_EXISTS" -> Told.plain(409, "CREDENTIAL_NAME_EXISTS");
      case "WORKLOAD_NOT_FOUND" -> Told.reasoned(404, "WORKLOAD_MANAGEMENT_NOT_FOUND");
      case "WORKLOAD_BUSY" -> Told.reasoned(409, "WORKLOAD_MANAGEMENT_CONFLICT");
      default -> {
        if (code.equals("CREDENTIAL_NOT_FOUND") && status == 404) {
          yield Told.plain(404, code);
        }
        yield path.equals(WORKLOADS) || path.startsWith(WORKLOADS + "/")
            ? ofWorkloads(admission, status, code)
            : new Told(status, code, false, false);
      }
    };
  }

  private static Told ofWorkloads(boolean admission, int status, String code) {
    return switch (status) {
      case 400, 422 ->
          Told.reasoned(
              400,
              admission ? "WORKLOAD_ADMISSION_REJECTED" : "WORKLOAD_MANAGEMENT_REQUEST_INVALID");
      case 503 ->
          Told.reasoned(
              503,
              admission ? "WORKLOAD_ADMISSION_UNAVAILABLE" : "WORKLOAD_MANAGEMENT_UNAVAILABLE");
      default -> new Told(status, code, false, false);
    };
  }

  /** The same sentence, with a field of {@code /v1} that it begins with in the client's words. */
  private static String message(String detail, Map<String, Object> members) {
    return members.get("field") instanceof String field && detail.startsWith(field + " ")
        ? AnycloudSubmit.fieldOf(field) + detail.substring(field.length())
        : detail;
  }

  private static String camelCase(String name) {
    StringBuilder camel = new StringBuilder();
    for (String word : name.split("_", -1)) {
      camel.append(
          camel.isEmpty()
              ? word
              : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1));
    }
    return camel.toString();
  }
}
