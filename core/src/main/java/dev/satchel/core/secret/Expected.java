package dev.satchel.core.secret;

/** What a writer of a bundle believes to be there. */
public sealed interface Expected {
  /** Whatever is there is replaced. */
  record Anything() implements Expected {}

  /** Nothing may be there. */
  record Nothing() implements Expected {}

  /** Exactly this revision must be there. */
  record Revision(long revision) implements Expected {}
}
