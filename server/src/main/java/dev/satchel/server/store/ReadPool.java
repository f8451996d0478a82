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
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A few connections that only read, each unit of work on a snapshot of its own. */
final class ReadPool implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ReadPool.class);
  private static final long WAIT_S = 10;

  private record Reader(Connection connection, Sql sql, SqlTx tx) {}

  private final BlockingQueue<Reader> free;
  private final List<Reader> all = new ArrayList<>();

  ReadPool(SqliteFile file, int size) throws SQLException {
    free = new ArrayBlockingQueue<>(size);
    for (int i = 0; i < size; i++) {
      Connection connection = file.reader();
      Sql sql = new Sql(connection, Dialect.SQLITE);
      Reader reader = new Reader(connection, sql, new SqlTx(sql));
      openFiles(sql);
      all.add(reader);
      free.add(reader);
    }
  }

  /** SQLite would open the log beside the database by its name only at the first read. */
  private static void openFiles(Sql sql) {
    var _ = sql.first("SELECT count(*) FROM sqlite_master", row -> row.getInt(1));
  }

  <T> T read(Function<Tx, T> work) {
    Reader reader = take();
    try {
      reader.sql().run("BEGIN");
      try {
        return work.apply(reader.tx());
      } finally {
        reader.sql().run("COMMIT");
      }
    } finally {
      free.add(reader);
    }
  }

  @Override
  public void close() {
    for (Reader reader : all) {
      try {
        reader.connection().close();
      } catch (SQLException e) {
        LOG.warn("a reading connection did not close cleanly", e);
      }
    }
  }

  private Reader take() {
    try {
      Reader reader = free.poll(WAIT_S, TimeUnit.SECONDS);
      if (reader == null) {
        throw new RefusedException(
            Reason.STORE_BUSY, "Too many reads are waiting; try again in a moment.");
      }
      return reader;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a connection was waited for", e);
    }
  }
}
