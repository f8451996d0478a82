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
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
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

  /** A socket's address is shorter than this, and OpenSSH needs some of it. Source: unix(7). */
  private static final int PATH_MAX = 108 - 30;

  /** What is told to exit by its control socket is not looked for by its address. */
  private static final EngineAddress ANY = new EngineAddress("ssh://satchel@localhost");

  private final @Nullable Path directory; // Null where there is no tmpfs.

  TunnelDirectory(@Nullable Path directory) {
    this.directory = directory;
  }

  /** The same for each time that it is opened. */
  Path socket() {
    return (directory == null ? Path.of("/nonexistent") : directory).resolve("docker.sock");
  }

  /** A new directory for one time. */
  SshOptions next(EngineAddress address) throws IOException {
    if (directory == null) {
      throw new EngineOutageException(
          "No tmpfs is there on the server's machine, on which the key of a tunnel may lie.");
    }
    if (directory.toString().length() > PATH_MAX) {
      throw new EngineOutageException(
          "The path of the server's tmpfs, " + directory + ", is too long for a socket.");
    }
    make(directory);
    return new SshOptions(
        Files.createTempDirectory(
            directory,
            "",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))),
        address);
  }

  /** Writes the key that opens the host, and those by which it proves itself. */
  void write(SshOptions options, HostLogin login) throws IOException {
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
  void lead(SshOptions options) throws IOException {
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

  void close() {
    delete(directory);
  }

  private static void make(Path directory) throws IOException {
    Files.createDirectories(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
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
