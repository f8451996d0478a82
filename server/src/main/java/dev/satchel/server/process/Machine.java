package dev.satchel.server.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalLong;

/** What the kernel says of this machine and its processes. Source: proc(5). */
final class Machine {
  private static final Path PROC = Path.of("/proc");

  /** More than execve(2) takes; a process may let its own seem to be of any length. */
  private static final int ENVIRONMENT_MAX_BYTES = 8 << 20;

  /** It is the same for as long as this process can be there. */
  private static final String BOOT_ID = firstLine(PROC.resolve("sys/kernel/random/boot_id"));

  /** A host that is renamed meanwhile is the same machine. */
  private static final String ID = readId();

  private static final int USER_ID = ownerOf(PROC.resolve("self/status")); // The link is root's.

  private Machine() {}

  /** Differs after each restart of the machine. */
  static String bootId() {
    return BOOT_ID;
  }

  /** The machine's lasting id; its host name where it has none. */
  static String id() {
    return ID;
  }

  private static String readId() {
    for (String file : new String[] {"/etc/machine-id", "/proc/sys/kernel/hostname"}) {
      Path path = Path.of(file);
      if (Files.isReadable(path) && !firstLine(path).isEmpty()) {
        return firstLine(path);
      }
    }
    return "unknown";
  }

  static int userId() {
    return USER_ID;
  }

  static int groupId() {
    try {
      return (Integer) Files.getAttribute(PROC.resolve("self/status"), "unix:gid");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static int ownerOf(Path path, LinkOption... options) {
    try {
      return (Integer) Files.getAttribute(path, "unix:uid", options);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** In clock ticks since the machine started; with the id it names a process for good. */
  static OptionalLong startTimeOf(long pid) {
    String[] fields = statOf(pid);
    boolean ended = fields.length < 20 || fields[0].equals("Z") || fields[0].equals("X");
    return ended ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(fields[19]));
  }

  /** The session that a process belongs to; -1 where there is no such process. */
  static long sessionOf(long pid) {
    String[] fields = statOf(pid);
    return fields.length < 4 ? -1 : Long.parseLong(fields[3]);
  }

  /** The fields of /proc/PID/stat from the third on; the name before them may hold anything. */
  private static String[] statOf(long pid) {
    try {
      String stat = read(PROC.resolve(Long.toString(pid)).resolve("stat"));
      return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    } catch (IOException e) {
      return new String[0];
    }
  }

  /** The id that a process has in the innermost PID namespace it is in; -1 where it is gone. */
  static long innermostPidOf(long pid) {
    try {
      for (String line : read(PROC.resolve(Long.toString(pid)).resolve("status")).split("\n", -1)) {
        if (line.startsWith("NSpid:")) {
          String[] pids = line.split("\t", -1);
          return pids.length < 3 ? -1 : Long.parseLong(pids[pids.length - 1]);
        }
      }
    } catch (IOException e) {
      return -1; // It has ended.
    }
    return -1;
  }

  /** Whether a process was started with a string among its variables. */
  static boolean startedWith(long pid, String variable) {
    byte[] environment = new byte[0];
    try {
      environment = environmentOf(pid);
      return has(environment, variable.getBytes(StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      return false;
    } finally {
      Arrays.fill(environment, (byte) 0);
    }
  }

  private static boolean has(byte[] environment, byte[] variable) {
    int from = 0;
    for (int at = 0; at < environment.length; at++) {
      if (environment[at] == 0) {
        if (Arrays.equals(environment, from, at, variable, 0, variable.length)) {
          return true;
        }
        from = at + 1;
      }
    }
    return false;
  }

  /**
   * The variables that a process was started with, each followed by NUL.
   *
   * @throws IOException also where a process says that it has more than the kernel starts one with
   */
  static byte[] environmentOf(long pid) throws IOException {
    Path environ = PROC.resolve(Long.toString(pid)).resolve("environ");
    try (InputStream in = Files.newInputStream(environ)) {
      byte[] environment = in.readNBytes(ENVIRONMENT_MAX_BYTES + 1);
      if (environment.length > ENVIRONMENT_MAX_BYTES) {
        throw new IOException("the process " + pid + " has too many variables");
      }
      return environment;
    }
  }

  /** Whom a process runs as. */
  static int effectiveUserOf(long pid) throws IOException {
    for (String line : read(PROC.resolve(Long.toString(pid)).resolve("status")).split("\n", -1)) {
      if (line.startsWith("Uid:")) {
        return Integer.parseInt(line.split("\t", -1)[2]);
      }
    }
    throw new IOException("the process has ended");
  }

  /** Which namespace of a kind a process is in, as the kernel names it. */
  static String namespaceOf(long pid, String kind) throws IOException {
    return namespace(Long.toString(pid), kind);
  }

  static String namespaceOfThis(String kind) throws IOException {
    return namespace("self", kind);
  }

  private static String namespace(String process, String kind) throws IOException {
    return Files.readSymbolicLink(PROC.resolve(process).resolve("ns").resolve(kind)).toString();
  }

  /** What words given to a process look like in {@link #commandLineOf}: a character for a byte. */
  static String asRead(String words) {
    Charset given = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
    return new String(words.getBytes(given), StandardCharsets.ISO_8859_1);
  }

  /** The words a process was started with, each followed by NUL; empty where it is gone. */
  static String commandLineOf(long pid) {
    try {
      return read(PROC.resolve(Long.toString(pid)).resolve("cmdline"));
    } catch (IOException e) {
      return "";
    }
  }

  private static String firstLine(Path file) {
    try {
      return read(file).lines().findFirst().orElse("").strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
  }
}
