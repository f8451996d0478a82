package dev.satchel.server.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.store.Tx;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps everything in a PostgreSQL database, which this server has to itself. Each unit of work is
 * a transaction of its own on a connection of a pool. One that another was in the way of, or whose
 * connection broke before it was committed, is run again, a few times.
 */
public final class PostgresStore implements SqlStore {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresStore.class);
  private static final int WRITERS = 16;
  private static final int READERS = 8;
  private static final int AT_ONCE_MAX = 1024;
  private static final int TRIES = 6;
  private static final Duration PATIENCE = Duration.ofSeconds(10); // A last try may begin then.
  private static final Duration CONNECTION_WAIT = Duration.ofSeconds(3);
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(10);

  private final PostgresAddress address;
  private final SoleServer sole;
  private final HikariDataSource writers;
  private final HikariDataSource readers;
  private final Semaphore room = new Semaphore(AT_ONCE_MAX);
  private final String installation;
  private volatile boolean full;
  private volatile boolean closed;

  private PostgresStore(
      PostgresAddress address,
      SoleServer sole,
      HikariDataSource writers,
      HikariDataSource readers,
      String installation) {
    this.address = address;
    this.sole = sole;
    this.writers = writers;
    this.readers = readers;
    this.installation = installation;
  }

  /**
   * Takes a database and brings it to the current schema.
   *
   * @param newInstallation the installation's id, kept where the database has none yet
   * @throws IllegalStateException where it cannot be reached or used, or another server has it
   */
  public static PostgresStore open(PostgresAddress address, String newInstallation, Instant now) {
    SoleServer sole = null;
    try {
      sole = SoleServer.of(address);
      return opened(address, sole, newInstallation, now);
    } catch (SQLException | RuntimeException e) {
      if (sole != null) {
        sole.close();
      }
      throw e instanceof IllegalStateException told
          ? told
          : new IllegalStateException(
              "The database " + address + " cannot be opened: " + e.getMessage(), e);
    }
  }

  private static PostgresStore opened(
      PostgresAddress address, SoleServer sole, String newInstallation, Instant now)
      throws SQLException {
    String installation;
    try (Connection connection = address.source().getConnection()) {
      PostgresCheck.requireUsable(connection);
      Migrations.POSTGRESQL.run(connection, migrationSource(address));
      Sql sql = new Sql(connection, PostgresDialect.WRITING);
      installation = Installation.id(sql, newInstallation, now);
    }
    HikariConfig writing = pool("writers", WRITERS);
    writing.setDataSource(
        new PostgresConnections(
            address.source(),
            connection -> {
              commitDurably(connection);
              sole.admit(connection);
            }));
    writing.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
    HikariConfig reading = pool("readers", READERS);
    reading.setDataSource(new PostgresConnections(address.source(), _ -> {}));
    reading.setReadOnly(true);
    reading.setTransactionIsolation("TRANSACTION_REPEATABLE_READ");
    return new PostgresStore(
        address, sole, new HikariDataSource(writing), new HikariDataSource(reading), installation);
  }

  private static HikariConfig pool(String name, int size) {
    HikariConfig config = new HikariConfig();
    config.setPoolName(name);
    config.setMaximumPoolSize(size);
    config.setMinimumIdle(2);
    config.setAutoCommit(false);
    config.setConnectionTimeout(CONNECTION_WAIT.toMillis());
    config.setValidationTimeout(2000);
    config.setKeepaliveTime(Duration.ofMinutes(1).toMillis());
    config.setIdleTimeout(Duration.ofMinutes(5).toMillis());
    config.setMaxLifetime(Duration.ofMinutes(30).toMillis());
    config.setInitializationFailTimeout(-1); // Whoever opens it has asked already.
    return config;
  }

  private static org.postgresql.ds.PGSimpleDataSource migrationSource(PostgresAddress address) {
    var source = address.source();
    source.setOptions(""); // A migration takes as long as it takes.
    source.setSocketTimeout(0);
    return source;
  }

  /** A commit that was answered is on the disk, whatever the database's default says. */
  private static void commitDurably(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      boolean _ =
          statement.execute(
              """
              SELECT set_config('synchronous_commit', 'on', false)
              WHERE current_setting('synchronous_commit') NOT IN ('on', 'remote_apply')
              """);
    }
  }

  @Override
  public String installation() {
    return installation;
  }

  @Override
  public <T> T write(Function<Tx, T> work) {
    if (!room.tryAcquire()) {
      throw busy("Too many writes are waiting.");
    }
    try {
      if (closed) {
        throw busy("The server is stopping.");
      }
      return written(work);
    } finally {
      room.release();
    }
  }

  private <T> T written(Function<Tx, T> work) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    for (int tries = 1; ; tries++) {
      if (sole.isTaken()) {
        throw new RefusedException(
            Reason.STORE_FAILED,
            sole.trouble() + ". Nothing is written until this server is restarted; reads go on.");
      }
      try {
        return writtenOnce(work);
      } catch (RuntimeException e) {
        PostgresFailure failure = PostgresFailure.of(e);
        boolean mayPass = failure == PostgresFailure.CONFLICT || failure == PostgresFailure.GONE;
        if (!mayPass || isLast(tries, deadline, e)) {
          throw told(failure, e);
        }
        LOG.debug("a unit of work is run again: {}", e.getMessage());
        pause(tries);
      }
    }
  }

  /** Whether it is not tried again: often enough, long enough, or the pool had no connection. */
  private static boolean isLast(int tries, long deadline, RuntimeException e) {
    return tries == TRIES
        || System.nanoTime() > deadline
        || e.getCause() instanceof java.sql.SQLTransientConnectionException;
  }

  private <T> T writtenOnce(Function<Tx, T> work) {
    try (Connection connection = writers.getConnection()) {
      T result;
      boolean changes;
      try {
        Sql sql = new Sql(connection, PostgresDialect.WRITING);
        result = work.apply(new SqlTx(sql));
        sql.flush();
        changes = full && changes(sql);
      } catch (RuntimeException | Error e) {
        rollBack(connection);
        throw e;
      }
      commit(connection);
      if (changes) {
        full = false;
        LOG.info("there is room to write again");
      }
      return result;
    } catch (SQLException e) {
      throw new SqlException(e);
    }
  }

  private void commit(Connection connection) {
    try {
      connection.commit();
    } catch (SQLException e) {
      if (PostgresFailure.of(e) == PostgresFailure.GONE) {
        LOG.warn("the connection was lost while it committed: {}", e.getMessage());
        throw new RefusedException(
            Reason.STORE_UNCERTAIN,
            "The database "
                + address
                + " was lost while it committed: whether this was done is not known. Look, then ask"
                + " again; a request with the same Idempotency-Key is never done twice.");
      }
      rollBack(connection);
      throw new SqlException(e);
    }
  }

  /** What changes nothing needs no room. */
  private static boolean changes(Sql sql) {
    return sql.first(
            "SELECT pg_current_xact_id_if_assigned() IS NOT NULL", row -> row.getBoolean(1))
        .orElseThrow();
  }

  private static void rollBack(Connection connection) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      LOG.debug("the transaction was gone already: {}", e.getMessage());
    }
  }

  private RuntimeException told(@Nullable PostgresFailure failure, RuntimeException e) {
    return switch (failure) {
      case null -> e;
      case FULL -> {
        if (!full) {
          full = true;
          LOG.warn("the database has no room to write; reads go on: {}", e.getMessage());
        }
        yield new RefusedException(
            Reason.STORE_FULL,
            "The disk of the database is full: nothing was written. Reads go on; free some space there and try again.");
      }
      case GONE -> busy("The database " + address + " does not answer.");
      case SLOW -> busy("The database " + address + " took too long.");
      case READ_ONLY -> busy("The database " + address + " takes no writes now.");
      case CONFLICT, OTHER -> e;
    };
  }

  @Override
  public <T> T read(Function<Tx, T> work) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    for (int tries = 1; ; tries++) {
      try {
        return readOnce(work);
      } catch (RuntimeException e) {
        PostgresFailure failure = PostgresFailure.of(e);
        if (failure != PostgresFailure.GONE || isLast(tries, deadline, e)) {
          throw failure == PostgresFailure.GONE || failure == PostgresFailure.SLOW
              ? told(failure, e)
              : e;
        }
        pause(tries);
      }
    }
  }

  private <T> T readOnce(Function<Tx, T> work) {
    try (Connection connection = readers.getConnection()) {
      try {
        return work.apply(new SqlTx(new Sql(connection, PostgresDialect.READING)));
      } finally {
        rollBack(connection);
      }
    } catch (SQLException e) {
      throw new SqlException(e);
    }
  }

  @Override
  public String failure() {
    return sole.trouble();
  }

  @Override
  public boolean isFull() {
    return full;
  }

  @Override
  public void close() {
    closed = true;
    try {
      boolean _ = room.tryAcquire(AT_ONCE_MAX, CLOSE_WAIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    writers.close();
    readers.close();
    sole.close();
  }

  private static RefusedException busy(String why) {
    return new RefusedException(
        Reason.STORE_BUSY, why + " Nothing was written; try again in a moment.");
  }

  /** Waits longer each time, and not as long as others do. */
  private static void pause(int tries) {
    try {
      Thread.sleep(ThreadLocalRandom.current().nextLong(5L << tries));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
