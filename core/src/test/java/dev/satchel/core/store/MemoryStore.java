package dev.satchel.core.store;

import dev.satchel.core.audit.AuditRow;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * A store in memory. Units of work that write run one after the other, each on a copy of what was
 * committed, which takes its place once the work is done; what a read writes is dropped with its
 * copy.
 */
public final class MemoryStore implements Store {
  private final ReentrantLock writer = new ReentrantLock();
  private volatile MemoryTx committed = new MemoryTx();

  @Override
  public <T> T write(Function<Tx, T> work) {
    if (writer.isHeldByCurrentThread()) { // A store on disk would wait for itself.
      throw new IllegalStateException("a unit of work within a unit of work");
    }
    writer.lock();
    try {
      MemoryTx tx = committed.copy();
      T result = work.apply(tx);
      committed = tx;
      return result;
    } finally {
      writer.unlock();
    }
  }

  @Override
  public <T> T read(Function<Tx, T> work) {
    return work.apply(committed.copy());
  }

  /** All rows of the audit, oldest first. */
  public List<AuditRow> audited() {
    return committed.auditRows();
  }

  @Override
  public String failure() {
    return "";
  }

  @Override
  public void close() {}
}
