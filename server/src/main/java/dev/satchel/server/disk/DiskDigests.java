package dev.satchel.server.disk;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The digests of large files that were read last, so that who asks again, or for a range, need not
 * wait until all of it was read. Thread-safe.
 */
final class DiskDigests {
  /** What is smaller takes no time to read. */
  static final long SIZE_MIN_BYTES = 1 << 20;

  private static final int KNOWN_MAX = 10_000;

  /** File systems tell times by ticks: what changes twice within one has the same time twice. */
  private static final Duration TICK_MAX = Duration.ofSeconds(2);

  private final InstantSource clock;
  private final Map<FileState, String> known = Collections.synchronizedMap(new Recent());

  DiskDigests(InstantSource clock) {
    this.clock = clock;
  }

  /** Null where it is not known. */
  @Nullable String of(FileState state) {
    return known.get(state);
  }

  /** Whether a digest of what is in the file from now on may be remembered for this state. */
  boolean isSettled(FileState state) {
    return state.sizeBytes() >= SIZE_MIN_BYTES
        && state.changedAt().toInstant().plus(TICK_MAX).isBefore(clock.instant());
  }

  void remember(FileState state, String sha256) {
    known.put(state, sha256);
  }

  void forget(FileState state) {
    known.remove(state);
  }

  private static final class Recent extends LinkedHashMap<FileState, String> {
    private static final long serialVersionUID = 1;

    Recent() {
      super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<FileState, String> eldest) {
      return size() > KNOWN_MAX;
    }
  }
}
