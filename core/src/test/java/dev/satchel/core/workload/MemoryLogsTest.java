package dev.satchel.core.workload;

final class MemoryLogsTest extends LogStoreContract {
  private final MemoryLogs logs = new MemoryLogs();

  @Override
  protected LogStore logs() {
    return logs;
  }
}
