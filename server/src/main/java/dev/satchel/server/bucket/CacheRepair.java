package dev.satchel.server.bucket;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Mends the notes of an rclone that was killed while it wrote one, as it does whenever a file is
 * closed: it empties them first, and a file without its note would be thrown away. Source: rclone,
 * vfs/vfscache/item.go, save and reload.
 */
final class CacheRepair {
  private CacheRepair() {}

  /** Nobody may serve the cache meanwhile. */
  static void mend(Path cache) throws IOException {
    Path index = cache.resolve("vfsMeta");
    if (!Files.isDirectory(index)) {
      return;
    }
    try (Stream<Path> notes =
        Files.find(index, Integer.MAX_VALUE, (file, is) -> is.isRegularFile())) {
      for (Path note : notes.filter(CacheIndex::isBroken).toList()) {
        mend(note, cache.resolve("vfs").resolve(index.relativize(note).toString()));
      }
    }
  }

  private static void mend(Path note, Path file) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || hasHoles(file)) {
      Files.delete(note); // What was only read in parts is whole in the bucket.
      return;
    }
    long size = Files.size(file);
    Instant written = Files.getLastModifiedTime(file).toInstant();
    String ranges = size == 0 ? "[]" : "[{\"Pos\": 0, \"Size\": " + size + "}]";
    Files.writeString(
        note,
        """
        {"ModTime": "%s", "ATime": "%s", "Size": %d, "Rs": %s, "Fingerprint": "", "Dirty": true}
        """
            .formatted(written, written, size, ranges),
        StandardCharsets.UTF_8);
  }

  private static boolean hasHoles(Path file) throws IOException {
    var ended =
        Commands.run(
            List.of("stat", "-c", "%b %B %s", "--", file.toString()),
            Map.of("PATH", Rclone.STANDARD_PATH));
    String[] numbers = ended.said().strip().split(" ", -1);
    return ended.code() != 0
        || Long.parseLong(numbers[0]) * Long.parseLong(numbers[1]) < Long.parseLong(numbers[2]);
  }
}
