package dev.satchel.core.workload;

/**
 * An engine cannot be asked now, so that nothing new is known of its attempts: they may run on. The
 * message is a sentence that says what does not answer and what to do.
 */
public class EngineOutageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public EngineOutageException(String message) {
    super(message, null, false, false); // Expected, so without a stack trace.
  }
}
