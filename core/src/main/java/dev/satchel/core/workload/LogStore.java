package dev.satchel.core.workload;

import java.util.Collection;
import java.util.List;

/** Keeps masked logs. Thread-safe between attempts; one writer per attempt. */
public interface LogStore {
  /** Opens an attempt's log for writing, cut to what its record of progress says. */
  LogFile open(AttemptId id);

  /** How many masked bytes there are to read now. */
  long size(AttemptId id);

  /**
   * Reads masked bytes.
   *
   * @return up to {@code max} bytes from an offset on; fewer or none at the end
   */
  byte[] read(AttemptId id, long offset, int max);

  /** Ids of workloads of which anything is kept, sorted, those after one, at most so many. */
  List<String> workloads(String after, int limit);

  /** Attempts of a workload of whose logs anything is kept. */
  List<AttemptId> attempts(String workload);

  /** Removes the logs of attempts; what reads one then finds its end. */
  void removeAttempts(Collection<AttemptId> attempts);

  /** Removes the logs of workloads. */
  void remove(Collection<String> workloads);

  /** A log that is being written. */
  interface LogFile extends AutoCloseable {
    /** How many raw bytes the log stands for. */
    long rawOffset();

    /** How many masked bytes it holds. */
    long size();

    /** Adds masked bytes and records, as one step, how far the raw bytes they stand for reach. */
    void append(byte[] masked, int length, long rawOffset);

    /** Makes all of it durable. */
    void sync();

    @Override
    void close();
  }
}
