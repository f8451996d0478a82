package dev.satchel.core.workload;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Logs in memory: they last as long as this, so they outlive a server that is made anew around
 * them.
 */
public final class MemoryLogs implements LogStore {
  private final Map<AttemptId, Log> logs = new ConcurrentHashMap<>();

  @Override
  public LogFile open(AttemptId id) {
    return logs.computeIfAbsent(id, _ -> new Log());
  }

  @Override
  public long size(AttemptId id) {
    Log log = logs.get(id);
    return log == null ? 0 : log.size();
  }

  @Override
  public byte[] read(AttemptId id, long offset, int max) {
    Log log = logs.get(id);
    if (log == null || offset >= log.size()) {
      return new byte[0];
    }
    byte[] all = log.bytes();
    return Arrays.copyOfRange(all, (int) offset, (int) Math.min(all.length, offset + max));
  }

  @Override
  public List<String> workloads(String after, int limit) {
    return logs.keySet().stream()
        .map(AttemptId::workload)
        .distinct()
        .filter(id -> id.compareTo(after) > 0)
        .sorted()
        .limit(limit)
        .toList();
  }

  @Override
  public List<AttemptId> attempts(String workload) {
    return logs.keySet().stream().filter(id -> id.workload().equals(workload)).toList();
  }

  @Override
  public void removeAttempts(Collection<AttemptId> attempts) {
    logs.keySet().removeAll(attempts);
  }

  @Override
  public void remove(Collection<String> workloads) {
    logs.keySet().removeIf(id -> workloads.contains(id.workload()));
  }

  private static final class Log implements LogFile {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private long rawOffset;

    synchronized byte[] bytes() {
      return bytes.toByteArray();
    }

    @Override
    public synchronized long rawOffset() {
      return rawOffset;
    }

    @Override
    public synchronized long size() {
      return bytes.size();
    }

    @Override
    public synchronized void append(byte[] masked, int length, long newRawOffset) {
      bytes.write(masked, 0, length);
      rawOffset = newRawOffset;
    }

    @Override
    public void sync() {}

    @Override
    public void close() {}
  }
}
