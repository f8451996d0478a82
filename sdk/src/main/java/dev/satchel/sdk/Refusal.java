package dev.satchel.sdk;

import dev.satchel.sdk.json.Json;
import dev.satchel.sdk.json.Node;
import java.util.List;

/**
 * An answer that says no, and the one place that knows which exception it is.
 *
 * @param code the server's; empty where the answer is not one of ours
 * @param detail in words; never the text of an answer that is not ours, which may repeat the
 *     request
 */
record Refusal(int status, String code, String detail, Node members) {
  static Refusal of(int status, String body) {
    Node problem = problem(body);
    String code = problem.text("code");
    String detail = problem.text("detail");
    if (code.isEmpty() || detail.isEmpty()) {
      return new Refusal(
          status, "", "Something answered with status " + status + " and no reason.", Node.ABSENT);
    }
    return new Refusal(status, code, detail, problem);
  }

  /** An answer that says yes, in words that are not ours. */
  static Refusal unreadable(int status) {
    return new Refusal(status, "", "The answer is not one of a Satchel server.", Node.ABSENT);
  }

  private static Node problem(String body) {
    try {
      return Json.read(body);
    } catch (IllegalArgumentException page) { // Of a proxy in between, say.
      return Node.ABSENT;
    }
  }

  SatchelException exception() {
    return switch (code) {
      case "SECRET_EXISTS", "TOKEN_EXISTS" -> new AlreadyExists(this);
      case "REVISION_MISMATCH" -> new RevisionMismatch(this);
      case "UNSUPPORTED", "NOT_SERVED" -> new Unsupported(this);
      case "STORE_FULL", "TOO_MANY_WORKLOADS" -> new Unavailable(this);
      case "SECRET_ENTRY_MISSING" -> new Invalid(this);
      default -> byForm();
    };
  }

  /** So that a code of a newer server falls to the nearest kind that is known. */
  private SatchelException byForm() {
    if (code.endsWith("_NOT_FOUND")) {
      return new NotFound(this);
    }
    if (code.endsWith("_EXISTS")) {
      return new AlreadyExists(this);
    }
    if (code.endsWith("_IN_USE")) {
      return new InUse(this);
    }
    if (code.endsWith("_INCOMPATIBLE")) {
      return new Incompatible(this);
    }
    return byStatus();
  }

  private SatchelException byStatus() {
    return switch (status) {
      case 400, 413, 422 -> code.isEmpty() ? new RemoteFailure(this) : new Invalid(this);
      case 401 -> new Unauthorized(this);
      case 403 -> new Forbidden(this);
      case 404 -> code.isEmpty() ? new RemoteFailure(this) : new NotFound(this);
      case 409 -> new Conflict(this);
      case 412 -> new RevisionMismatch(this);
      case 429, 502, 503, 504, 507 -> new Unavailable(this);
      default -> new RemoteFailure(this);
    };
  }

  String text(String member) {
    return members.text(member);
  }

  long number(String member) {
    return members.number(member, 0);
  }

  List<String> texts(String member) {
    return members.at(member).texts();
  }
}
