package dev.satchel.core.application;

/** What a run is given. */
public sealed interface RunInput {
  /** It is given none. */
  record Nothing() implements RunInput {}

  /** A few bytes that came with the request. */
  @SuppressWarnings("ArrayRecordComponent") // Handed on, and never changed or compared.
  record Inline(byte[] bytes) implements RunInput {}

  /** What was sent to an upload address. */
  record Uploaded(String id) implements RunInput {}

  /** A managed input of the application. */
  record Managed(PartId id) implements RunInput {}
}
