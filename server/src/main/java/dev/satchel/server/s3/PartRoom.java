package dev.satchel.server.s3;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Room for so many parts of files in memory, of which each volume has its share: slow uploads to
 * one volume keep nobody else's waiting. Thread-safe.
 */
final class PartRoom {
  private final Semaphore all;
  private final int each;
  private final Duration waitMax;
  private final Map<String, Share> shares = new HashMap<>();

  /** What a volume may have, for as long as anything of it has or waits for room. */
  private static final class Share {
    final Semaphore room;
    int users;

    Share(int each) {
      room = new Semaphore(each, true);
    }
  }

  /**
   * @param all parts at once
   * @param each at once of one volume
   * @param waitMax for each of the two
   */
  PartRoom(int all, int each, Duration waitMax) {
    this.all = new Semaphore(all, true);
    this.each = each;
    this.waitMax = waitMax;
  }

  /** Room for a part, until it is closed. */
  interface Taken extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Waits for room.
   *
   * @param base the volume's; what waits for its share holds nothing of the others'
   * @throws RefusedException STORE_BUSY where there is none in time
   */
  Taken take(String base) {
    Share share = share(base);
    boolean mine = false;
    boolean taken = false;
    try {
      mine = isTaken(share.room);
      taken = mine && isTaken(all);
      if (taken) {
        return () -> giveBack(base, share);
      }
    } finally {
      if (!taken) {
        if (mine) {
          share.room.release();
        }
        left(base, share);
      }
    }
    throw new RefusedException(
        Reason.STORE_BUSY,
        mine
            ? "Too many large files are being written to the object store. Send it again a little"
                + " later."
            : "Too many large files are being written to this volume. Send it again a little later.");
  }

  private boolean isTaken(Semaphore room) {
    try {
      return room.tryAcquire(waitMax.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void giveBack(String base, Share share) {
    all.release();
    share.room.release();
    left(base, share);
  }

  private synchronized Share share(String base) {
    Share share = shares.computeIfAbsent(base, _ -> new Share(each));
    share.users++;
    return share;
  }

  private synchronized void left(String base, Share share) {
    share.users--;
    if (share.users == 0) {
      shares.remove(base);
    }
  }
}
