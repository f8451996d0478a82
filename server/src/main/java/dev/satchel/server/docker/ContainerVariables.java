package dev.satchel.server.docker;

import dev.satchel.core.secret.SecretValue;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A job's variables on their way into a container: most in a file for {@code --env-file}, and what
 * such a file cannot carry from the CLI's own environment, which {@code --env NAME} hands over.
 */
final class ContainerVariables implements AutoCloseable {
  /** Docker reads lines of up to 64 KiB. Source: docker/cli, opts/file.go. */
  private static final int LINE_MAX_BYTES = 60 * 1024;

  /** Names that would steer the CLI or the shell that becomes it. */
  private static final Pattern STEERING =
      Pattern.compile(
          "PATH|HOME|TMPDIR|LD_.*|DOCKER_.*|CONTAINER.*|PODMAN_.*|BUILDAH_.*|REGISTRY_.*|XDG_.*|SSH_.*"
              + "|.*_(PROXY|proxy)|GO.*|SSL_.*");

  /** Names that a shell as {@code /bin/sh} sets itself or takes to heart. */
  private static final Pattern OF_SHELLS =
      Pattern.compile(
          "_|BASH.*|COMP_.*|DIRSTACK|ENV|EPOCH.*|EUID|FUNCNAME|GROUPS|HISTCMD|IFS|LINENO|OLDPWD|OPTIND"
              + "|PIPESTATUS|POSIXLY_CORRECT|PPID|PS[0-4]|PWD|RANDOM|SECONDS|SHELLOPTS|SHLVL|SRANDOM|UID");

  /** What podman's reader of such files leaves as it is, whatever its version. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:@%+,=-]*");

  private final Map<String, SecretValue> inFile = new TreeMap<>();
  private final Map<String, SecretValue> byName = new TreeMap<>();
  private final List<String> objections = new ArrayList<>();
  private byte[] file = new byte[0];

  /**
   * @param podman whether podman is to read the file
   */
  ContainerVariables(Map<String, SecretValue> variables, boolean podman) {
    new TreeMap<>(variables).forEach((name, value) -> sort(name, value, podman));
  }

  private void sort(String name, SecretValue value, boolean podman) {
    byte[] bytes = value.bytes();
    CharBuffer text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
    } catch (CharacterCodingException e) {
      objections.add(
          "The variable "
              + name
              + " holds bytes that are no text, which no container's variable can carry; use a file entry.");
      return;
    }
    boolean plain = PLAIN.matcher(text).matches();
    Arrays.fill(text.array(), '\0');
    if (holdsNul(bytes)) {
      objections.add("The variable " + name + " holds NUL; use a file entry.");
    } else if (fitsFile(name, bytes) && (!podman || plain)) {
      inFile.put(name, value);
    } else if (STEERING.matcher(name).matches() || OF_SHELLS.matcher(name).matches()) {
      objections.add(
          "The variable "
              + name
              + " has several lines or is over 60 KiB, and cannot be handed over under this name, which steers"
              + " the container CLI; give it another name, or use a file entry.");
    } else {
      byName.put(name, value);
    }
  }

  private static boolean holdsNul(byte[] bytes) {
    for (byte each : bytes) {
      if (each == 0) {
        return true;
      }
    }
    return false;
  }

  private static boolean fitsFile(String name, byte[] bytes) {
    for (byte each : bytes) {
      if (each == '\n' || each == '\r') {
        return false;
      }
    }
    return name.length() + 1 + bytes.length <= LINE_MAX_BYTES;
  }

  /** Names of variables that cannot be handed over, each with the reason and the next step. */
  List<String> objections() {
    return objections;
  }

  /** What {@code --env-file} is to read. Overwritten by close. */
  byte[] file() {
    try (Wiped lines = new Wiped()) {
      inFile.forEach(
          (name, value) -> {
            lines.text(name).text("=").writeBytes(value.bytes());
            lines.text("\n");
          });
      file = lines.toByteArray();
      return file;
    }
  }

  /** The names that the CLI takes from its own environment. */
  List<String> names() {
    return List.copyOf(byName.keySet());
  }

  /** Adds to a shell's script what gives it those variables. */
  void export(Wiped script) {
    byName.forEach((name, value) -> script.text("export " + name + "=").quoted(value.bytes()));
  }

  @Override
  public void close() {
    Arrays.fill(file, (byte) 0);
  }

  /** A buffer that leaves no copy of what was written to it. */
  static final class Wiped extends ByteArrayOutputStream {
    Wiped() {
      super(4096);
    }

    Wiped text(String text) {
      writeBytes(text.getBytes(StandardCharsets.UTF_8));
      return this;
    }

    /** Within single quotes a shell takes every byte as it is, save the quote itself. */
    Wiped quotedWord(byte[] bytes) {
      write('\'');
      for (byte each : bytes) {
        if (each == '\'') {
          text("'\\''");
        } else {
          write(each);
        }
      }
      write('\'');
      return this;
    }

    void quoted(byte[] bytes) {
      quotedWord(bytes).text("\n");
    }

    @Override
    public synchronized void write(int b) {
      if (count == buf.length) {
        byte[] small = buf;
        buf = Arrays.copyOf(small, 2 * small.length);
        Arrays.fill(small, (byte) 0);
      }
      buf[count++] = (byte) b;
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
      for (int i = offset; i < offset + length; i++) {
        write(bytes[i]);
      }
    }

    @Override
    public void close() {
      Arrays.fill(buf, (byte) 0);
    }
  }
}
