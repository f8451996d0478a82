package dev.satchel.cli.http;

import dev.satchel.sdk.json.Json;
import dev.satchel.sdk.json.Node;
import java.time.Instant;

/**
 * An answer that says yes.
 *
 * @param date the server's clock; the epoch where it did not say
 */
public record Answer(int status, String body, Instant date) {
  /** The body as a tree. */
  public Node json() {
    try {
      return Json.read(body);
    } catch (IllegalArgumentException noJson) {
      throw RequestException.refused(
          status, "{\"detail\":\"The answer is no JSON: is this a Satchel server?\"}");
    }
  }
}
