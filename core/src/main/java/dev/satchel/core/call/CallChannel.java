package dev.satchel.core.call;

import dev.satchel.core.workload.Remains;
import java.time.Duration;
import java.util.Optional;

/** Calls of an object that lives in an attempt's JVM: what is sent stays until it is answered. */
public interface CallChannel {
  /**
   * Sends a call, unless one of its id was sent before.
   *
   * @param id 12 letters and digits
   * @throws dev.satchel.core.RefusedException TOO_MANY_CALLS
   */
  void send(Remains place, String id, byte[] request);

  /** Whether a call waits there that was not answered. */
  boolean waits(Remains place, String id);

  /**
   * Asks for the end of a call: one that waits is not begun, one that runs is interrupted. Nothing
   * happens to what was answered.
   */
  void cancel(Remains place, String id);

  /** The answer of a call, once there is one or the time is up. */
  Optional<String> await(Remains place, String id, Duration timeout) throws InterruptedException;
}
