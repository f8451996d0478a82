package dev.satchel.sdk.pack;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a tar.gz of files and directories, as runs leave them. Nothing is written outside of the
 * directory that it goes to: no name leads out of it, no link is made, and none that is there is
 * followed.
 */
public final class Unpack {
  private static final int BLOCK = 512;
  private static final int ENTRIES_MAX = 100_000;
  private static final long BYTES_MAX = 2L << 30;
  private static final int EXTENDED_MAX_BYTES = 64 << 10;

  private final InputStream in;
  private final Path directory;
  private long left = BYTES_MAX;

  private Unpack(InputStream in, Path directory) {
    this.in = in;
    this.directory = directory;
  }

  /**
   * Unpacks; a file of the same name is replaced, and others stay.
   *
   * @param archive a tar.gz
   * @param directory made where it is not there
   * @return how many files were written
   * @throws PackException where it is no such archive, or holds what is refused; what stood before
   *     that in it is then there
   * @throws IOException where the archive cannot be read or a file not be written
   */
  public static int into(Path archive, Path directory) throws IOException {
    Files.createDirectories(directory);
    try (InputStream file = Files.newInputStream(archive);
        InputStream gzip = new GZIPInputStream(file, 1 << 16)) {
      return new Unpack(gzip, directory.toAbsolutePath().normalize()).all();
    } catch (EOFException | java.util.zip.ZipException cut) {
      throw new PackException("The archive is cut short, or is none.", cut);
    }
  }

  private int all() throws IOException {
    int files = 0;
    String extended = null;
    for (int entries = 0; ; entries++) {
      byte[] header = in.readNBytes(BLOCK);
      if (header.length < BLOCK) {
        throw new EOFException();
      }
      if (header[0] == 0) {
        readToEnd();
        return files;
      }
      if (entries > ENTRIES_MAX) {
        throw new PackException("The archive has more than " + ENTRIES_MAX + " entries.");
      }
      requireSum(header);
      long size = octal(header, 124, 12);
      char type = (char) header[156];
      if (type == 'x') {
        extended = extendedName(size);
        continue;
      }
      files += entry(extended == null ? name(header) : extended, type, size);
      extended = null;
    }
  }

  /** So that an archive that was cut behind its last entry, or changed, is told by its sum. */
  private void readToEnd() throws IOException {
    byte[] buffer = new byte[BLOCK];
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      left -= read;
      if (left < 0) {
        throw new PackException("The archive unpacks to more than " + BYTES_MAX + " bytes.");
      }
    }
  }

  private int entry(String name, char type, long size) throws IOException {
    switch (type) {
      case '0', 0 -> {
        write(place(name), size);
        skip(padding(size));
        return 1;
      }
      case '5' -> makeDirectory(place(name));
      case 'g' -> skip(size + padding(size)); // Of all entries; nothing of it matters here.
      default ->
          throw new PackException(
              "The archive has an entry that is neither a file nor a directory.");
    }
    return 0;
  }

  private void write(Path file, long size) throws IOException {
    left -= size;
    if (left < 0) {
      throw new PackException("The archive unpacks to more than " + BYTES_MAX + " bytes.");
    }
    makeDirectory(file.resolve("..").normalize());
    Files.deleteIfExists(file); // Also a link, which is then not followed.
    try (OutputStream out =
        Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      byte[] buffer = new byte[64 * 1024];
      for (long rest = size; rest > 0; ) {
        int read = in.read(buffer, 0, (int) Math.min(buffer.length, rest));
        if (read < 0) {
          throw new EOFException();
        }
        out.write(buffer, 0, read);
        rest -= read;
      }
    }
  }

  private Path place(String name) {
    Path place = directory;
    for (String part : name.split("/", -1)) {
      if (part.equals("..") || name.startsWith("/") || part.indexOf('\\') >= 0) {
        throw new PackException("The archive has a name that leads out of its directory.");
      }
      if (!part.isEmpty() && !part.equals(".")) {
        place = child(place, part);
      }
    }
    return place;
  }

  private static Path child(Path parent, String part) {
    try {
      Path child = parent.resolve(part);
      if (part.equals(String.valueOf(child.getFileName()))) {
        return child; // One step, whatever a name may mean to this system.
      }
    } catch (InvalidPathException none) {
      // Told below.
    }
    throw new PackException("The archive has a name that is none on this system.");
  }

  private void makeDirectory(Path wanted) throws IOException {
    Path at = directory;
    for (Path part : directory.relativize(wanted)) {
      at = at.resolve(part);
      if (!Files.isDirectory(at, LinkOption.NOFOLLOW_LINKS) && !part.toString().isEmpty()) {
        if (Files.exists(at, LinkOption.NOFOLLOW_LINKS)) {
          throw new PackException("Where the archive has a directory, there is something else.");
        }
        Files.createDirectory(at);
      }
    }
  }

  /** The {@code path} of a header that goes before an entry; null where it says none. */
  private @Nullable String extendedName(long size) throws IOException {
    if (size > EXTENDED_MAX_BYTES) {
      throw new PackException("The archive has a header that is larger than one is.");
    }
    byte[] bytes = in.readNBytes((int) size);
    skip(padding(size));
    String name = null;
    int at = 0;
    while (at < bytes.length) {
      int space = at;
      while (space < bytes.length && bytes[space] != ' ') {
        space++;
      }
      int length = number(new String(bytes, at, space - at, StandardCharsets.US_ASCII));
      if (length <= space - at || length > bytes.length - at) {
        throw unreadable();
      }
      String record = new String(bytes, space + 1, at + length - space - 2, StandardCharsets.UTF_8);
      if (record.startsWith("path=")) {
        name = record.substring("path=".length());
      }
      at += length;
    }
    return name;
  }

  private static int number(String digits) {
    if (!digits.matches("[0-9]{1,6}")) {
      throw unreadable();
    }
    return Integer.parseInt(digits);
  }

  private static String name(byte[] header) {
    String prefix = text(header, 345, 155);
    String name = text(header, 0, 100);
    return prefix.isEmpty() ? name : prefix + "/" + name;
  }

  private static String text(byte[] header, int from, int length) {
    int end = from;
    while (end < from + length && header[end] != 0) {
      end++;
    }
    return new String(header, from, end - from, StandardCharsets.UTF_8);
  }

  private static long octal(byte[] header, int from, int length) {
    String digits = text(header, from, length).strip();
    if (!digits.matches("[0-7]{1,12}")) {
      throw unreadable();
    }
    return Long.parseLong(digits, 8);
  }

  private static void requireSum(byte[] header) {
    int sum = 8 * ' ';
    for (int i = 0; i < BLOCK; i++) {
      sum += i < 148 || i >= 156 ? header[i] & 0xff : 0;
    }
    if (sum != octal(header, 148, 8)) {
      throw unreadable();
    }
  }

  private static PackException unreadable() {
    return new PackException("The archive is no tar of files.");
  }

  private static long padding(long size) {
    return (BLOCK - size % BLOCK) % BLOCK;
  }

  private void skip(long bytes) throws IOException {
    in.skipNBytes(bytes);
  }
}
