package dev.satchel.server.bucket;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mends the notes of an rclone that was killed while it wrote one, as it does whenever a file is
 * closed: it empties them first, and a file without its note would be thrown away. Source: rclone,
 * vfs/vfscache/item.go, save and reload.
 *
 * <p>A file with holes was written so, or was only read in parts. Nothing but the note told which:
 * where the bucket has no such object, it was written; else it is kept for people to look at, and
 * never written over what the bucket has. Where the bucket does not say, all stays as it is.
 *
 * @param kept where such files are moved to
 * @param bucket which knows what objects there are
 */
record CacheRepair(Path cache, Path kept, Lookup bucket) {
  private static final Logger LOG = LoggerFactory.getLogger(CacheRepair.class);
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** Asks a bucket. */
  interface Lookup {
    /**
     * Whether it surely has no object of a name.
     *
     * @param path of its file in the cache, from the bucket's name on
     * @throws IOException where it does not say
     */
    boolean lacks(Path path) throws IOException;
  }

  /**
   * Nobody may serve the cache meanwhile. What was mended stays so where the rest fails.
   *
   * @throws IOException also where the bucket does not say what it has, or all takes too long
   */
  void mend() throws IOException {
    Path index = cache.resolve("vfsMeta");
    if (!Files.isDirectory(index)) {
      return;
    }
    long deadline = System.nanoTime() + LIMIT.toNanos();
    try (Stream<Path> notes =
        Files.find(index, Integer.MAX_VALUE, (file, is) -> is.isRegularFile())) {
      for (Path note : notes.filter(CacheIndex::isBroken).toList()) {
        if (System.nanoTime() > deadline) {
          throw new IOException("to look through what it had not written takes too long");
        }
        Path name = index.relativize(note);
        Path file = cache.resolve("vfs").resolve(name);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
          Files.delete(note);
        } else if (!hasHoles(file) || isNew(name)) {
          writeAnew(note, file);
        } else {
          move(file, kept.resolve(name));
          Files.delete(note);
        }
      }
    }
  }

  private boolean isNew(Path name) throws IOException {
    return name.getNameCount() > 2
        && bucket.lacks(name.subpath(1, name.getNameCount())); // First is the service.
  }

  private void move(Path file, Path to) throws IOException {
    Files.createDirectories(
        to.getParent(),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Files.move(file, to, StandardCopyOption.REPLACE_EXISTING);
    Files.setLastModifiedTime(kept, FileTime.from(Instant.now()));
    LOG.warn(
        "a bucket mount was killed while it noted what it has of a file: that is kept as {}, and"
            + " may be what the bucket has, in part",
        to);
  }

  private static void writeAnew(Path note, Path file) throws IOException {
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
