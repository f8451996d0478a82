package dev.satchel.cli.http;

import dev.satchel.cli.json.Json;
import dev.satchel.cli.json.Node;
import java.io.UncheckedIOException;
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
    } catch (UncheckedIOException noJson) {
      throw RequestException.refused(
          status, "{\"detail\":\"The answer is no JSON: is this a Satchel server?\"}");
    }
  }
}
