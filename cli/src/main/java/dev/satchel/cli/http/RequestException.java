package dev.satchel.cli.http;

import dev.satchel.sdk.json.Json;
import dev.satchel.sdk.json.Node;

/**
 * A request that was refused, or that never got an answer. Its text holds what the server said,
 * never what was sent.
 */
public final class RequestException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;
  private final String detail;
  private final transient Node members;

  private RequestException(int status, String code, String detail, Node members) {
    super(detail);
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.members = members;
  }

  /** A refusal, from the body of an {@code application/problem+json} or whatever else was sent. */
  static RequestException refused(int status, String body) {
    Node problem = problem(body);
    String detail = problem.text("detail");
    if (detail.isEmpty()) {
      detail = problem.text("title");
    }
    if (detail.isEmpty()) {
      detail = "The server answered with status " + status + " and no explanation.";
    }
    return new RequestException(status, problem.text("code"), detail, problem);
  }

  /** No answer. {@code reason} names what the network said. */
  static RequestException unreachable(String url, String reason) {
    return new RequestException(
        0, "UNREACHABLE", "No answer from " + url + " (" + reason + ").", Node.ABSENT);
  }

  private static Node problem(String body) {
    try {
      return Json.read(body);
    } catch (IllegalArgumentException proxyPage) { // A page of a proxy in between, say.
      return Node.ABSENT;
    }
  }

  /** The HTTP status; 0 where no answer came. */
  public int status() {
    return status;
  }

  /** The stable code of the refusal; empty where the answer had none. */
  public String code() {
    return code;
  }

  public String detail() {
    return detail;
  }

  /** The whole problem document; absent where there was none. */
  public Node members() {
    return members;
  }
}
