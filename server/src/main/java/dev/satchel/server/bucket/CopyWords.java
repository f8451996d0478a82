package dev.satchel.server.bucket;

import dev.satchel.core.bucket.Bucket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The words by which rclone copies; no key is among them. Source: rclone.org/docs,
 * rclone.org/filtering.
 *
 * @param rclone absolute
 */
record CopyWords(Path rclone) {
  private static final Duration LEAST = Duration.ofMinutes(2);
  private static final long SLOWEST_BYTES_PER_SECOND = 1_000_000;
  private static final long SLOWEST_FILES_PER_SECOND = 20;
  private static final long LARGE_BYTES = 8_000_000;

  /** What takes longer hangs. */
  static Duration limit(long files, long bytes) {
    return LEAST.plusSeconds(files / SLOWEST_FILES_PER_SECOND + bytes / SLOWEST_BYTES_PER_SECOND);
  }

  List<String> count(Bucket bucket) {
    List<String> words = words("size", place(bucket));
    words.add("--json");
    words.addAll(MountCommand.service(bucket));
    return words;
  }

  List<String> fill(Bucket bucket, Path to, long files, long bytes) {
    List<String> words = words("copy", place(bucket), to.toString());
    words.addAll(MountCommand.service(bucket));
    words.addAll(many(files, bytes));
    return words;
  }

  /**
   * @param list of the names of what is uploaded, whatever the bucket has of these names: a file
   *     that was changed may be as old and as long as before
   */
  List<String> upload(Path from, Bucket bucket, Path list, long files, long bytes) {
    List<String> words = words("copy", from.toString(), place(bucket));
    words.addAll(List.of("--files-from-raw", list.toString(), "--no-traverse", "--no-check-dest"));
    words.add("--s3-no-head"); // The service checks the digest that is sent with a file.
    words.addAll(MountCommand.service(bucket));
    words.addAll(many(files, bytes));
    return words;
  }

  List<String> delete(Bucket bucket, Path list) {
    List<String> words = words("delete", place(bucket));
    words.addAll(List.of("--files-from-raw", list.toString()));
    words.addAll(MountCommand.service(bucket));
    words.addAll(many(1, 0));
    return words;
  }

  private List<String> words(String... first) {
    List<String> words = new ArrayList<>(List.of(rclone.toString()));
    words.addAll(List.of(first));
    return words;
  }

  /** No object is looked for where a path ends in "/". */
  private static String place(Bucket bucket) {
    return ":s3:" + bucket.name() + "/" + (bucket.prefix().isEmpty() ? "" : bucket.prefix() + "/");
  }

  /** Each large file takes memory for its parts. */
  private static List<String> many(long files, long bytes) {
    String transfers = bytes / Math.max(1, files) > LARGE_BYTES ? "4" : "16";
    return List.of("--transfers", transfers, "--checkers", "16");
  }
}
