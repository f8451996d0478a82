package dev.satchel.core.bucket;

/** How far the writing of what an attempt left in its buckets is. */
public sealed interface Drain {
  /** Everything is in the buckets, and nothing is mounted any more. */
  record Done() implements Drain {}

  /** Something is still being written. */
  record Writing(String progress) implements Drain {}

  /** It was given up. */
  record Lost(String why) implements Drain {}
}
