package dev.satchel.server.s3;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * How much volumes hold. Counting takes a request for each thousand objects, so that what was
 * counted is believed for a while, with what was written since. Thread-safe.
 */
final class ObjectUsage {
  private static final long BELIEVED_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** That there are too many took as many requests as there may be, and stays so for longer. */
  private static final long UNCOUNTED_NANOS = TimeUnit.MINUTES.toNanos(10);

  private static final int KNOWN_MAX = 1000;

  private final S3Objects objects;
  private final int pagesMax;
  private final Map<String, Counted> known = new ConcurrentHashMap<>();

  /**
   * @param bytes empty where there are too many objects
   */
  private record Counted(OptionalLong bytes, long atNanos) {
    boolean isOld() {
      return System.nanoTime() - atNanos > (bytes.isPresent() ? BELIEVED_NANOS : UNCOUNTED_NANOS);
    }

    Counted and(long more) {
      return bytes.isPresent()
          ? new Counted(OptionalLong.of(bytes.getAsLong() + more), atNanos)
          : this;
    }
  }

  /**
   * @param pagesMax a volume of more pages of objects is not counted
   */
  ObjectUsage(S3Objects objects, int pagesMax) {
    this.objects = objects;
    this.pagesMax = pagesMax;
  }

  /** The sizes of all objects whose names begin so; empty where there are too many. */
  OptionalLong bytes(String prefix) {
    Counted counted = known.get(prefix);
    if (counted != null && !counted.isOld()) {
      return counted.bytes();
    }
    OptionalLong bytes = counted(prefix);
    if (known.size() >= KNOWN_MAX) {
      known.values().removeIf(Counted::isOld);
    }
    known.put(prefix, new Counted(bytes, System.nanoTime()));
    return bytes;
  }

  private OptionalLong counted(String prefix) {
    long bytes = 0;
    String token = null;
    for (int pages = 0; pages == 0 || token != null; pages++) {
      if (pages == pagesMax) {
        return OptionalLong.empty();
      }
      ListObjectsV2Response page = objects.page(prefix, S3Objects.PAGE, token);
      bytes += sum(page.contents());
      token = page.nextContinuationToken();
    }
    return OptionalLong.of(bytes);
  }

  private static long sum(List<S3Object> contents) {
    return contents.stream().mapToLong(S3Object::size).sum();
  }

  void add(String prefix, long bytes) {
    known.computeIfPresent(prefix, (_, counted) -> counted.and(bytes));
  }

  /** Has it counted anew. */
  void forget(String prefix) {
    known.remove(prefix);
  }
}
