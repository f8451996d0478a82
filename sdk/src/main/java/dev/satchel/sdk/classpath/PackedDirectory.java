package dev.satchel.sdk.classpath;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A directory of classes as a jar that is the same, to the byte, whenever and wherever the same
 * files are packed: sorted, without times, and not compressed.
 */
final class PackedDirectory {
  private static final int FILES_MAX = 100_000;
  private static final long FILE_MAX_BYTES = 256L << 20;
  private static final int DEPTH_MAX = 100;

  /** Not the first that a zip can hold: that one is written with a time of the zone's beside it. */
  private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 2, 1, 0, 0);

  private PackedDirectory() {}

  static Path of(Path directory) {
    try {
      Path jar = Files.createTempFile("satchel-classes", ".jar");
      jar.toFile().deleteOnExit();
      pack(directory, jar);
      return jar;
    } catch (IOException e) {
      throw new UncheckedIOException("the directory " + directory + " cannot be packed", e);
    }
  }

  private static void pack(Path directory, Path jar) throws IOException {
    List<String> names = names(directory);
    try (ZipOutputStream zip =
        new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(jar)))) {
      zip.setMethod(ZipOutputStream.STORED);
      for (String name : names) {
        byte[] bytes = bytes(directory.resolve(name));
        CRC32 sum = new CRC32();
        sum.update(bytes);
        ZipEntry entry = new ZipEntry(name);
        entry.setTimeLocal(NO_TIME); // Of no zone, so that it is the same in each.
        entry.setSize(bytes.length);
        entry.setCrc(sum.getValue());
        zip.putNextEntry(entry);
        zip.write(bytes);
        zip.closeEntry();
      }
    }
  }

  private static byte[] bytes(Path file) throws IOException {
    if (Files.size(file) > FILE_MAX_BYTES) {
      throw new Undeclarable(
          "The file "
              + file
              + " on the class path has more than "
              + FILE_MAX_BYTES
              + " bytes. Put it into a volume, or leave it out of the class path.");
    }
    return Files.readAllBytes(file);
  }

  private static List<String> names(Path directory) throws IOException {
    List<String> names = new ArrayList<>();
    try (Stream<Path> all = Files.walk(directory, DEPTH_MAX, FileVisitOption.FOLLOW_LINKS)) {
      for (Path each : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
        names.add(directory.relativize(each).toString().replace('\\', '/'));
        if (names.size() > FILES_MAX) {
          throw new Undeclarable(
              "The directory "
                  + directory
                  + " on the class path has more than "
                  + FILES_MAX
                  + " files; is it one of classes?");
        }
      }
    }
    names.sort(null);
    return names;
  }
}
