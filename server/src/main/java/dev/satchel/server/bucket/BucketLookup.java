package dev.satchel.server.bucket;

import dev.satchel.core.bucket.Bucket;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Asks a bucket about one object, as its mount would. Source: rclone.org/commands/rclone_lsjson.
 */
final class BucketLookup {
  /** What rclone's cache has under another name is not looked for. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._/-]*");

  private static final Pattern IS_NONE = Pattern.compile("\"IsDir\":\\s*true");

  private BucketLookup() {}

  /**
   * Whether a bucket surely has no object of that name; false also where it does not say.
   *
   * @param path from the bucket's name on
   */
  static boolean lacks(Rclone rclone, Bucket bucket, String path, Map<String, String> environment)
      throws IOException {
    if (!PLAIN.matcher(path).matches()) {
      return false;
    }
    List<String> words = new ArrayList<>(List.of(rclone.program().toString(), "lsjson"));
    words.addAll(List.of(":s3:" + path, "--stat", "--retries", "1", "--low-level-retries", "1"));
    words.addAll(MountCommand.service(bucket));
    var ended = Commands.run(words, environment);
    return ended.code() == 0 && IS_NONE.matcher(ended.said()).find();
  }
}
