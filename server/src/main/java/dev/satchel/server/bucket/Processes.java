package dev.satchel.server.bucket;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The processes of this machine. Source: proc(5). */
final class Processes {
  private static final Path PROC = Path.of("/proc");

  private Processes() {}

  /**
   * A process that a later one of the same id is not taken for.
   *
   * @param started when, with the machine's life before it
   */
  record Mark(long pid, String started) {
    static Mark of(long pid) {
      return new Mark(pid, startOf(pid));
    }

    boolean isAlive() {
      return !started.isEmpty() && startOf(pid).equals(started);
    }
  }

  /** Empty where there is none such, or it has ended and is only not reaped yet. */
  private static String startOf(long pid) {
    try {
      String stat = read(PROC.resolve(Long.toString(pid)).resolve("stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      boolean ended = fields.length < 20 || fields[0].equals("Z") || fields[0].equals("X");
      return ended ? "" : bootId() + " " + fields[19];
    } catch (IOException e) {
      return "";
    }
  }

  /** Differs after each restart of the machine. */
  static String bootId() throws IOException {
    return read(PROC.resolve("sys/kernel/random/boot_id")).strip();
  }

  /** Those that mount something at a place, by the words they were started with, and no others. */
  static List<Long> mountingAt(Path place) {
    List<Long> found = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path process : all) {
        String[] words = commandLine(process).split("\0", -1);
        if (words.length > 3 && words[1].equals("mount") && words[3].equals(place.toString())) {
          found.add(Long.parseLong(String.valueOf(process.getFileName())));
        }
      }
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Those that copy or delete by what lies in a directory, by the words they were started with. */
  static List<Long> copyingBelow(Path directory) {
    List<Long> found = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path process : all) {
        List<String> words = List.of(commandLine(process).split("\0", -1));
        boolean copies = words.contains("--s3-env-auth") && !words.contains("mount");
        if (copies && words.stream().anyMatch(word -> word.startsWith(directory + "/"))) {
          found.add(Long.parseLong(String.valueOf(process.getFileName())));
        }
      }
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String commandLine(Path process) {
    try {
      return read(process.resolve("cmdline"));
    } catch (IOException e) {
      return ""; // It has ended.
    }
  }

  private static String read(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
  }
}
