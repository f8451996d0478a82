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
  private static final int FILES_MAX = 20_000;
  private static final long ALL_MAX_BYTES = 512L << 20;
  private static final long FILE_MAX_BYTES = 256L << 20;
  private static final int DEPTH_MAX = 100;

  /** What stands beside classes only where a whole project or a person's files do. */
  private static final List<String> SIGNS =
      List.of(
          ".git",
          ".hg",
          ".svn",
          ".ssh",
          ".gnupg",
          ".m2",
          ".bash_history",
          "pom.xml",
          "build.gradle");

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
    requireClasses(directory);
    List<String> names = new ArrayList<>();
    long bytes = 0;
    try (Stream<Path> all = Files.walk(directory, DEPTH_MAX, FileVisitOption.FOLLOW_LINKS)) {
      for (Path each : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
        names.add(directory.relativize(each).toString().replace('\\', '/'));
        bytes += Files.size(each);
        if (names.size() > FILES_MAX || bytes > ALL_MAX_BYTES) {
          throw refused(
              directory, "has more than " + FILES_MAX + " files or " + ALL_MAX_BYTES + " bytes");
        }
      }
    }
    names.sort(null);
    return names;
  }

  /** Whoever starts a program with {@code -cp .} may stand anywhere. */
  private static void requireClasses(Path directory) throws IOException {
    Path real = directory.toRealPath();
    if (Path.of(System.getProperty("user.home", "/")).toAbsolutePath().startsWith(real)) {
      throw refused(directory, "is the home directory, or holds it");
    }
    for (String sign : SIGNS) {
      if (Files.exists(directory.resolve(sign))) {
        throw refused(directory, "holds " + sign);
      }
    }
  }

  private static Undeclarable refused(Path directory, String why) {
    return new Undeclarable(
        "The directory "
            + directory
            + " on the class path "
            + why
            + ", so it is no directory of classes, and all of it would be sent. Start the program"
            + " with a directory that has its classes alone (javac -d classes; java -cp classes),"
            + " or name one: app.classPath(List.of(Path.of(\"target/classes\"), …)).");
  }
}
