package dev.satchel.server.bucket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.core.bucket.BucketMountId;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which mounts are ended so that the disk does not fill. */
final class CacheRoomTest {
  private static final BucketMountId LARGEST = new BucketMountId("w1", 1, 0);
  private static final BucketMountId LARGE = new BucketMountId("w2", 1, 0);
  private static final BucketMountId SMALL = new BucketMountId("w3", 1, 0);

  @TempDir Path directory;
  private final Map<BucketMountId, Path> caches = new HashMap<>();
  private long free = 500_000_000;
  private long nanos = Long.MAX_VALUE - 5; // It may wrap.
  private final CacheRoom room = new CacheRoom(() -> free, 2_000_000_000, () -> nanos);

  @Test
  void whereTheDiskIsScarceTheLargestIsTooFull_andTheNextOneOnlyWhereThatDoesNotHelp()
      throws IOException {
    holds(SMALL, 50_000_000);
    holds(LARGE, 300_000_000);
    holds(LARGEST, 400_000_000);
    assertTooFull(false, true, false);
    assertTooFull(false, true, false);
    nanos += Duration.ofSeconds(9).toNanos();
    assertTooFull(false, true, true);
    nanos += Duration.ofSeconds(9).toNanos();
    assertTooFull(false, true, true); // A small one is not what fills a disk.
    assertThat(room.objection()).contains("500 MB");
    free = 5_000_000_000L;
    assertTooFull(false, false, false);
    assertThat(room.objection()).isNull();
  }

  @Test
  void whatHoldsMoreThanMayWaitIsTooFullWhateverTheDiskHas() throws IOException {
    free = 5_000_000_000L;
    holds(SMALL, 1);
    holds(LARGE, 2_000_000_001);
    holds(LARGEST, 2_000_000_002);
    assertTooFull(false, true, true);
  }

  @Test
  void whatIsOnItsWayTakesRoomUntilItIsThere() {
    free = 5_000_000_000L;
    Coming coming = new Coming();
    assertThat(coming.keep(LARGE, 1_900_000_000, room::leftBytes)).isEqualTo(2_000_000_000);
    assertThat(coming.keep(LARGEST, 1_900_000_000, room::leftBytes)).isEqualTo(2_000_000_000);
    assertThat(coming.keep(SMALL, 1_000_000_000, room::leftBytes)).isEqualTo(200_000_000);
    assertThat(coming.keep(SMALL, 200_000_001, room::leftBytes)).isEqualTo(200_000_000);
    free = 4_000_000_000L;
    coming.left(LARGE, 900_000_000);
    assertThat(coming.keep(SMALL, 100_000_000, room::leftBytes)).isEqualTo(200_000_000);
    coming.ended(LARGEST);
    assertThat(coming.keep(LARGEST, 2_000_000_001, room::leftBytes)).isEqualTo(2_000_000_000);
  }

  private void assertTooFull(boolean small, boolean largest, boolean large) {
    boolean isSmall = room.isTooFull(SMALL, caches);
    boolean isLarge = room.isTooFull(LARGE, caches);
    boolean isLargest = room.isTooFull(LARGEST, caches);
    isLarge |= room.isTooFull(LARGE, caches); // Whichever is asked for first.
    assertThat(List.of(isSmall, isLargest, isLarge)).isEqualTo(List.of(small, largest, large));
  }

  private void holds(BucketMountId id, long bytes) throws IOException {
    Path cache = directory.resolve(id.toString());
    Path note = cache.resolve("vfsMeta/s3/bucket/file");
    Path file = cache.resolve("vfs/s3/bucket/file");
    Files.createDirectories(note.getParent());
    Files.createDirectories(file.getParent());
    Files.writeString(note, "{\"Dirty\": true}");
    try (var sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(bytes);
    }
    caches.put(id, cache);
  }
}
