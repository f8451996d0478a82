package dev.satchel.server.disk;

import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.LogStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Logs as files: {@code WORKLOAD/NUMBER.log} holds masked bytes, {@code WORKLOAD/NUMBER.progress}
 * how many of them count and how many raw bytes they stand for. What lies beyond the progress is
 * cut when a log is opened again.
 */
public final class DiskLogs implements LogStore {
  private static final int PROGRESS_BYTES = 2 * Long.BYTES;

  private static final Pattern FILE = Pattern.compile("([1-9][0-9]{0,8})\\.(?:log|progress)");

  private final Path directory;

  /**
   * @param directory made where it is not there, for its owner alone
   */
  public DiskLogs(Path directory) {
    this.directory = directory;
    createPrivate(directory);
  }

  @Override
  public LogFile open(AttemptId id) {
    createPrivate(directory.resolve(id.workload()));
    try {
      return new DiskLog(channel(log(id)), channel(progress(id)));
    } catch (IOException e) {
      throw new UncheckedIOException("the log of attempt " + id + " cannot be opened", e);
    }
  }

  @Override
  public long size(AttemptId id) {
    try (FileChannel progress = FileChannel.open(progress(id), StandardOpenOption.READ)) {
      return readProgress(progress)[0];
    } catch (NoSuchFileException e) {
      return 0; // Nothing was printed yet, or it is not kept any more.
    } catch (IOException e) {
      throw new UncheckedIOException("the log of attempt " + id + " cannot be read", e);
    }
  }

  @Override
  public byte[] read(AttemptId id, long offset, int max) {
    long size = size(id);
    if (offset >= size) {
      return new byte[0];
    }
    try (FileChannel log = FileChannel.open(log(id), StandardOpenOption.READ)) {
      ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(max, size - offset));
      readFully(log, bytes, offset);
      return bytes.array();
    } catch (NoSuchFileException e) {
      return new byte[0]; // It was removed just now.
    } catch (IOException e) {
      throw new UncheckedIOException("the log of attempt " + id + " cannot be read", e);
    }
  }

  @Override
  public List<String> workloads(String after, int limit) {
    try (Stream<Path> logs = Files.list(directory)) {
      return logs.map(each -> String.valueOf(each.getFileName()))
          .filter(id -> id.compareTo(after) > 0)
          .sorted()
          .limit(limit)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("the logs in " + directory + " cannot be listed", e);
    }
  }

  @Override
  public List<AttemptId> attempts(String workload) {
    try (Stream<Path> files = Files.list(directory.resolve(workload))) {
      return files
          .map(file -> FILE.matcher(String.valueOf(file.getFileName())))
          .filter(Matcher::matches)
          .map(file -> new AttemptId(workload, Integer.parseInt(file.group(1))))
          .distinct()
          .toList();
    } catch (NoSuchFileException e) {
      return List.of(); // It never printed anything.
    } catch (IOException e) {
      throw new UncheckedIOException("the logs of " + workload + " cannot be listed", e);
    }
  }

  @Override
  public void removeAttempts(Collection<AttemptId> attempts) {
    for (AttemptId id : attempts) {
      try {
        Files.deleteIfExists(progress(id)); // First: without it the log counts as empty.
        Files.deleteIfExists(log(id));
      } catch (IOException e) {
        throw new UncheckedIOException("the log of attempt " + id + " cannot be removed", e);
      }
    }
  }

  @Override
  public void remove(Collection<String> workloads) {
    for (String workload : workloads) {
      Path logs = directory.resolve(workload);
      if (Files.exists(logs)) { // Otherwise it never printed anything.
        removeAll(logs);
      }
    }
  }

  private static void removeAll(Path logs) {
    try (Stream<Path> files = Files.list(logs)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(logs);
    } catch (IOException e) {
      throw new UncheckedIOException("the logs in " + logs + " cannot be removed", e);
    }
  }

  private Path log(AttemptId id) {
    return directory.resolve(id.workload()).resolve(id.number() + ".log");
  }

  private Path progress(AttemptId id) {
    return directory.resolve(id.workload()).resolve(id.number() + ".progress");
  }

  private static FileChannel channel(Path path) throws IOException {
    return FileChannel.open(
        path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  private static void createPrivate(Path directory) {
    try {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (IOException e) {
      throw new UncheckedIOException("the directory " + directory + " cannot be made", e);
    }
  }

  /** The masked size, then the raw offset; zeros where nothing is recorded. */
  private static long[] readProgress(FileChannel progress) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(PROGRESS_BYTES);
    readFully(progress, bytes, 0);
    bytes.flip();
    return bytes.limit() < PROGRESS_BYTES
        ? new long[2]
        : new long[] {bytes.getLong(), bytes.getLong()};
  }

  private static void readFully(FileChannel channel, ByteBuffer bytes, long offset)
      throws IOException {
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, offset + bytes.position()) < 0) {
        return;
      }
    }
  }

  /** A log that is being written. Bytes are written before the progress that counts them. */
  private static final class DiskLog implements LogFile {
    private final FileChannel log;
    private final FileChannel progress;
    private long size;
    private long rawOffset;

    DiskLog(FileChannel log, FileChannel progress) throws IOException {
      this.log = log;
      this.progress = progress;
      long[] recorded = readProgress(progress);
      this.size =
          Math.min(recorded[0], log.size()); // After a loss of power the record may be ahead.
      this.rawOffset = recorded[1];
      log.truncate(size);
    }

    @Override
    public long rawOffset() {
      return rawOffset;
    }

    @Override
    public long size() {
      return size;
    }

    @Override
    public void append(byte[] masked, int length, long newRawOffset) {
      try {
        writeFully(log, ByteBuffer.wrap(masked, 0, length), size);
        ByteBuffer record = ByteBuffer.allocate(PROGRESS_BYTES);
        record.putLong(size + length).putLong(newRawOffset).flip();
        writeFully(progress, record, 0);
        size += length;
        rawOffset = newRawOffset;
      } catch (IOException e) {
        throw new UncheckedIOException("a log cannot be written", e);
      }
    }

    @Override
    public void sync() {
      try {
        log.force(true);
        progress.force(true);
      } catch (IOException e) {
        throw new UncheckedIOException("a log cannot be synced", e);
      }
    }

    @Override
    public void close() {
      try {
        log.close();
        progress.close();
      } catch (IOException e) {
        throw new UncheckedIOException("a log cannot be closed", e);
      }
    }

    private static void writeFully(FileChannel channel, ByteBuffer bytes, long offset)
        throws IOException {
      long at = offset;
      while (bytes.hasRemaining()) {
        at += channel.write(bytes, at);
      }
    }
  }
}
