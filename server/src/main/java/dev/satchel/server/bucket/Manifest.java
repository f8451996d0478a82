package dev.satchel.server.bucket;

import dev.satchel.server.bucket.Tree.Stamp;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the files of a directory were when the bucket had them so, by name. Kept as one record after
 * the other, each ended by NUL: the last of a name counts, and one that is cut is none. It is there
 * from when the directory was filled on.
 *
 * @param readOnly whether nothing of it is ever written back
 * @param boot of the machine's life in which the directory was filled
 */
record Manifest(boolean readOnly, String boot, Map<String, Stamp> files) {
  private static final String READ_ONLY = "read-only";
  private static final String WRITTEN = "written";

  /** Null where there is none. */
  static @Nullable Manifest read(Path file) throws IOException {
    if (!Files.exists(file)) {
      return null;
    }
    String all = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    int end = all.indexOf('\0');
    String[] head = all.substring(0, end).split(" ", 2);
    boolean readOnly = head[0].equals(READ_ONLY);
    String boot = head.length < 2 ? "" : head[1];
    Map<String, Stamp> files = new HashMap<>();
    for (int begin = end + 1; (end = all.indexOf('\0', begin)) >= 0; begin = end + 1) {
      String[] parts = all.substring(begin, end).split(" ", 4);
      if (parts.length < 4) {
        continue; // As a disk leaves what it never got.
      }
      if (parts[0].equals("-")) {
        files.remove(parts[3]);
      } else {
        files.put(
            parts[3],
            new Stamp(
                Long.parseLong(parts[0]), Long.parseLong(parts[1]), Long.parseLong(parts[2])));
      }
    }
    return new Manifest(readOnly, boot, files);
  }

  /** Whether the machine has lost, since, what no disk had: files may be shorter than they were. */
  boolean isOfAnotherLife() throws IOException {
    return !boot.equals(Processes.bootId());
  }

  /** Writes all of it, or nothing. */
  void write(Path file) throws IOException {
    Path written = file.resolveSibling(file.getFileName() + ".new");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(Names.bytes((readOnly ? READ_ONLY : WRITTEN) + " " + boot + "\0"));
    files.forEach((name, stamp) -> bytes.writeBytes(Names.bytes(line(name, stamp))));
    try (FileChannel channel =
        FileChannel.open(
            written,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      writeAll(channel, bytes.toByteArray());
    }
    Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel directory = FileChannel.open(file.resolveSibling("."))) {
      directory.force(true);
    }
  }

  /**
   * Notes what the bucket has now.
   *
   * @param changes null for what it has no longer
   */
  static void append(Path file, Map<String, @Nullable Stamp> changes) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    changes.forEach((name, stamp) -> bytes.writeBytes(Names.bytes(line(name, stamp))));
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      channel.position(endOfWhole(channel));
      writeAll(channel, bytes.toByteArray());
      var _ = channel.truncate(channel.position());
    }
  }

  /** Behind the last record that is not cut: else what comes next would be another's name. */
  private static long endOfWhole(FileChannel channel) throws IOException {
    ByteBuffer one = ByteBuffer.allocate(1);
    for (long end = channel.size(); end > 0; end--) {
      one.clear();
      if (channel.read(one, end - 1) == 1 && one.get(0) == 0) {
        return end;
      }
    }
    return 0;
  }

  private static void writeAll(FileChannel channel, byte[] bytes) throws IOException {
    ByteBuffer left = ByteBuffer.wrap(bytes);
    while (left.hasRemaining()) {
      int _ = channel.write(left);
    }
    channel.force(true);
  }

  private static String line(String name, @Nullable Stamp stamp) {
    return stamp == null
        ? "- - - " + name + "\0"
        : stamp.size() + " " + stamp.inode() + " " + stamp.changedNanos() + " " + name + "\0";
  }
}
