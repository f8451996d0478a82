package dev.satchel.sdk;

import dev.satchel.api.VolumeFileItem;
import dev.satchel.api.VolumeFileWritten;
import dev.satchel.sdk.files.Digests;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The files of a volume. Paths are relative, with {@code /} between names; an empty one is the
 * volume itself. Everything is streamed, and its SHA-256 verified. Thread-safe.
 *
 * <p>A file is seen as it was before or as it is after a copy, never in part. Directories are
 * copied several files at a time; symbolic links and empty directories are left out, and where one
 * file fails, those that were copied stay. A copy from a volume goes on where it broke, even in the
 * next call: what there is of a file lies beside it as {@code .NAME.part}.
 */
public final class VolumeFiles {
  private static final int READ_MAX_BYTES = 64 << 20;

  /** The server answers once all is copied, of the largest file on a slow disk. */
  private static final Duration COPY_WITHIN = Duration.ofHours(1);

  private final Transport transport;
  private final String volume;
  private final FileUpload upload;

  VolumeFiles(Transport transport, String volume) {
    this.transport = transport;
    this.volume = volume;
    this.upload = new FileUpload(transport);
  }

  private String url(String path) {
    String files = Volumes.path(volume) + "/files";
    return path.isEmpty()
        ? files
        : files
            + "/"
            + Stream.of(path.split("/", -1)).map(Call::segment).collect(Collectors.joining("/"));
  }

  private static String join(String directory, String name) {
    return directory.isEmpty() ? name : directory + "/" + name;
  }

  /**
   * What is at the top of the volume.
   *
   * @return by name
   */
  public Listing<VolumeFileItem> list() {
    return list("");
  }

  /**
   * What is in a directory.
   *
   * @param directory within the volume
   * @return by name; {@link NotFound} comes of reading it, where there is none
   */
  public Listing<VolumeFileItem> list(String directory) {
    return new Listing<>(transport, Call.get(url(directory)), VolumeFileItem.class);
  }

  /**
   * Copies a file, or all that is in a directory, into the volume.
   *
   * @param from a file or directory here
   * @param to where in the volume; a file goes into what ends in {@code /} or is empty
   * @return what was copied
   * @throws Conflict where a directory is in the way of a file, or a file in the way of a directory
   * @throws UncheckedIOException where something here cannot be read
   */
  public Transferred put(Path from, String to) {
    return put(from, to, progress -> {});
  }

  /**
   * As {@link #put(Path, String)}.
   *
   * @param from a file or directory here
   * @param to where in the volume
   * @param told of progress some times a second and at each file's end, by one thread at a time
   * @return what was copied
   */
  public Transferred put(Path from, String to, Consumer<TransferProgress> told) {
    Tally tally = new Tally(told);
    if (Files.isDirectory(from)) {
      putAll(from, trimmed(to), tally);
    } else {
      boolean into = to.isEmpty() || to.endsWith("/");
      putFile(from, into ? join(trimmed(to), String.valueOf(from.getFileName())) : to, tally);
    }
    return tally.total();
  }

  private static String trimmed(String directory) {
    return directory.endsWith("/") ? directory.substring(0, directory.length() - 1) : directory;
  }

  private void putAll(Path from, String to, Tally tally) {
    try (Parallel several = new Parallel();
        Stream<Path> all = Files.walk(from)) {
      for (Iterator<Path> each = all.iterator(); each.hasNext(); ) {
        Path file = each.next();
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
          StringBuilder target = new StringBuilder(to);
          from.relativize(file).forEach(name -> target.append('/').append(name));
          String path = to.isEmpty() ? target.substring(1) : target.toString();
          several.run(() -> putFile(file, path, tally));
        }
      }
      several.finish();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private void putFile(Path from, String path, Tally tally) {
    try {
      Tally.Part part = tally.part(path, Files.size(from));
      VolumeFileWritten written = upload.file(from, url(path), part);
      part.at(written.sizeBytes());
      part.end();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /**
   * Writes a file.
   *
   * @param content its bytes
   * @param to its path within the volume
   * @return what was written
   * @throws Conflict where a directory is there
   */
  public VolumeFileWritten put(byte[] content, String to) {
    return upload.bytes(content, url(to));
  }

  /**
   * Writes a file from what comes, which is read while it is sent, once: what fails is not
   * repeated.
   *
   * @param content is read to its end, and not closed
   * @param to its path within the volume
   * @return what was written
   * @throws Conflict where a directory is there
   * @throws UncheckedIOException where it cannot be read; what arrived is then not to be used
   */
  public VolumeFileWritten put(InputStream content, String to) {
    return upload.stream(content, url(to));
  }

  /**
   * Copies a file, or all that is in a directory, out of the volume.
   *
   * @param from a file or directory of the volume; empty for all of it
   * @param to the place here; a file goes into a directory that is there
   * @return what was copied
   * @throws NotFound where there is nothing
   * @throws UncheckedIOException where something here cannot be written
   */
  public Transferred get(String from, Path to) {
    return get(from, to, progress -> {});
  }

  /**
   * As {@link #get(String, Path)}.
   *
   * @param from a file or directory of the volume
   * @param to the place here
   * @param told of progress some times a second and at each file's end, by one thread at a time
   * @return what was copied
   */
  public Transferred get(String from, Path to, Consumer<TransferProgress> told) {
    Tally tally = new Tally(told);
    String name = from.substring(from.lastIndexOf('/') + 1);
    Path target = Files.isDirectory(to) ? to.resolve(name) : to;
    if (from.isEmpty() || !new FileDownload(transport, url(from), target).run(tally, from)) {
      try (Parallel several = new Parallel()) {
        getAll(from, to, tally, several);
        several.finish();
      }
    }
    return tally.total();
  }

  private void getAll(String from, Path to, Tally tally, Parallel several) {
    try {
      Files.createDirectories(to);
    } catch (IOException unwritable) {
      throw new UncheckedIOException(unwritable);
    }
    for (VolumeFileItem item : list(from)) {
      String name = item.name();
      if (!isOneName(name)) {
        throw new RemoteFailure(Refusal.unreadable(200)); // No directory has such a name.
      }
      String path = join(from, name);
      Path target = to.resolve(name);
      if (item.type().equals("directory")) {
        getAll(path, target, tally, several);
      } else if (item.type().equals("file")) {
        several.run(() -> getFile(path, target, tally));
      }
    }
  }

  /** Whether this system takes it for a name in a directory, and for nothing else. */
  private static boolean isOneName(String name) {
    try {
      Path path = Path.of(name);
      return !name.isEmpty()
          && !name.equals(".")
          && !name.equals("..")
          && path.getRoot() == null
          && path.getNameCount() == 1
          && path.toString().equals(name);
    } catch (InvalidPathException none) {
      return false;
    }
  }

  private void getFile(String path, Path target, Tally tally) {
    if (!new FileDownload(transport, url(path), target).run(tally, path)) {
      throw directory(path);
    }
  }

  private Conflict directory(String path) {
    return new Conflict("The path " + path + " of the volume " + volume + " is a directory.");
  }

  /**
   * Reads a file of at most 64 MiB, once: where the connection breaks, it is not asked for again.
   *
   * @param path within the volume
   * @return its bytes
   * @throws NotFound where there is none
   * @throws Conflict where it is a directory
   * @throws IllegalArgumentException where it is larger; {@link #get(String, Path)} takes any
   */
  public byte[] read(String path) {
    try {
      HttpResponse<Arriving> answer = FileDownload.opened(transport, Call.get(url(path)));
      try (Arriving arriving = answer.body()) {
        if (FileDownload.isDirectory(answer)) {
          throw directory(path);
        }
        byte[] bytes = bytes(path, FileDownload.length(answer), arriving);
        String digest = FileDownload.digest(answer);
        if (!digest.isEmpty() && !digest.equals(Digests.wire(Digests.sha256().digest(bytes)))) {
          throw FileDownload.garbled(path);
        }
        return bytes;
      }
    } catch (IOException broken) {
      throw transport.unreachable(broken, false);
    } catch (InterruptedException asked) {
      Thread.currentThread().interrupt();
      throw new Cancelled("The thread that read was interrupted.");
    }
  }

  private byte[] bytes(String path, long size, Arriving arriving)
      throws IOException, InterruptedException {
    if (size > READ_MAX_BYTES) {
      throw new IllegalArgumentException(
          "The file " + path + " is larger than 64 MiB; get it into a file.");
    }
    byte[] bytes = new byte[(int) size];
    int have = 0;
    while (have < bytes.length) {
      int read = arriving.read(bytes, have, bytes.length - have, transport.settings().timeout());
      if (read < 0) {
        throw new IOException("the answer is too short");
      }
      have += read;
    }
    return bytes;
  }

  /**
   * Removes a file, a link, or an empty directory.
   *
   * @param path within the volume
   * @throws NotFound where there is nothing
   * @throws Conflict where it is a directory that is not empty
   */
  public void remove(String path) {
    remove(path, false);
  }

  /**
   * Removes a file, a link, or a directory with all that is in it.
   *
   * @param path within the volume
   * @throws NotFound where there is nothing
   */
  public void removeAll(String path) {
    remove(path, true);
  }

  private void remove(String path, boolean all) {
    Call call = Call.delete(url(path)).with("recursive", all ? true : null);
    Waiting.on(transport.send(call, Answer::nothing));
  }

  /**
   * Copies a file within the volume, on the server.
   *
   * @param from its path
   * @param to where to
   * @return what was written
   * @throws NotFound where there is none
   * @throws Conflict where it, or what is there, is a directory
   */
  public VolumeFileWritten copy(String from, String to) {
    return copy(from, volume, to);
  }

  /**
   * Copies a file to another volume, on the server.
   *
   * @param from its path
   * @param target the name of the other volume
   * @param to where to in that
   * @return what was written
   * @throws NotFound where there is none, or no such volume
   * @throws Conflict where it, or what is there, is a directory
   */
  public VolumeFileWritten copy(String from, String target, String to) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("from", from);
    body.put("to", to);
    if (!target.equals(volume)) {
      body.put("to_volume", target);
    }
    Call call = Call.post(Volumes.path(volume) + "/copies", body).repeated(Call.Repeat.FREELY);
    return Waiting.on(
        transport.send(call, answer -> answer.as(VolumeFileWritten.class), COPY_WITHIN));
  }

  @Override
  public String toString() {
    return "VolumeFiles[" + volume + "]";
  }
}
