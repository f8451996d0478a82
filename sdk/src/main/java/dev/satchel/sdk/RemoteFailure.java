package dev.satchel.sdk;

import dev.satchel.sdk.json.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A method that was called elsewhere threw, or ended without an answer; or the server failed, or
 * what answered is no Satchel server. Of what a method threw there are the class, the message, the
 * frames and the cause, which is one of these too; its stack trace begins with the frames from
 * there, and goes on with those of who waited here.
 */
public final class RemoteFailure extends SatchelException {
  private static final long serialVersionUID = 1L;

  private final String errorId;
  private final String thrownClass;
  private final String thrownMessage;
  private final StackTraceElement @Nullable [] frames; // Null while it is being made.

  RemoteFailure(Refusal refusal) {
    super(refusal);
    this.errorId = refusal.text("error_id");
    this.thrownClass = "";
    this.thrownMessage = "";
    this.frames = new StackTraceElement[0];
  }

  /** It ended without an answer. */
  RemoteFailure(String message) {
    super(message, null);
    this.errorId = "";
    this.thrownClass = "";
    this.thrownMessage = "";
    this.frames = new StackTraceElement[0];
  }

  private RemoteFailure(
      String thrownClass,
      String thrownMessage,
      StackTraceElement[] frames,
      @Nullable RemoteFailure cause) {
    super(thrownMessage.isEmpty() ? thrownClass : thrownClass + ": " + thrownMessage, cause);
    this.errorId = "";
    this.thrownClass = thrownClass;
    this.thrownMessage = thrownMessage;
    this.frames = frames;
    setStackTrace(frames);
  }

  /** What a method threw. */
  static RemoteFailure thrown(Node failure) {
    Node cause = failure.at("cause");
    List<StackTraceElement> frames = new ArrayList<>();
    for (Node frame : failure.at("frames").items()) {
      frames.add(
          new StackTraceElement(
              frame.text("class"),
              frame.text("method"),
              frame.at("file").isPresent() ? frame.text("file") : null,
              (int) frame.number("line", -1)));
    }
    return new RemoteFailure(
        failure.text("class"),
        failure.text("message"),
        frames.toArray(StackTraceElement[]::new),
        cause.isPresent() ? thrown(cause) : null);
  }

  /**
   * Under which the server's log has the cause.
   *
   * @return empty where the server did not say, and where it did not fail
   */
  public String errorId() {
    return errorId;
  }

  /**
   * The class of what the method threw.
   *
   * @return such as {@code java.lang.IllegalStateException}; empty where no method threw
   */
  public String thrownClass() {
    return thrownClass;
  }

  /**
   * The message of what the method threw.
   *
   * @return empty where it had none, and where no method threw
   */
  public String thrownMessage() {
    return thrownMessage;
  }

  /**
   * Where the method threw, as its JVM saw it.
   *
   * @return the innermost first
   */
  public List<StackTraceElement> frames() {
    return frames == null ? List.of() : List.of(frames);
  }

  @Override
  public synchronized Throwable fillInStackTrace() {
    super.fillInStackTrace();
    if (frames != null && frames.length > 0) {
      setStackTrace(
          Stream.concat(Arrays.stream(frames), Arrays.stream(getStackTrace()))
              .toArray(StackTraceElement[]::new));
    }
    return this;
  }
}
