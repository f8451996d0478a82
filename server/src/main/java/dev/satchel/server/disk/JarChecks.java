package dev.satchel.server.disk;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which jars are known to be what was sent: each is read once in a life of the server, and again
 * where anybody has written to it since. Thread-safe.
 */
final class JarChecks {
  private static final int BUFFER_BYTES = 1 << 20;

  /** What changes where somebody writes to a file, or puts another in its place. */
  private record Looks(@Nullable Object inode, long bytes, FileTime written) {
    static Looks of(Path jar) throws IOException {
      BasicFileAttributes now = Files.readAttributes(jar, BasicFileAttributes.class);
      return new Looks(now.fileKey(), now.size(), now.lastModifiedTime());
    }
  }

  private final Map<Path, Looks> right = new ConcurrentHashMap<>();

  /** Whether a jar has this digest. */
  boolean isRight(Path jar, String digest) throws IOException {
    Looks now = Looks.of(jar); // Before it is read: what is written meanwhile is found next time.
    if (now.equals(right.get(jar))) {
      return true;
    }
    if (!digestOf(jar).equals(digest)) {
      return false;
    }
    right.put(jar, now);
    return true;
  }

  /** Gives a jar the time of a use, which is no change of it. */
  synchronized void date(Path jar, FileTime use) throws IOException {
    Looks before = Looks.of(jar);
    Files.setLastModifiedTime(jar, use);
    Looks now = Looks.of(jar);
    right.computeIfPresent(jar, (path, known) -> known.equals(before) ? now : known);
  }

  void forget(Path jar) {
    right.remove(jar);
  }

  private static String digestOf(Path jar) throws IOException {
    MessageDigest hash = DiskJars.sha256();
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = Files.newInputStream(jar)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        hash.update(buffer, 0, read);
      }
    }
    return HexFormat.of().formatHex(hash.digest());
  }
}
