package dev.satchel.core.workload;

import dev.satchel.core.secret.SecretValue;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The logs of attempts: those being written, and reading them all. Thread-safe. */
public final class Logs {
  private final LogStore store;
  private final Changes changes;
  private final long maxBytes;
  private final Map<AttemptId, MaskedLog> open = new ConcurrentHashMap<>();

  /**
   * @param maxBytes of one attempt's log
   */
  public Logs(LogStore store, Changes changes, long maxBytes) {
    this.store = store;
    this.changes = changes;
    this.maxBytes = maxBytes;
  }

  /** How many masked bytes there are to read now. */
  public long size(AttemptId id) {
    return store.size(id);
  }

  /** Up to {@code max} masked bytes from an offset on. */
  public byte[] read(AttemptId id, long offset, int max) {
    return store.read(id, offset, max);
  }

  /**
   * Waits until there are bytes beyond an offset, or the attempt's log is complete, or the time is
   * up.
   */
  public void awaitMore(AttemptId id, long offset, Duration timeout) throws InterruptedException {
    boolean followed = isFollowed(id);
    changes.await(
        id.toString(),
        () -> store.size(id) > offset || isComplete(id) || (followed && !isFollowed(id)),
        timeout);
  }

  /** Begins or goes on with an attempt's log. Told {@code ended} once its last byte is stored. */
  LogSink sink(AttemptId id, Collection<SecretValue> values, Runnable ended) {
    String notice = "this log has reached its limit of " + maxBytes + " bytes; the rest is dropped";
    return open(id, store.open(id), values, maxBytes, notice, ended);
  }

  /** Goes on with the log of an attempt whose values do not open: nothing of it may be stored. */
  LogSink sinkThatDrops(AttemptId id, Runnable ended) {
    LogStore.LogFile file = store.open(id);
    String notice =
        "what this attempt used does not open any more, so that what it prints from here on cannot"
            + " be masked, and is dropped";
    return open(id, file, List.of(), file.size(), notice, ended);
  }

  private LogSink open(
      AttemptId id,
      LogStore.LogFile file,
      Collection<SecretValue> values,
      long fileMaxBytes,
      String notice,
      Runnable ended) {
    Runnable changed = () -> changes.changed(id.toString());
    MaskedLog log = new MaskedLog(file, values, fileMaxBytes, notice, changed, ended);
    open.put(id, log);
    return log;
  }

  /** Keeps what was printed elsewhere as the log of an attempt. */
  void keep(AttemptId id, Path printed) {
    LogSink sink = sink(id, List.of(), () -> {});
    try (InputStream in = Files.newInputStream(printed)) {
      byte[] buffer = new byte[64 * 1024];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        sink.write(buffer, 0, read);
      }
      sink.end();
    } catch (IOException e) {
      throw new UncheckedIOException("the log of a run cannot be kept", e);
    } finally {
      forget(id);
    }
  }

  /** Whether this attempt's log is or was written in this life of the server. */
  boolean isFollowed(AttemptId id) {
    return open.containsKey(id);
  }

  /** Whether the last byte that an attempt printed is stored. */
  boolean isComplete(AttemptId id) {
    MaskedLog log = open.get(id);
    return log != null && log.isEnded();
  }

  /** Forgets an attempt that has ended. */
  void forget(AttemptId id) {
    MaskedLog log = open.remove(id);
    if (log != null) {
      log.abandon();
    }
    changes.changed(id.toString());
  }

  List<String> workloads(String after, int limit) {
    return store.workloads(after, limit);
  }

  List<AttemptId> attempts(String workload) {
    return store.attempts(workload);
  }

  void removeAttempts(Collection<AttemptId> attempts) {
    store.removeAttempts(attempts);
  }

  void remove(Collection<String> workloads) {
    store.remove(workloads);
  }
}
