package dev.satchel.cli.setup;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The process that listens on a port, as far as the system lets us see it. Source: proc(5),
 * /proc/net/tcp and /proc/PID/fd.
 *
 * @param pid its id
 * @param name the program's name
 */
record PortHolder(long pid, String name) {
  private static final String LISTENING = "0A";
  private static final int LOCAL = 1;
  private static final int STATE = 3;
  private static final int INODE = 9;

  /** Null where nobody listens there, or it is another user's and cannot be seen. */
  static @Nullable PortHolder of(int port) {
    Set<String> sockets = new HashSet<>();
    for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
      addSockets(Path.of(table), port, sockets);
    }
    if (sockets.isEmpty()) {
      return null;
    }
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[1-9]*")) {
      for (Path process : processes) {
        if (holdsOneOf(process, sockets)) {
          String name = Files.readString(process.resolve("comm")).strip();
          return new PortHolder(Long.parseLong(process.getFileName().toString()), name);
        }
      }
    } catch (IOException unseen) {
      return null;
    }
    return null;
  }

  private static void addSockets(Path table, int port, Set<String> sockets) {
    try {
      String wanted = ":%04X".formatted(port);
      for (String line : Files.readAllLines(table)) {
        String[] fields = line.strip().split("\\s+", -1);
        if (fields.length > INODE
            && fields[LOCAL].endsWith(wanted)
            && fields[STATE].equals(LISTENING)) {
          sockets.add("socket:[" + fields[INODE] + "]");
        }
      }
    } catch (IOException absent) {
      // No Linux, or no such protocol.
    }
  }

  private static boolean holdsOneOf(Path process, Set<String> sockets) {
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path descriptor : descriptors) {
        if (Files.isSymbolicLink(descriptor)
            && sockets.contains(Files.readSymbolicLink(descriptor).toString())) {
          return true;
        }
      }
    } catch (IOException | java.nio.file.DirectoryIteratorException otherUsers) {
      return false;
    }
    return false;
  }

  @Override
  public String toString() {
    return name + " (process " + pid + ")";
  }
}
