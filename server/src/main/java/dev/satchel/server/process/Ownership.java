package dev.satchel.server.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whose the attempts in an installation's directory on tmpfs are. A copy of a data directory has
 * the same installation's id and the same records, and would end what the original runs. So the
 * file {@code owner} names the data directory that the attempts belong to, and is locked while its
 * server runs. It is gone after a restart of the machine, and so are they; and once a server stops
 * in order that has no attempt there.
 */
final class Ownership implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Ownership.class);
  private static final int RECORD_MAX_BYTES = 16 * 1024;

  private static final int TAKE_MAX_TIMES = 100;

  private final Path installation;
  private final FileChannel channel;
  private final boolean locked;

  private Ownership(Path installation, FileChannel channel, boolean locked) {
    this.installation = installation;
    this.channel = channel;
    this.locked = locked;
  }

  /**
   * Takes a directory on tmpfs for a data directory.
   *
   * @param data its real path
   * @throws IllegalStateException where another data directory's server runs, or anything of its
   *     attempts is still there
   */
  static Ownership take(Path installation, Path data) throws IOException {
    for (int time = 0; time < TAKE_MAX_TIMES; time++) {
      Ownership taken = takenUnlessRemoved(installation, data);
      if (taken != null) {
        return taken;
      }
    }
    throw new IOException(installation + " is taken away again and again");
  }

  /** Null where another server, which just stopped, took the file away meanwhile. */
  private static @Nullable Ownership takenUnlessRemoved(Path installation, Path data)
      throws IOException {
    ControlDirectory.make(installation);
    Path file = installation.resolve("owner");
    FileChannel channel = null;
    try {
      channel = opened(file);
      String seen = keyOf(file);
      boolean locked = lock(channel) != null;
      String[] owner = read(channel);
      boolean ours = isOurs(owner, data);
      if (!ours && !locked) {
        throw refusal(owner, data, "whose server runs");
      }
      if (!ours && exists(owner) && !AttemptNames.in(installation).isEmpty()) {
        throw refusal(owner, data, "and attempts of that are still here");
      }
      record(channel, owner, data);
      if (keyOf(file).equals(seen)) {
        return new Ownership(installation, channel, locked);
      }
      channel.close();
      return null;
    } catch (NoSuchFileException e) {
      close(channel);
      return null;
    } catch (IOException | RuntimeException e) {
      close(channel);
      throw e;
    }
  }

  private static void close(@Nullable FileChannel channel) throws IOException {
    if (channel != null) {
      channel.close();
    }
  }

  private static FileChannel opened(Path file) throws IOException {
    return FileChannel.open(
        file,
        Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
  }

  private static IllegalStateException refusal(String[] owner, Path data, String why) {
    String other = owner.length < 2 ? "another" : owner[1];
    return new IllegalStateException(
        "The data directory %1$s is a copy of %2$s, %3$s. Use %2$s, or let its workloads end and stop its server first; delete it where %1$s takes its place."
            .formatted(data, other, why));
  }

  /** Null where another server has it, or another engine of this process. */
  private static @Nullable FileLock lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  /** The key of the owner's directory and its path; nothing where there is no owner yet. */
  private static String[] read(FileChannel channel) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(RECORD_MAX_BYTES);
    while (buffer.hasRemaining() && channel.read(buffer, buffer.position()) > 0) {}
    String record = new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8);
    return record.isEmpty() ? new String[0] : record.split("\n", 2);
  }

  /**
   * Names the owner. Where there is no room for it the server starts all the same, to make some.
   */
  private static void record(FileChannel channel, String[] owner, Path data) throws IOException {
    String[] ours = {keyOf(data), data.toString()};
    if (Arrays.equals(owner, ours)) {
      return;
    }
    ByteBuffer bytes = StandardCharsets.UTF_8.encode(String.join("\n", ours));
    try {
      channel.truncate(0);
      while (bytes.hasRemaining()) {
        int _ = channel.write(bytes, bytes.position());
      }
    } catch (IOException e) {
      log.warn("a copy of {} could not be told from it: {}", data, e.getMessage());
    }
  }

  private static boolean isOurs(String[] owner, Path data) throws IOException {
    return owner.length == 2
        && (owner[1].equals(data.toString())
            || (exists(owner) && Files.isSameFile(Path.of(owner[1]), data)));
  }

  /** Whether the owner's directory is where it was, and the one that it was. */
  private static boolean exists(String[] owner) throws IOException {
    Path path = owner.length == 2 ? Path.of(owner[1]) : null;
    return path != null && Files.isDirectory(path) && keyOf(path).equals(owner[0]);
  }

  private static String keyOf(Path directory) throws IOException {
    return Objects.toString(Files.getAttribute(directory, "fileKey"));
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      if (locked && isAlone()) { // And nobody else can take it before both are gone.
        Files.deleteIfExists(installation.resolve("owner"));
        Files.deleteIfExists(installation);
      }
    } catch (DirectoryNotEmptyException e) {
      log.debug("{} is in use again", installation);
    }
  }

  private boolean isAlone() throws IOException {
    try (Stream<Path> files = Files.list(installation)) {
      return files.allMatch(file -> file.endsWith("owner"));
    } catch (NoSuchFileException e) {
      return false;
    }
  }
}
