package dev.satchel.sdk;

import dev.satchel.api.VolumeItem;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A volume for as long as it is open, with a name of its own. The server has a lease on it, which
 * this renews all the time: {@link #close} deletes it, and where this program dies, the server does
 * within a minute or so. A workload that uses it then keeps it until its end. Thread-safe.
 *
 * <p>It is lost where the lease cannot be renewed for so long, as on a machine that sleeps; what
 * mounts it then is refused with {@link NotFound}. The client that made it must stay open.
 */
public final class EphemeralVolume implements AutoCloseable {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz234567";
  private static final int LETTERS_DRAWN = 20; // 100 bits: nobody draws the same.

  private final Transport transport;
  private final Volume volume;
  private final Duration pause;
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile boolean lost; // Once true, for good.
  private volatile @Nullable ScheduledFuture<?> next; // Null where the client is closed.

  private EphemeralVolume(Transport transport, Volume volume, Duration pause) {
    this.transport = transport;
    this.volume = volume;
    this.pause = pause;
  }

  static EphemeralVolume made(Consumer<EphemeralRequest> request, Reach reach) {
    EphemeralRequest filled = new EphemeralRequest();
    request.accept(filled);
    Satchel client = reach.client();
    VolumeRequest asked = new VolumeRequest().createIfMissing().leaseS(filled.lease().toSeconds());
    VolumeItem item =
        Waiting.on(client.volumes().createAsync(filled.prefix() + "-" + drawn(), asked));
    EphemeralVolume made =
        new EphemeralVolume(
            client.transport(),
            Volume.by(item, filled.mountPath(), Reach.by(client)),
            filled.lease().dividedBy(4));
    made.renewLater();
    return made;
  }

  private static String drawn() {
    StringBuilder drawn = new StringBuilder();
    RANDOM
        .ints(LETTERS_DRAWN, 0, LETTERS.length())
        .forEach(letter -> drawn.append(LETTERS.charAt(letter)));
    return drawn.toString();
  }

  private void renewLater() {
    next = transport.later(pause, this::renew);
  }

  /** Each has until the next: one that hangs must not cost the lease. */
  private void renew() {
    if (closed.get() || lost) {
      return;
    }
    renewLater();
    Duration timeout = transport.settings().timeout();
    Call call =
        new Call("PUT", Volumes.path(name()) + "/lease", Map.of(), null, Call.Repeat.FREELY);
    Transport.atEnd(
        transport.send(call, Answer::nothing, pause.compareTo(timeout) < 0 ? pause : timeout),
        (done, failure) -> {
          if (failure != null && Transport.unwrapped(failure) instanceof NotFound) {
            lost = true;
          }
        });
  }

  /**
   * Its handle, to be mounted and to be given on.
   *
   * @return at the path that was asked for
   */
  public Volume volume() {
    return volume;
  }

  /**
   * Its name.
   *
   * @return the prefix and what was drawn
   */
  public String name() {
    return volume.name();
  }

  /**
   * Its files.
   *
   * @return of the whole volume
   */
  public VolumeFiles files() {
    return volume.files();
  }

  /**
   * Its handle at another path.
   *
   * @param path absolute
   * @return as {@link Volume#mountedAt}
   */
  public Volume mountedAt(String path) {
    return volume.mountedAt(path);
  }

  /**
   * As {@link #mountedAt}, in a word.
   *
   * @param path absolute
   * @return another handle
   */
  public Volume mount(String path) {
    return mountedAt(path);
  }

  /**
   * Deletes it, and its data; where workloads use it, the server does once they have ended. Where
   * the server does not answer, it does so when the lease runs out.
   */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    ScheduledFuture<?> renewal = next;
    if (renewal != null) {
      renewal.cancel(false);
    }
    try {
      volume.delete();
    } catch (InUse | NotFound | Unavailable | TimedOut | Cancelled left) {
      // The lease is renewed no more.
    }
  }

  @Override
  public String toString() {
    return "EphemeralVolume[" + name() + "]";
  }
}
