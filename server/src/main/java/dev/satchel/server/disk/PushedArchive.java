package dev.satchel.server.disk;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/**
 * Unpacks a tar.gz that somebody sent: one gzip member or several, of two entries with one name the
 * later. There are only directories and files in it, and nothing is ever written outside of the
 * directory that it goes to: no name leads out of it, and no link is made that could.
 */
public final class PushedArchive {
  private static final int NAME_MAX_CHARS = 1024;
  private static final int PART_MAX_BYTES = 255;
  private static final int DEPTH_MAX = 64;

  /** What any archive may unpack to, however small it is. */
  private static final long RATIO_FREE_BYTES = 16L << 20;

  /** deflate itself makes at most 1032 of one byte; what people send is far below this. */
  private static final int RATIO_MAX = 200;

  private final int entriesMax;
  private final long bytesMax;

  /**
   * @param entriesMax how many entries one may have
   * @param bytesMax what one may unpack to
   */
  public PushedArchive(int entriesMax, long bytesMax) {
    this.entriesMax = entriesMax;
    this.bytesMax = bytesMax;
  }

  /**
   * Unpacks into a directory that nobody else writes to.
   *
   * @throws RefusedException INVALID or TOO_LARGE, with the entry's number; what was unpacked
   *     before it is then left there
   */
  public void unpack(Path archive, Path directory) throws IOException {
    long allowed = Math.min(bytesMax, RATIO_FREE_BYTES + RATIO_MAX * Files.size(archive));
    try (InputStream file = Files.newInputStream(archive);
        var gzip =
            GzipCompressorInputStream.builder()
                .setInputStream(file)
                .setDecompressConcatenated(true)
                .get();
        var tar = new TarArchiveInputStream(gzip, StandardCharsets.UTF_8.name())) {
      int number = 0;
      long left = allowed;
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        number++;
        if (number > entriesMax) {
          throw tooLarge("It has more than " + entriesMax + " entries.");
        }
        left = unpackOne(tar, entry, number, directory, left);
      }
    } catch (RefusedException refused) {
      throw refused;
    } catch (IOException | IllegalArgumentException e) {
      if (e instanceof java.nio.file.FileSystemException) {
        throw e;
      }
      throw invalid("It cannot be read as a tar.gz.");
    }
  }

  private static long unpackOne(
      TarArchiveInputStream tar, TarArchiveEntry entry, int number, Path directory, long left)
      throws IOException {
    Path place = placeOf(entry, number, directory);
    if (entry.isDirectory()) {
      makeDirectories(directory, place, number);
      return left;
    }
    boolean plain = entry.getLinkFlag() == '0' || entry.getLinkFlag() == 0;
    if (!plain || entry.isSparse() || !entry.getLinkName().isEmpty()) {
      throw invalid(
          "Entry "
              + number
              + " is neither a file nor a directory: links, devices and sparse files"
              + " are refused.");
    }
    if (place.equals(directory)) {
      throw invalid("Entry " + number + " has no name.");
    }
    makeDirectories(directory, parentOf(place), number);
    if (Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
      throw invalid("Entry " + number + " is a file where a directory is.");
    }
    Files.deleteIfExists(place); // Of two with one name the later counts.
    long written = write(tar, place, left);
    long time = entry.getLastModifiedTime().to(TimeUnit.SECONDS);
    if (time > 0) { // Compiled files name that of their source.
      Files.setLastModifiedTime(place, FileTime.from(time, TimeUnit.SECONDS));
    }
    boolean runs = (entry.getMode() & 0111) != 0;
    Files.setPosixFilePermissions(
        place, PosixFilePermissions.fromString(runs ? "rwxr-xr-x" : "rw-r--r--"));
    return left - written;
  }

  private static long write(InputStream in, Path place, long max) throws IOException {
    long written = 0;
    try (OutputStream out = Files.newOutputStream(place)) {
      byte[] buffer = new byte[64 * 1024];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        written += read;
        if (written > max) {
          throw tooLarge("It unpacks to more than it may.");
        }
        out.write(buffer, 0, read);
      }
    }
    return written;
  }

  /** Where an entry goes, by its name alone: below the directory, or it is refused. */
  private static Path placeOf(TarArchiveEntry entry, int number, Path directory) {
    String name = entry.getName();
    boolean printable = name.chars().noneMatch(c -> c < ' ' || c == 127 || c == '\\');
    if (name.isEmpty() || name.length() > NAME_MAX_CHARS || !printable || name.startsWith("/")) {
      throw badName(number);
    }
    Path place = directory;
    int depth = 0;
    for (String part : name.split("/", -1)) {
      if (part.isEmpty() || part.equals(".")) {
        continue;
      }
      depth++;
      int bytes = part.getBytes(StandardCharsets.UTF_8).length;
      if (part.equals("..") || bytes > PART_MAX_BYTES || depth > DEPTH_MAX) {
        throw badName(number);
      }
      try {
        place = place.resolve(part);
      } catch (InvalidPathException e) {
        throw badName(number);
      }
    }
    if (!place.normalize().startsWith(directory)) { // Whatever the parts were.
      throw badName(number);
    }
    return place;
  }

  private static void makeDirectories(Path directory, Path wanted, int number) throws IOException {
    Path at = directory;
    for (Path part : directory.relativize(wanted)) {
      at = at.resolve(part);
      if (part.toString().isEmpty() || Files.isDirectory(at, LinkOption.NOFOLLOW_LINKS)) {
        continue;
      }
      if (Files.exists(at, LinkOption.NOFOLLOW_LINKS)) {
        throw invalid("Entry " + number + " is below something that is no directory.");
      }
      Files.createDirectory(at);
    }
  }

  private static Path parentOf(Path place) {
    return java.util.Objects.requireNonNull(place.getParent());
  }

  private static RefusedException badName(int number) {
    return invalid(
        "The name of entry "
            + number
            + " is refused: names are relative, without \"..\" and control characters, at most "
            + NAME_MAX_CHARS
            + " characters and "
            + DEPTH_MAX
            + " levels.");
  }

  private static RefusedException invalid(String why) {
    return RefusedException.invalid("archive", "The archive is refused. " + why);
  }

  private static RefusedException tooLarge(String why) {
    return new RefusedException(Reason.TOO_LARGE, "The archive is refused. " + why);
  }
}
