package dev.satchel.server.http;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * How much of requests' bodies is in memory at once, and how long one may take to arrive.
 * Thread-safe; who waits is served in order.
 */
final class Bodies {
  private static final int KIB = 1024;
  private static final int MOST_KIB = 256 * KIB;

  /** A body in memory is itself, its characters, and the tree that is made of them. */
  private static final int SHARE_OF_HEAP = 8;

  /** What is put aside for a body that does not say its length, until it proves to be longer. */
  private static final int FIRST_BYTES = 16 * KIB;

  private static final int BYTES_EACH_SECOND = 64 * KIB;
  private static final long SKIPPED_MAX_BYTES = 64L << 20;

  private final Semaphore free;
  private final Duration wait;
  private final Duration arrival;

  /**
   * @param kibibytes of all bodies together; at least one of the greatest fits
   * @param wait how long a caller waits for others' bodies to be done with
   * @param arrival how long a body may take, besides a second for each 64 KiB that have come
   */
  Bodies(int kibibytes, Duration wait, Duration arrival) {
    this.free = new Semaphore(Math.max(kibibytes, kibibytes(Json.BODY_MAX_BYTES + 1)), true);
    this.wait = wait;
    this.arrival = arrival;
  }

  /** As the heap allows: an eighth of it, and 256 MiB at the most. */
  static Bodies ofHeap() {
    long heapKib = Runtime.getRuntime().maxMemory() / KIB;
    int share = (int) Math.min(MOST_KIB, heapKib / SHARE_OF_HEAP);
    return new Bodies(share, Duration.ofSeconds(5), Duration.ofSeconds(60));
  }

  /** The room that one request has taken. Used by one thread; closed when nobody needs the body. */
  final class Room implements AutoCloseable {
    private int taken;

    private void growTo(int bytes) {
      int more = kibibytes(bytes) - taken;
      try {
        if (more > 0 && !free.tryAcquire(more, wait.toMillis(), TimeUnit.MILLISECONDS)) {
          throw new RefusedException(
              Reason.STORE_BUSY,
              "Too many large requests are being read at once. Nothing was done; try again in a moment.");
        }
        taken += Math.max(more, 0);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new RefusedException(Reason.STORE_BUSY, "The server is stopping; ask again.");
      }
    }

    @Override
    public void close() {
      free.release(taken);
      taken = 0;
    }
  }

  /** How much nobody has taken. */
  int freeKibibytes() {
    return free.availablePermits();
  }

  Room room() {
    return new Room();
  }

  /**
   * Reads a body whole.
   *
   * @param declared its length as the caller says; negative where it says none
   * @throws RefusedException TOO_LARGE; STORE_BUSY where there was no room in time; INVALID where
   *     it did not arrive in time
   */
  byte[] read(Room room, InputStream in, long declared) throws IOException {
    Arrival body = new Arrival(in);
    try {
      if (declared > Json.BODY_MAX_BYTES) {
        throw tooLarge();
      }
      int expected = declared < 0 ? FIRST_BYTES : (int) declared;
      room.growTo(expected);
      byte[] bytes = body.upTo(new byte[0], expected);
      if (declared < 0 && bytes.length == expected) {
        room.growTo(Json.BODY_MAX_BYTES + 1);
        bytes = body.upTo(bytes, Json.BODY_MAX_BYTES + 1);
      }
      if (bytes.length > Json.BODY_MAX_BYTES) {
        throw tooLarge();
      }
      return bytes;
    } catch (RefusedException refused) {
      room.close();
      body.skip();
      throw refused;
    }
  }

  /** A body that goes elsewhere piece by piece; it refuses to be read on once it is late. */
  Sent inTime(InputStream in) {
    return new Sent(new Arrival(in));
  }

  /** What arrives of one such body. */
  static final class Sent extends InputStream {
    private final Arrival body;

    private Sent(Arrival body) {
      this.body = body;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      return body.read(into, offset, length);
    }

    /** Reads on for a while, where it is refused. */
    void skip() throws IOException {
      body.skip();
    }
  }

  private static RefusedException tooLarge() {
    return new RefusedException(
            Reason.TOO_LARGE, "A body is at most " + Json.BODY_MAX_BYTES + " bytes.")
        .with("field", "body");
  }

  private static int kibibytes(int bytes) {
    return (bytes + KIB - 1) / KIB;
  }

  /** One body as it comes: a caller that sends a byte now and then keeps its place only so long. */
  private final class Arrival {
    private final InputStream in;
    private final long begun = System.nanoTime();
    private long received;
    private boolean isLate;

    Arrival(InputStream in) {
      this.in = in;
    }

    /** Goes on from what there is, to the end or to so many bytes. */
    byte[] upTo(byte[] before, int length) throws IOException {
      byte[] bytes = Arrays.copyOf(before, length);
      int at = before.length;
      while (at < length) {
        int count = read(bytes, at, length - at);
        if (count < 0) {
          return Arrays.copyOf(bytes, at);
        }
        at += count;
      }
      return bytes;
    }

    /**
     * Reads on for a while: most callers look for an answer only once all is sent, and would see a
     * broken connection instead.
     */
    void skip() throws IOException {
      byte[] nowhere = new byte[FIRST_BYTES];
      long most = received + SKIPPED_MAX_BYTES;
      try {
        while (!isLate && received < most && read(nowhere, 0, nowhere.length) >= 0) {}
      } catch (RefusedException late) {
        // The caller is told what it was refused for first.
      }
    }

    private int read(byte[] into, int offset, int length) throws IOException {
      int count = in.read(into, offset, length);
      received += Math.max(count, 0);
      long allowed = arrival.plusSeconds(received / BYTES_EACH_SECOND).toNanos();
      if (count >= 0 && System.nanoTime() - begun > allowed) {
        isLate = true;
        throw RefusedException.invalid(
            "body",
            "The body did not arrive whole in time: it may take "
                + arrival.toSeconds()
                + " s, and a second for each 64 KiB.");
      }
      return count;
    }
  }
}
