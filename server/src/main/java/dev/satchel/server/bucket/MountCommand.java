package dev.satchel.server.bucket;

import dev.satchel.core.bucket.Bucket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The words that mount a bucket; no key is among them. The same words find the same cache again.
 * Source: rclone.org/commands/rclone_mount, rclone.org/s3.
 */
final class MountCommand {
  private MountCommand() {}

  static List<String> words(
      Rclone rclone, Bucket bucket, boolean readOnly, Path at, Path cache, boolean root) {
    List<String> words = new ArrayList<>(List.of(rclone.program().toString(), "mount"));
    words.add(":s3:" + bucket.name() + (bucket.prefix().isEmpty() ? "" : "/" + bucket.prefix()));
    words.add(at.toString());
    words.addAll(service(bucket));
    add(words, "--cache-dir", cache.toString());
    add(words, "--dir-cache-time", "1m"); // What others write is seen by then.
    words.add("--use-server-modtime"); // Else each file of a listing costs a request.
    words.add("--vfs-fast-fingerprint");
    add(words, "--umask", "000");
    add(words, "--dir-perms", "0777"); // Jobs run as any user; the directory above is private.
    add(words, "--file-perms", "0666");
    add(words, "--log-level", "ERROR");
    if (root) {
      words.add("--allow-other");
    }
    if (readOnly) {
      words.add("--read-only");
      add(words, "--vfs-cache-mode", "off");
    } else {
      addCache(words, rclone);
    }
    return words;
  }

  /** How a bucket's service is spoken to. */
  static List<String> service(Bucket bucket) {
    List<String> words = new ArrayList<>();
    add(words, "--config", ""); // Nobody's.
    add(words, "--s3-provider", "Other");
    words.add("--s3-env-auth");
    add(words, "--s3-endpoint", bucket.endpoint());
    add(words, "--s3-region", bucket.region());
    words.add("--s3-force-path-style=" + bucket.forcePathStyle());
    words.add("--s3-no-check-bucket"); // It is there, and is never made.
    return words;
  }

  private static void addCache(List<String> words, Rclone rclone) {
    add(words, "--vfs-cache-mode", "full");
    add(words, "--vfs-write-back", "1s");
    add(words, "--vfs-cache-max-size", "10G");
    if (rclone.minor() >= 64) {
      add(words, "--vfs-cache-min-free-space", "1G");
    }
    add(words, "--transfers", "8");
  }

  private static void add(List<String> words, String option, String value) {
    words.add(option);
    words.add(value);
  }
}
