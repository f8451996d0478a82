package dev.satchel.server.bucket;

import dev.satchel.core.bucket.Bucket;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Asks a bucket about one object, as its mount would: by a listing, since rclone takes an object
 * that it may not look at, or not now, for one that is not there. Source:
 * rclone.org/commands/rclone_lsjson; rclone, backend/s3/s3.go, NewFs, which looks at no object
 * where a path ends in "/".
 */
final class BucketLookup {
  /**
   * What rclone's cache has under another name is not looked for. Nothing in these means more than
   * itself in a filter.
   */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._/-]*");

  private static final Pattern NONE = Pattern.compile("\\s*\\[\\s*]\\s*");

  private BucketLookup() {}

  /**
   * Whether a bucket surely has no object of that name; false also where that cannot be asked for.
   *
   * @param path from the bucket's name on
   * @throws IOException where it does not say
   */
  static boolean lacks(Rclone rclone, Bucket bucket, String path, Map<String, String> environment)
      throws IOException {
    if (!PLAIN.matcher(path).matches()) {
      return false;
    }
    int slash = path.lastIndexOf('/');
    String name = path.substring(slash + 1);
    List<String> words = new ArrayList<>(List.of(rclone.program().toString(), "lsjson"));
    words.addAll(List.of(":s3:" + path.substring(0, slash + 1), "--include", "/" + name));
    words.addAll(List.of("--files-only", "--no-modtime", "--no-mimetype"));
    words.addAll(List.of("--retries", "1", "--low-level-retries", "1"));
    words.addAll(MountCommand.service(bucket));
    var ended = Commands.run(words, environment);
    if (ended.code() == 0 && NONE.matcher(ended.said()).matches()) {
      return true;
    }
    if (ended.code() == 0 && ended.said().contains("\"Name\":\"" + name + "\"")) {
      return false;
    }
    throw new IOException(
        "the bucket does not say whether it has an object that was being written");
  }
}
