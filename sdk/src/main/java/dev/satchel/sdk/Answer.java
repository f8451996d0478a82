package dev.satchel.sdk;

import dev.satchel.sdk.json.Json;
import dev.satchel.sdk.json.Node;

/** An answer that says yes. */
record Answer(int status, String body) {
  /** The body as a tree. */
  Node json() {
    try {
      return Json.read(body);
    } catch (IllegalArgumentException noJson) {
      throw new RemoteFailure(Refusal.unreadable(status));
    }
  }

  /** The body as a record of the wire contract. */
  <T extends Record> T as(Class<T> type) {
    Node json = json();
    if (json.names().isEmpty()) {
      throw new RemoteFailure(Refusal.unreadable(status));
    }
    return Records.read(json, type);
  }

  /** Where there is nothing to read. */
  @SuppressWarnings("NullAway") // The only Void there is.
  Void nothing() {
    return null;
  }

  @Override
  public String toString() { // The body may hold a new token.
    return "Answer[" + status + "]";
  }
}
