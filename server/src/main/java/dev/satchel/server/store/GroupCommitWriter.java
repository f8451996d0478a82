package dev.satchel.server.store;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.store.Tx;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * The one thread that writes. It drains a queue of units of work into one transaction, so that many
 * share one sync of the disk. Each unit has a savepoint: one that fails takes nothing of its
 * neighbours with it. Nobody is answered before the commit.
 */
final class GroupCommitWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(GroupCommitWriter.class);
  static final int QUEUE_MAX = 1024;
  private static final int BATCH_MAX = 128;
  private static final long ANSWER_TIMEOUT_S = 60;
  private static final long CLOSE_TIMEOUT_MS = 10_000;

  private final BlockingQueue<Job<?>> queue = new ArrayBlockingQueue<>(QUEUE_MAX);
  private final Connection connection;
  private final Sql sql;
  private final DatabaseFiles files;
  private final SqlTx tx;
  private final Thread thread = Thread.ofPlatform().name("store-writer").unstarted(this::run);
  private volatile String failure = "";
  private volatile boolean full;
  private volatile boolean closed;

  GroupCommitWriter(Connection connection, Sql sql, DatabaseFiles files) {
    this.connection = connection;
    this.sql = sql;
    this.files = files;
    this.tx = new SqlTx(sql);
  }

  /** A unit of work that waits, and what became of it. */
  private static final class Job<T> {
    private final Function<Tx, T> work;
    private final CompletableFuture<T> answer = new CompletableFuture<>();
    private Runnable onCommit = () -> {};

    Job(Function<Tx, T> work) {
      this.work = work;
    }

    void run(Tx tx) {
      T result = work.apply(tx);
      onCommit = () -> answer.complete(result);
    }
  }

  void start() {
    thread.start();
  }

  /**
   * Why nothing can be written until a restart; empty while all is well. Looks at the files, so
   * that it is known before the next write.
   */
  String failure() {
    isLost();
    return failure;
  }

  /** Whether the last write found no room. */
  boolean isFull() {
    return full;
  }

  /** How many writes wait to be taken into a transaction. */
  int queued() {
    return queue.size();
  }

  <T> T write(Function<Tx, T> work) {
    if (closed || !failure.isEmpty()) {
      throw closed ? busy("The server is stopping.") : failed();
    }
    Job<T> job = new Job<>(work);
    if (!queue.offer(job)) {
      throw busy("Too many writes are waiting.");
    }
    if (closed && queue.remove(job)) { // Offered while the thread was ending.
      throw busy("The server is stopping.");
    }
    return answerOf(job);
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join(CLOSE_TIMEOUT_MS);
      connection.close(); // Also where a file was lost: what the log holds is saved so.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (SQLException e) {
      LOG.warn("the database did not close cleanly", e);
    }
  }

  private static <T> T answerOf(Job<T> job) {
    try {
      return job.answer.get(ANSWER_TIMEOUT_S, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException("a unit of work failed", e.getCause());
    } catch (TimeoutException e) {
      throw new IllegalStateException(
          "the store did not answer within " + ANSWER_TIMEOUT_S + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a write was waited for", e);
    }
  }

  private void run() {
    List<Job<?>> batch = new ArrayList<>(BATCH_MAX);
    while (!closed || !queue.isEmpty()) {
      batch.clear();
      take(batch);
      if (!batch.isEmpty()) {
        commit(batch);
      }
    }
  }

  private void take(List<Job<?>> batch) {
    try {
      Job<?> first = queue.poll(100, TimeUnit.MILLISECONDS);
      if (first != null) {
        batch.add(first);
        queue.drainTo(batch, BATCH_MAX - 1);
      }
    } catch (InterruptedException e) {
      closed = true;
    }
  }

  private void commit(List<Job<?>> batch) {
    if (!failure.isEmpty()) {
      batch.forEach(job -> job.answer.completeExceptionally(failed()));
      return;
    }
    try {
      long changesBefore = full ? changes() : 0;
      List<Job<?>> done = runAll(batch);
      sql.run("COMMIT");
      if (isLost()) { // Committed into a file that nobody will find.
        batch.forEach(job -> job.answer.completeExceptionally(failed()));
        return;
      }
      if (full && changes() > changesBefore) { // What changes nothing needs no room.
        full = false;
        LOG.info("there is room to write again");
      }
      done.forEach(job -> job.onCommit.run());
    } catch (RuntimeException | Error e) { // Or this thread ends, and all wait.
      settle(batch, e);
    }
  }

  private boolean isLost() {
    if (failure.isEmpty()) {
      String lost = files.lost();
      if (!lost.isEmpty()) {
        failure = lost;
        LOG.error("{}: nothing is written any more until a restart", lost);
      }
      return !lost.isEmpty();
    }
    return true;
  }

  private List<Job<?>> runAll(List<Job<?>> batch) {
    sql.run("BEGIN IMMEDIATE");
    List<Job<?>> done = new ArrayList<>(batch.size());
    for (Job<?> job : batch) {
      sql.run("SAVEPOINT job");
      try {
        job.run(tx);
        sql.run("RELEASE job");
        done.add(job);
      } catch (RuntimeException | Error e) {
        SQLiteErrorCode code = codeOf(e);
        if (code != null && endsTransaction(code)) {
          throw e;
        }
        sql.run("ROLLBACK TO job"); // Throws where the transaction is gone after all.
        sql.run("RELEASE job");
        job.answer.completeExceptionally(e);
      }
    }
    return done;
  }

  /**
   * After the whole transaction failed: nothing of it is kept, and each job is told, or tried by
   * itself.
   */
  private void settle(List<Job<?>> batch, Throwable e) {
    rollBack();
    SQLiteErrorCode code = codeOf(e);
    if (code == null || isIoError(code)) {
      failure = "A write to the database failed: " + (code == null ? "unknown error" : code.name());
      LOG.error("nothing is written any more until a restart", e);
      batch.forEach(job -> job.answer.completeExceptionally(failed()));
    } else if (batch.size() > 1) {
      LOG.warn(
          "a shared commit failed with {}; its {} writes are tried one by one", code, batch.size());
      batch.stream().filter(job -> !job.answer.isDone()).forEach(job -> commit(List.of(job)));
    } else {
      if (code == SQLiteErrorCode.SQLITE_FULL && !full) {
        full = true;
        LOG.warn("there is no room to write; reads go on");
      }
      batch.getFirst().answer.completeExceptionally(alone(code, e));
    }
  }

  private long changes() {
    return sql.first("SELECT total_changes()", row -> row.getLong(1)).orElseThrow();
  }

  private void rollBack() {
    try {
      sql.run("ROLLBACK");
    } catch (SqlException e) {
      LOG.debug("the transaction was gone already: {}", e.getMessage());
    }
  }

  private static RuntimeException alone(SQLiteErrorCode code, Throwable e) {
    return switch (code) {
      case SQLITE_FULL ->
          new RefusedException(
              Reason.STORE_FULL,
              "The disk or the database is full: nothing was written. Reads go on; free some space and try again.");
      case SQLITE_BUSY, SQLITE_LOCKED -> busy("The database is locked by another program.");
      default -> new IllegalStateException("a write failed with " + code, e);
    };
  }

  private RefusedException failed() {
    return new RefusedException(
        Reason.STORE_FAILED,
        failure
            + ". Nothing is written until the server is restarted; reads go on. Look at the disk first.");
  }

  private static RefusedException busy(String why) {
    return new RefusedException(
        Reason.STORE_BUSY, why + " Nothing was written; try again in a moment.");
  }

  private static boolean endsTransaction(SQLiteErrorCode code) {
    return code == SQLiteErrorCode.SQLITE_FULL
        || code == SQLiteErrorCode.SQLITE_NOMEM
        || code == SQLiteErrorCode.SQLITE_INTERRUPT
        || isIoError(code);
  }

  private static boolean isIoError(SQLiteErrorCode code) {
    return (code.code & 0xff) == SQLiteErrorCode.SQLITE_IOERR.code
        || code == SQLiteErrorCode.SQLITE_CORRUPT
        || code == SQLiteErrorCode.SQLITE_NOTADB
        || code == SQLiteErrorCode.SQLITE_READONLY;
  }

  private static @org.jspecify.annotations.Nullable SQLiteErrorCode codeOf(Throwable e) {
    for (Throwable at = e; at != null; at = at.getCause()) {
      if (at instanceof SQLiteException sqlite) {
        return sqlite.getResultCode();
      }
    }
    return null;
  }
}
