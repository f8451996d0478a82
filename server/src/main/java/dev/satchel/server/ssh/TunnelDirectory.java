package dev.satchel.server.ssh;

import dev.satchel.core.credential.EngineAddress;
import dev.satchel.core.credential.HostLogin;
import dev.satchel.core.secret.SecretValue;
import dev.satchel.core.workload.EngineOutageException;
import dev.satchel.server.tmpfs.SecretRoot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the files of a tunnel lie, on tmpfs: a directory for each time that it is opened, and a
 * link of one name to the socket that is open now.
 */
final class TunnelDirectory {
  private static final Logger log = LoggerFactory.getLogger(TunnelDirectory.class);

  private static final int NAME_CHARS = 8;

  /**
   * A socket's address is of at most 107 bytes, and OpenSSH makes its control socket under a name
   * with a dot and 16 characters more, in a directory of this one. Source: unix(7), mux.c.
   */
  private static final int PATH_MAX =
      107 - "/".length() - NAME_CHARS - "/ctl".length() - ".".length() - 16;

  /** What OpenSSH takes as it is: others it expands, or parts words at. Source: ssh_config(5). */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9/._+@,=-]*");

  private static final SecureRandom RANDOM = new SecureRandom();

  /** What is told to exit by its control socket is not looked for by its address. */
  private static final EngineAddress ANY = new EngineAddress("ssh://satchel@localhost");

  private static final FileAttribute<Set<PosixFilePermission>> OWN =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final @Nullable Path directory; // Null where there is no tmpfs.
  private boolean closed; // Guarded by this: nothing is written any more.

  TunnelDirectory(@Nullable Path directory) {
    this.directory = directory;
  }

  /** The same for each time that it is opened. */
  Path socket() {
    return (directory == null ? Path.of("/nonexistent") : directory).resolve("docker.sock");
  }

  /** A new directory for one time. */
  synchronized SshOptions next(EngineAddress address) throws IOException {
    requireOpen();
    if (directory == null) {
      throw new EngineOutageException(
          "No tmpfs is there on the server's machine, on which the key of a tunnel may lie.");
    }
    if (directory.toString().length() > PATH_MAX) {
      throw new EngineOutageException(
          "The path of the server's tmpfs, " + directory + ", is too long for a socket.");
    }
    if (!PLAIN.matcher(directory.toString()).matches()) {
      throw new EngineOutageException(
          "The path of the server's tmpfs, "
              + directory
              + ", has characters that ssh takes for something else (such as % or $).");
    }
    make(directory);
    byte[] random = new byte[NAME_CHARS / 2];
    RANDOM.nextBytes(random);
    Path time = directory.resolve(HexFormat.of().formatHex(random));
    return new SshOptions(Files.createDirectory(time, OWN), address);
  }

  private void requireOpen() {
    if (closed) {
      throw new EngineOutageException("The server is stopping.");
    }
  }

  /** Writes the key that opens the host, and those by which it proves itself. */
  synchronized void write(SshOptions options, HostLogin login) throws IOException {
    requireOpen();
    SecretRoot.write(
        options.knownHosts(),
        login.hostKeys().knownAs(SshOptions.ALIAS).getBytes(StandardCharsets.UTF_8),
        "rw-------",
        null);
    byte[] key = keyFile(login.privateKey());
    try {
      SecretRoot.write(options.key(), key, "rw-------", null);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  /** OpenSSH takes none without a line break at its end, which copies lose. */
  private static byte[] keyFile(SecretValue key) {
    byte[] bytes = Arrays.copyOf(key.bytes(), Math.toIntExact(key.sizeBytes()) + 1);
    bytes[bytes.length - 1] = '\n';
    return bytes;
  }

  /** Has the one name lead to the socket of this time. */
  synchronized void lead(SshOptions options) throws IOException {
    requireOpen();
    Path fresh = options.socket().resolveSibling("link");
    Files.createSymbolicLink(fresh, options.socket());
    Files.move(
        fresh, socket(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  void remove(SshOptions options) {
    delete(options.socket().getParent());
  }

  /** Ends what an earlier life of the server left, whose own end its children may have outlived. */
  static void endEarlier(Path parent, String prefix, Ssh ssh) {
    try (DirectoryStream<Path> tunnels = Files.newDirectoryStream(parent, prefix + "*")) {
      for (Path tunnel : tunnels) {
        try (DirectoryStream<Path> times = Files.newDirectoryStream(tunnel)) {
          for (Path time : times) {
            SshOptions earlier = new SshOptions(time, ANY);
            if (Files.exists(earlier.control())) {
              Ssh.Answer _ = ssh.run(earlier.exit(), new byte[0]);
            }
          }
        }
        delete(tunnel);
      }
    } catch (NoSuchFileException e) {
      // None ever was.
    } catch (IOException | RuntimeException e) {
      log.warn("What an earlier tunnel left in {} could not be removed.", parent, e);
    }
  }

  /** Removes all of it; whoever is just opening it writes nothing any more. */
  synchronized void close() {
    closed = true;
    delete(directory);
  }

  private static void make(Path directory) throws IOException {
    Files.createDirectories(directory, OWN);
  }

  private static void delete(@Nullable Path path) {
    if (path == null) {
      return;
    }
    try (Stream<Path> all = Files.walk(path)) {
      for (Path each : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    } catch (NoSuchFileException e) {
      // Removed meanwhile, by the process whose they were.
    } catch (IOException | java.io.UncheckedIOException e) {
      log.debug("{} could not be removed.", path, e);
    }
  }
}
