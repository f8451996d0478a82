package dev.satchel.server.disk;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.volume.VolumeFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The files of a volume that is a directory. Jobs may change it meanwhile in any way, so that each
 * step goes from an open directory to the next, and follows no link.
 */
final class DiskVolumeFiles implements VolumeFiles {
  static final int BUFFER_BYTES = 64 * 1024;
  private static final int DEPTH_MAX = 512;

  private final Path root;
  private final Path incoming;
  private final DiskDigests digests;
  private final LongConsumer written;
  private final Runnable removed;

  /**
   * @param incoming only this user's, on the same file system: where files are made
   * @param written is told by how many bytes each file that is written makes it larger
   * @param removed is told when something was removed
   */
  DiskVolumeFiles(
      Path root, Path incoming, DiskDigests digests, LongConsumer written, Runnable removed) {
    this.root = root;
    this.incoming = incoming;
    this.digests = digests;
    this.written = written;
    this.removed = removed;
  }

  /** What is done in an open directory, with a name in it. */
  private interface Act<T> {
    T in(OpenDirectory directory, Path name) throws IOException;
  }

  @Override
  public Kind kindOf(String path) {
    return path.isEmpty()
        ? Kind.DIRECTORY
        : at(path, (directory, name) -> kind(there(directory, name, path)));
  }

  @Override
  public List<Item> list(String path, String after, int limit) {
    if (path.isEmpty()) {
      try (OpenDirectory directory = OpenDirectory.of(root)) {
        return items(directory, after, limit);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return at(
        path,
        (directory, name) -> {
          if (!there(directory, name, path).isDirectory()) {
            throw conflict(path, "is no directory");
          }
          try (OpenDirectory inner = directory.enter(name)) {
            return items(inner, after, limit);
          }
        });
  }

  /** What vanishes once its name was read is made up for: a page that is not full is the last. */
  static List<Item> items(OpenDirectory directory, String after, int limit) throws IOException {
    List<Item> items = new ArrayList<>();
    String last = after;
    boolean more = true;
    while (more && items.size() < limit) {
      int wanted = limit - items.size();
      NavigableMap<String, Path> names = names(directory, last, wanted);
      for (var each : names.entrySet()) {
        BasicFileAttributes attributes = directory.attributes(each.getValue());
        if (attributes != null) {
          items.add(item(each.getKey(), attributes));
        }
      }
      more = names.size() == wanted;
      last = more ? names.lastKey() : last;
    }
    return items;
  }

  /** Keeps no more than a page of names, however many there are. */
  private static NavigableMap<String, Path> names(OpenDirectory directory, String after, int limit)
      throws IOException {
    TreeMap<String, Path> page = new TreeMap<>();
    try (OpenDirectory fresh = directory.again()) {
      for (Path entry : fresh.stream()) {
        String name = entry.getFileName().toString();
        if (name.compareTo(after) > 0) {
          page.put(name, entry.getFileName());
          if (page.size() > limit) {
            page.pollLastEntry();
          }
        }
      }
    }
    return page;
  }

  private static Item item(String name, BasicFileAttributes attributes) {
    return new Item(
        name,
        kind(attributes),
        attributes.isRegularFile() ? attributes.size() : 0,
        attributes.lastModifiedTime().toInstant());
  }

  private static Kind kind(BasicFileAttributes attributes) {
    return attributes.isDirectory()
        ? Kind.DIRECTORY
        : attributes.isRegularFile()
            ? Kind.FILE
            : attributes.isSymbolicLink() ? Kind.LINK : Kind.OTHER;
  }

  @Override
  public void read(String path, Sink to) throws IOException {
    boolean _ =
        at(
            path,
            (directory, name) -> {
              BasicFileAttributes attributes = there(directory, name, path);
              if (!attributes.isRegularFile()) { // Opening something else could wait for ever.
                throw conflict(path, "is no file");
              }
              try (SeekableByteChannel file =
                  directory.stream()
                      .newByteChannel(
                          name, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
                new DiskReader(digests, file, () -> state(directory, name, path))
                    .read(attributes.lastModifiedTime().toInstant(), to);
                return true;
              }
            });
  }

  /** Told by the path, on which a job may have put a link: it must be the file of the directory. */
  @Nullable FileState state(OpenDirectory directory, Path name, String path) {
    FileState found = FileState.of(root.resolve(path));
    try {
      BasicFileAttributes attributes = directory.attributes(name);
      return found != null && attributes != null && found.file().equals(attributes.fileKey())
          ? found
          : null;
    } catch (IOException gone) {
      return null;
    }
  }

  @Override
  public Content write(String path, InputStream bytes, long maxBytes, @Nullable String sha256)
      throws IOException {
    Path part = incoming.resolve("file-" + UUID.randomUUID());
    try {
      Content received = receive(part, bytes, maxBytes);
      if (sha256 != null && !sha256.equals(received.sha256())) {
        throw RefusedException.invalid(
            "Content-Digest",
            "What arrived has another SHA-256 than Content-Digest says. Nothing was written: send"
                + " it again.");
      }
      written.accept(received.sizeBytes() - place(part, path));
      return received;
    } catch (FileSystemException e) {
      throw full(e);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static Content receive(Path part, InputStream bytes, long maxBytes) throws IOException {
    MessageDigest digest = sha256();
    long size = 0;
    try (var file =
        FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int read = next(bytes, buffer); read >= 0; read = next(bytes, buffer)) {
        size += read;
        if (size > maxBytes) {
          throw new RefusedException(
              Reason.TOO_LARGE, "A file that is sent has at most " + maxBytes + " bytes.");
        }
        digest.update(buffer, 0, read);
        write(file, ByteBuffer.wrap(buffer, 0, read));
      }
      file.force(true);
    }
    Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("rw-rw-rw-"));
    return new Content(size, hex(digest), Files.getLastModifiedTime(part).toInstant());
  }

  private static int next(InputStream bytes, byte[] buffer) {
    try {
      return bytes.read(buffer);
    } catch (IOException e) { // Not of this disk.
      throw RefusedException.invalid("body", "The body did not arrive whole.");
    }
  }

  private static void write(FileChannel file, ByteBuffer bytes) throws IOException {
    try {
      while (bytes.hasRemaining()) {
        int _ = file.write(bytes);
      }
    } catch (IOException e) {
      throw full(e);
    }
  }

  static IOException full(IOException e) {
    String why = String.valueOf(e.getMessage());
    if (why.contains("No space left") || why.contains("quota")) {
      throw new RefusedException(
          Reason.STORE_FULL, "There is no room for the file. Nothing was written; free some.");
    }
    return e;
  }

  /** Answers how many bytes the file had that was there. */
  private long place(Path part, String path) throws IOException {
    long replaced;
    Path inner = inner(path);
    Path parent = inner.getParent();
    try (OpenDirectory from = OpenDirectory.of(incoming);
        OpenDirectory into = parent == null ? OpenDirectory.of(root) : entered(parent, path)) {
      Path name = inner.getFileName();
      BasicFileAttributes there = into.attributes(name);
      if (there != null && there.isDirectory()) {
        throw conflict(path, "is a directory");
      }
      replaced = there != null && there.isRegularFile() ? there.size() : 0;
      from.stream().move(part.getFileName(), into.stream(), name);
    }
    Path directory = parent == null ? root : root.resolve(parent);
    if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) { // Else a job has moved it.
      DiskRuns.sync(directory);
    }
    return replaced;
  }

  /** Makes a directory, and those above it, as far as they are not there. */
  void make(String path) throws IOException {
    entered(inner(path), path).close();
  }

  private OpenDirectory entered(Path inner, String path) throws IOException {
    OpenDirectory current = OpenDirectory.of(root);
    try {
      for (Path name : inner) {
        OpenDirectory next = entered(current, name, path);
        current.close();
        current = next;
      }
      return current;
    } catch (IOException | RuntimeException e) {
      current.close();
      throw e;
    }
  }

  private OpenDirectory entered(OpenDirectory in, Path name, String path) throws IOException {
    BasicFileAttributes attributes = in.attributes(name);
    if (attributes == null) {
      NewDirectory.in(in, name, incoming);
    } else if (!attributes.isDirectory()) {
      throw conflict(path, "leads through what is no directory");
    }
    try {
      return in.enter(name);
    } catch (FileSystemException e) {
      throw conflict(path, "leads through what is no directory");
    }
  }

  @Override
  public void remove(String path, boolean all) {
    try {
      boolean _ =
          at(
              path,
              (directory, name) -> {
                if (!there(directory, name, path).isDirectory()) {
                  directory.stream().deleteFile(name);
                } else if (all) {
                  directory.removeTree(name, DEPTH_MAX);
                } else {
                  removeEmpty(directory, name, path);
                }
                return true;
              });
    } finally { // A part may be gone.
      removed.run();
    }
  }

  private static void removeEmpty(OpenDirectory directory, Path name, String path)
      throws IOException {
    try {
      directory.stream().deleteDirectory(name);
    } catch (FileSystemException e) {
      if (e instanceof NoSuchFileException) {
        throw e;
      }
      throw conflict(path, "is a directory that is not empty: remove it with all that is in it");
    }
  }

  /** Opens the directory in which a path's last name is, without making anything. */
  private <T> T at(String path, Act<T> act) {
    Path inner = inner(path);
    try {
      OpenDirectory current = OpenDirectory.of(root);
      try {
        for (int i = 0; i < inner.getNameCount() - 1; i++) {
          if (!there(current, inner.getName(i), path).isDirectory()) {
            throw notFound(path);
          }
          OpenDirectory next = current.enter(inner.getName(i));
          current.close();
          current = next;
        }
        return act.in(current, inner.getFileName());
      } finally {
        current.close();
      }
    } catch (NoSuchFileException e) {
      throw notFound(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path inner(String path) {
    try {
      return Path.of(path);
    } catch (InvalidPathException e) { // Letters that the machine's locale lacks.
      throw RefusedException.invalid("path", "This path cannot be one on this server's machine.");
    }
  }

  private static BasicFileAttributes there(OpenDirectory directory, Path name, String path)
      throws IOException {
    BasicFileAttributes attributes = directory.attributes(name);
    if (attributes == null) {
      throw notFound(path);
    }
    return attributes;
  }

  private static RefusedException notFound(String path) {
    return new RefusedException(
        Reason.VOLUME_FILE_NOT_FOUND, "There is nothing at " + path + " in this volume.");
  }

  private static RefusedException conflict(String path, String why) {
    return new RefusedException(
        Reason.VOLUME_FILE_CONFLICT, "The path " + path + " of this volume " + why + ".");
  }

  static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
