package dev.satchel.sdk;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.UUID;

/**
 * The files of a sandbox, one at a time: by {@code /bin/sh}, {@code cat}, {@code wc}, {@code mv},
 * {@code rm} and {@code mkdir} inside, which its image must have, and with the rights of its user.
 * Paths are absolute, or relative to where it works. Directories, and what is large, belong into a
 * volume. Thread-safe.
 *
 * <p>What is read comes as what a command prints does: values of the sandbox's secrets would be
 * masked. A file that holds one is refused for that, and not given out changed.
 */
public final class SandboxFiles {
  private static final int READ_MAX_BYTES = 64 << 20;
  private static final int BUFFER_BYTES = 64 << 10;
  private static final Duration END = Duration.ofSeconds(60);

  /** To a name beside it that nobody else has; says how much has come. */
  private static final String WRITE =
      "case $1 in */*) mkdir -p -- \"${1%/*}/\" || exit;; esac; cat >\"$2\" && wc -c <\"$2\"";

  /** Once all has come, so that nobody sees a file in part. */
  private static final String INSTALL =
      "if [ -d \"$1\" ]; then echo it is a directory >&2; exit 1; fi; mv -f -- \"$2\" \"$1\"";

  private static final String DISCARD = "rm -f -- \"$1\"";

  /** Says its size beside it. */
  private static final String READ = "wc -c <\"$1\" >&2 && exec cat <\"$1\"";

  private final Sandbox sandbox;

  SandboxFiles(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  /**
   * Writes a file, and makes the directories above it.
   *
   * @param content its bytes
   * @param to its path in the sandbox
   * @throws RemoteFailure where it cannot be written, with what the sandbox said
   */
  public void put(byte[] content, String to) {
    put(new ByteArrayInputStream(content), to);
  }

  /**
   * As {@link #put(byte[], String)}.
   *
   * @param from a file here, of any size
   * @param to its path in the sandbox
   * @throws UncheckedIOException where it cannot be read
   */
  public void put(Path from, String to) {
    try (InputStream content = Files.newInputStream(from)) {
      put(content, to);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /**
   * As {@link #put(byte[], String)}, from what comes.
   *
   * @param content is read to its end, and not closed
   * @param to its path in the sandbox
   * @throws UncheckedIOException where it cannot be read
   */
  public void put(InputStream content, String to) {
    String file = absolute(to);
    String part = file + "." + UUID.randomUUID().toString().substring(0, 13) + ".part";
    boolean installed = false;
    try {
      send(content, file, part, to);
      install(file, part, to);
      installed = true;
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    } finally {
      if (!installed) {
        discard(part);
      }
    }
  }

  private void send(InputStream content, String file, String part, String to) throws IOException {
    ExecRequest request = ExecRequest.of("/bin/sh", "-c", WRITE, "put", file, part).withStdin();
    try (Exec exec = sandbox.exec(request)) {
      long sent = 0;
      boolean all = false;
      try (OutputStream stdin = exec.stdin()) {
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
          stdin.write(buffer, 0, read);
          sent += read;
        }
        all = true;
      } catch (Conflict | NotFound | Cancelled gone) {
        if (!all) { // Else it ended before the last part was answered, and says what it has.
          throw failed("written", to, exec);
        }
      }
      String arrived = text(exec.stdout());
      if (exec.exitCode(END) != 0 || !arrived.equals(Long.toString(sent))) {
        throw failed("written", to, exec);
      }
    }
  }

  private void install(String file, String part, String to) {
    try (Exec exec = sandbox.exec("/bin/sh", "-c", INSTALL, "put", file, part)) {
      if (exec.exitCode(END) != 0) {
        throw failed("written", to, exec);
      }
    }
  }

  /** As far as the sandbox is still there. */
  private void discard(String part) {
    try {
      ExecResult ignored = sandbox.run(END, "/bin/sh", "-c", DISCARD, "put", part);
    } catch (SatchelException gone) {
      // What is told is why it was not written.
    }
  }

  /**
   * Reads a file of at most 64 MiB.
   *
   * @param path in the sandbox
   * @return its bytes
   * @throws RemoteFailure where it cannot be read, or holds the value of a secret
   * @throws Invalid where it is larger; {@link #get} takes any
   */
  public byte[] read(String path) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    copy(path, bytes, READ_MAX_BYTES);
    return bytes.toByteArray();
  }

  /**
   * Copies a file out of the sandbox.
   *
   * @param path in the sandbox
   * @param to the file here, which is replaced once all has come
   * @throws RemoteFailure where it cannot be read, or holds the value of a secret
   * @throws UncheckedIOException where it cannot be written here
   */
  public void get(String path, Path to) {
    Path part = to.resolveSibling("." + to.getFileName() + ".part");
    try {
      try (OutputStream out = Files.newOutputStream(part)) {
        copy(path, out, Long.MAX_VALUE);
      }
      Files.move(part, to, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException unwritable) {
      throw new UncheckedIOException(unwritable);
    } finally {
      discard(part);
    }
  }

  private static void discard(Path part) {
    try {
      Files.deleteIfExists(part);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void copy(String path, OutputStream to, long maxBytes) {
    try (Exec exec = sandbox.exec("/bin/sh", "-c", READ, "read", absolute(path))) {
      byte[] buffer = new byte[BUFFER_BYTES];
      long come = 0;
      InputStream from = exec.stdout();
      for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
        come += read;
        if (come > maxBytes) {
          throw new Invalid(
              "The file " + path + " has more than " + maxBytes + " bytes; use get.", null);
        }
        to.write(buffer, 0, read);
      }
      if (exec.exitCode(END) != 0) {
        throw failed("read", path, exec);
      }
      if (!text(exec.stderr()).equals(Long.toString(come))) {
        throw new RemoteFailure(
            "The file "
                + path
                + " holds the value of a secret, which is masked on its way here, or it was changed"
                + " meanwhile. Write it to a volume, and read it there.");
      }
    } catch (IOException unwritable) {
      throw new UncheckedIOException(unwritable);
    }
  }

  /** Never an option of a program. */
  private static String absolute(String path) {
    if (path.isEmpty() || path.endsWith("/") || path.indexOf('\0') >= 0) {
      throw new Invalid("A file of a sandbox is named by a path, such as /work/in.csv.", null);
    }
    return path.startsWith("/") ? path : "./" + path;
  }

  private static String text(InputStream from) throws IOException {
    return new String(from.readNBytes(BUFFER_BYTES), StandardCharsets.UTF_8).strip();
  }

  private static RemoteFailure failed(String what, String path, Exec exec) {
    String said;
    try {
      said = text(exec.stderr());
    } catch (IOException | SatchelException e) {
      said = String.valueOf(e.getMessage());
    }
    return new RemoteFailure(
        "The file " + path + " cannot be " + what + " in the sandbox: " + said + ".");
  }
}
