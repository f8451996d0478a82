package dev.satchel.server.bucket;

import dev.satchel.core.bucket.BucketDriver.Unwritten;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a mount's cache holds that the bucket has not got. rclone notes it beside each file from its
 * first write until it is uploaded, and so that it survives rclone's own death. Source: rclone,
 * vfs/vfscache/item.go, Info.
 */
final class CacheIndex {
  private static final Pattern DIRTY = Pattern.compile("\"Dirty\":\\s*true");
  private static final Pattern SIZE = Pattern.compile("\"Size\":\\s*(\\d{1,18})");

  private CacheIndex() {}

  static Unwritten unwritten(Path cache) {
    long[] filesAndBytes = {0, 0};
    Path index = cache.resolve("vfsMeta");
    if (!Files.isDirectory(index)) {
      return new Unwritten(0, 0);
    }
    try {
      Files.walkFileTree(
          index,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Path name = index.relativize(file);
              add(file, cache.resolve("vfs").resolve(name), filesAndBytes);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
              if (e instanceof NoSuchFileException) { // It was deleted meanwhile.
                return FileVisitResult.CONTINUE;
              }
              throw e;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException("the cache of a bucket cannot be looked through", e);
    }
    return new Unwritten(filesAndBytes[0], filesAndBytes[1]);
  }

  /** Whether a note is being written right now, or its writer was killed. */
  static boolean isBroken(Path note) {
    try {
      return isBroken(new String(Files.readAllBytes(note), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isBroken(String info) {
    return !info.stripTrailing().endsWith("}");
  }

  /** A note tells of a file's size as it was when the writing began, or ended. */
  private static void add(Path note, Path file, long[] filesAndBytes) throws IOException {
    String info;
    try {
      info = new String(Files.readAllBytes(note), StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      return;
    }
    if (isBroken(info) || DIRTY.matcher(info).find()) {
      filesAndBytes[0]++;
      filesAndBytes[1] += size(file, info);
    }
  }

  private static long size(Path file, String info) throws IOException {
    try {
      return Files.size(file);
    } catch (NoSuchFileException e) {
      Matcher size = SIZE.matcher(info);
      return size.find() ? Long.parseLong(size.group(1)) : 0;
    }
  }
}
