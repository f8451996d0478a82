package dev.satchel.server.disk;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import java.util.HashMap;
import java.util.Map;

/**
 * How much room jars take, those that are arriving too: of all together, and of each workspace, so
 * that none takes what others need. Thread-safe: what is asked for is counted before it is written.
 */
final class JarRoom {
  /** What one workspace may take of all. */
  private static final int SHARE = 2;

  private final long allMaxBytes;
  private final Map<String, Long> taken = new HashMap<>();
  private long all;

  JarRoom(long allMaxBytes) {
    this.allMaxBytes = allMaxBytes;
  }

  /** Counts what is there. */
  synchronized void found(String workspace, long bytes) {
    add(workspace, bytes);
  }

  /**
   * Takes room.
   *
   * @throws RefusedException TOO_LARGE where there is none; nothing is then taken
   */
  synchronized void take(String workspace, long bytes) {
    if (all + bytes > allMaxBytes) {
      throw full("The jars of this server have at most " + allMaxBytes + " bytes together");
    }
    if (taken.getOrDefault(workspace, 0L) + bytes > allMaxBytes / SHARE) {
      throw full(
          "The jars of one workspace have at most " + allMaxBytes / SHARE + " bytes together");
    }
    add(workspace, bytes);
  }

  private static RefusedException full(String limit) {
    return new RefusedException(
        Reason.TOO_LARGE,
        limit
            + ", and there is no room for this one. Jars that nobody uses are removed in time"
            + " (--keep-days).");
  }

  synchronized void free(String workspace, long bytes) {
    add(workspace, -bytes);
  }

  private void add(String workspace, long bytes) {
    all += bytes;
    taken.merge(workspace, bytes, (one, more) -> one + more == 0 ? null : one + more);
  }
}
