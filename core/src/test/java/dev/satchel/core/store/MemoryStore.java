package dev.satchel.core.store;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.audit.AuditRow;
import dev.satchel.core.workload.AttemptId;
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
  private volatile MemoryTx committed;
  private int refusesAfter;
  private int refuses;

  public MemoryStore() {
    this(true);
  }

  /**
   * @param locksRequired whether a unit of work that forgets to lock a name fails
   */
  MemoryStore(boolean locksRequired) {
    committed = new MemoryTx(new MemoryLocks(locksRequired));
  }

  @Override
  public <T> T write(Function<Tx, T> work) {
    if (writer.isHeldByCurrentThread()) { // A store on disk would wait for itself.
      throw new IllegalStateException("a unit of work within a unit of work");
    }
    writer.lock();
    try {
      refuseIfTold();
      MemoryTx tx = committed.copy();
      T result = work.apply(tx);
      committed = tx;
      return result;
    } finally {
      writer.unlock();
    }
  }

  /** Refuses so many writes, as a full disk does, after so many more that succeed. */
  public void refuseWrites(int after, int count) {
    writer.lock();
    try {
      refusesAfter = after;
      refuses = count;
    } finally {
      writer.unlock();
    }
  }

  /** Changes a bit of each box of an attempt, as a broken disk may. */
  public void breakBoxes(AttemptId id) {
    committed.breakBoxes(id);
  }

  private void refuseIfTold() {
    if (refuses > 0 && refusesAfter-- <= 0) {
      refuses--;
      throw new RefusedException(Reason.STORE_FULL, "The disk is full.");
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
  public boolean isFull() {
    return false;
  }

  @Override
  public void close() {}
}
