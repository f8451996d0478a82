package dev.satchel.server.disk;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * How much directories hold. Counting takes a walk, so that what was counted is believed for a
 * while, with what was written since. Thread-safe.
 */
final class DiskUsage {
  static final long UNKNOWN = -1;

  private static final long BELIEVED_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final int KNOWN_MAX = 1000;
  private static final int DEPTH_MAX = 512;

  private final int entriesMax;
  private final Map<String, Counted> known = new ConcurrentHashMap<>();

  /**
   * @param entriesMax what has more is not counted
   */
  DiskUsage(int entriesMax) {
    this.entriesMax = entriesMax;
  }

  private record Counted(long bytes, long atNanos) {
    boolean isOld() {
      return System.nanoTime() - atNanos > BELIEVED_NANOS;
    }
  }

  /** The sizes of all files below a directory; {@link #UNKNOWN} where there are too many. */
  long bytes(String name, Path directory) throws IOException {
    Counted counted = known.get(name);
    if (counted != null && !counted.isOld()) {
      return counted.bytes();
    }
    long[] entries = {0};
    long bytes;
    try (OpenDirectory open = OpenDirectory.of(directory)) {
      bytes = bytes(open, entries, DEPTH_MAX);
    } catch (NoSuchFileException none) {
      bytes = 0;
    }
    if (known.size() >= KNOWN_MAX) {
      known.values().removeIf(Counted::isOld);
    }
    known.put(name, new Counted(bytes, System.nanoTime()));
    return bytes;
  }

  void add(String name, long bytes) {
    known.computeIfPresent(
        name,
        (_, counted) ->
            counted.bytes() == UNKNOWN
                ? counted
                : new Counted(counted.bytes() + bytes, counted.atNanos()));
  }

  /** Has it counted anew: so much was removed that only a walk tells. */
  void forget(String name) {
    known.remove(name);
  }

  private long bytes(OpenDirectory directory, long[] entries, int depthMax) throws IOException {
    long bytes = 0;
    for (Path entry : directory.stream()) {
      Path name = entry.getFileName();
      BasicFileAttributes attributes = directory.attributes(name);
      if (++entries[0] > entriesMax) {
        return UNKNOWN;
      }
      if (attributes != null && attributes.isDirectory()) {
        long inner = depthMax == 0 ? UNKNOWN : inner(directory, name, entries, depthMax - 1);
        if (inner == UNKNOWN) {
          return UNKNOWN;
        }
        bytes += inner;
      } else if (attributes != null && attributes.isRegularFile()) {
        bytes += attributes.size();
      }
    }
    return bytes;
  }

  private long inner(OpenDirectory directory, Path name, long[] entries, int depthMax)
      throws IOException {
    try (OpenDirectory inner = directory.enter(name)) {
      return bytes(inner, entries, depthMax);
    } catch (NoSuchFileException | NotDirectoryException gone) { // A job has just removed it.
      return 0;
    }
  }
}
