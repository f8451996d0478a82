package dev.satchel.cli.http;

import dev.satchel.sdk.json.Json;
import dev.satchel.sdk.json.Node;

/**
 * A request that was refused, or that never got an answer. Its text holds what the server said,
 * never what was sent.
 */
public final class RequestException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private static final String UNTRUSTED = "UNTRUSTED";

  private final int status;
  private final String code;
  private final String detail;
  private final transient Node members;
  private final String remedy;

  private RequestException(int status, String code, String detail, Node members) {
    this(status, code, detail, members, "");
  }

  private RequestException(int status, String code, String detail, Node members, String remedy) {
    super(detail);
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.members = members;
    this.remedy = remedy;
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

  /** No answer, for the server is not believed to be the one that is meant. */
  static RequestException untrusted(String url, String reason, String remedy) {
    return new RequestException(
        0, UNTRUSTED, "No answer from " + url + ": " + reason + ".", Node.ABSENT, remedy);
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

  /** Whether no answer came because of the server's certificate, or because it speaks no TLS. */
  public boolean untrusted() {
    return code.equals(UNTRUSTED);
  }

  /** Whether it may go well if it is asked for again: no answer came, or one in its place. */
  public boolean isPassing() {
    return (status == 0 && !untrusted()) || (status >= 502 && status <= 504);
  }

  /** What to do about it; empty where that is not known here. */
  public String remedy() {
    return remedy;
  }

  public String detail() {
    return detail;
  }

  /** The whole problem document; absent where there was none. */
  public Node members() {
    return members;
  }
}
