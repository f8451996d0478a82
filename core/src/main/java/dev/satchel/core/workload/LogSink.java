package dev.satchel.core.workload;

/**
 * The one way in which what a job prints leaves an engine: masked, then stored. One writer at a
 * time.
 */
public interface LogSink {
  /**
   * What an engine that lost output writes in its place, followed by the end of a line or a few
   * words and that. The sink masks around it what the loss may have cut out of a value.
   */
  String GAP = "[satchel] Output was lost here: ";

  /**
   * How many raw bytes are stored, masked, for good: where a follower resumes, and below which an
   * engine may free.
   */
  long rawOffset();

  /**
   * Takes the raw bytes that follow those it was given before. It keeps nothing of the array. Where
   * it throws, nothing was taken for good: the same bytes are given again until it returns.
   */
  void write(byte[] raw, int offset, int length);

  /** Says that no byte will follow: what was held back is stored, and the log made durable. */
  void end();

  /**
   * Whom to tell, from any thread, when nobody wants what is written any more: the attempt has
   * ended without its last byte. At once where that is so already. Whoever writes then stops.
   */
  default void whenAbandoned(Runnable told) {}
}
