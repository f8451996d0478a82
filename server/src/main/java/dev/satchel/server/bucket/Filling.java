package dev.satchel.server.bucket;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.bucket.Bucket;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongUnaryOperator;

/**
 * Copies what a bucket holds into an empty directory.
 *
 * @param room asked once for room for so many bytes; answers how much there is
 */
record Filling(
    CopyWords words,
    Map<String, String> environment,
    Path directory,
    Bucket bucket,
    LongUnaryOperator room,
    int filesMax) {
  private static final Duration COUNT_LIMIT = Duration.ofMinutes(5);
  private static final long TELL_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

  /**
   * Does it.
   *
   * @param progress what it throws ends it
   * @param left told how many bytes are still to come
   * @param stopped whether the server is about to end
   */
  void fill(Consumer<String> progress, LongConsumer left, BooleanSupplier stopped)
      throws IOException {
    long[] toldNanos = {System.nanoTime()};
    Copying.Watch watch =
        said -> {
          if (stopped.getAsBoolean()) {
            throw new IllegalStateException("the server stops");
          }
          if (System.nanoTime() - toldNanos[0] > TELL_EVERY_NANOS) {
            toldNanos[0] = System.nanoTime();
            progress.accept(said.transfers() + " files so far");
          }
        };
    Copying.Ended counted = run(words.count(bucket), COUNT_LIMIT, watch);
    long files = counted.said().count();
    long bytes = counted.said().bytes();
    requireRoom(files, bytes);
    if (files > 0) {
      Copying.Watch copied =
          said -> {
            left.accept(bytes - said.copied());
            watch.look(said);
          };
      var _ =
          run(words.fill(bucket, directory, files, bytes), CopyWords.limit(files, bytes), copied);
    }
  }

  private Copying.Ended run(List<String> command, Duration limit, Copying.Watch watch)
      throws IOException {
    Copying.Ended ended = Copying.run(command, environment, limit, watch);
    if (ended.code() != 0) {
      throw new IOException(ended.why());
    }
    return ended;
  }

  private void requireRoom(long files, long bytes) {
    long roomBytes = room.applyAsLong(bytes);
    if (bytes > roomBytes || files > filesMax) {
      throw new RefusedException(
          Reason.MOUNT_FAILED,
          "The volume holds "
              + bytes
              + " bytes in "
              + files
              + " files, and a synchronised directory may take "
              + roomBytes
              + " bytes and "
              + filesMax
              + " files here now: mount a subdirectory of it, or mount it without sync.");
    }
  }
}
