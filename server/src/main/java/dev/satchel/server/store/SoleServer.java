package dev.satchel.server.store;

import dev.satchel.core.RandomIds;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds a database for one server, by two advisory locks of sessions: one on a connection of its
 * own, which tells others that there is a server, and one shared by all connections that write,
 * which keeps others away where the first was lost and this server does not know it yet. Takes the
 * first again where its connection breaks. Thread-safe.
 */
final class SoleServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SoleServer.class);

  /** Of the schema, so that two installations can share a database in schemas of their own. */
  private static final String SERVER = "1396790339, hashtext(current_schema())";

  private static final String WRITERS = "1396790340, hashtext(current_schema())";
  private static final Duration TAKE_TIMEOUT = Duration.ofSeconds(3);
  private static final Duration TAKE_PAUSE = Duration.ofMillis(100);
  private static final Duration CHECK_PAUSE = Duration.ofSeconds(1);
  private static final int CHECK_TIMEOUT_S = 5;

  /** How long another server must be seen before this one gives up; one that starts is seen too. */
  private static final Duration OTHER_SEEN = TAKE_TIMEOUT.multipliedBy(2);

  private final PostgresAddress address;

  /** Names this server to PostgreSQL, and nobody else. */
  private final String name =
      "satchel of process " + ProcessHandle.current().pid() + ", " + RandomIds.shortId();

  private final Semaphore wakes = new Semaphore(0);
  private final Thread thread =
      Thread.ofPlatform().daemon().name("sole-server").unstarted(this::run);
  private volatile @Nullable Held held; // Null while it is lost.
  private volatile String trouble = "";
  private volatile boolean taken;
  private volatile boolean closed;

  /**
   * A connection that holds the lock.
   *
   * @param backend the process that serves it there
   */
  private record Held(Connection connection, int backend) {}

  private SoleServer(PostgresAddress address) {
    this.address = address;
  }

  /**
   * Takes a database for this server.
   *
   * @throws IllegalStateException where another server has it
   */
  static SoleServer of(PostgresAddress address) throws SQLException {
    SoleServer server = new SoleServer(address);
    Connection connection = server.connect();
    try {
      server.takeWithin(connection, TAKE_TIMEOUT);
      server.held = new Held(connection, backend(connection));
      server.thread.start();
      return server;
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  /** Why this server cannot write now, or never more; empty while all is well. */
  String trouble() {
    return trouble;
  }

  /** Whether another server has the database: this one must not go on. */
  boolean isTaken() {
    return taken;
  }

  /** Lets a new connection write, where this server still has the database. */
  void admit(Connection connection) throws SQLException {
    Held now = held;
    try (Statement statement = connection.createStatement()) {
      boolean _ = statement.execute("SELECT pg_advisory_lock_shared(" + WRITERS + ")");
      if (now == null || !isHeldBy(statement, now.backend())) {
        wakes.release();
        throw new java.sql.SQLTransientConnectionException(
            "the connection that holds the database for this server is lost");
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    wakes.release();
    Held last = held;
    if (last != null) {
      closeQuietly(last.connection());
    }
  }

  private void takeWithin(Connection connection, Duration patience) throws SQLException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!tryTake(connection)) { // One that was killed a moment ago still seems to be there.
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "Another server has the database "
                + address
                + " ("
                + holder(connection)
                + "). Stop it first, or give this one a database of its own: servers cannot share"
                + " one yet.");
      }
      pause(TAKE_PAUSE);
    }
  }

  private static boolean tryTake(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      if (!isTrue(statement, "SELECT pg_try_advisory_lock(" + SERVER + ")")) {
        return false;
      }
      if (isTrue(statement, "SELECT pg_try_advisory_lock(" + WRITERS + ")")) {
        boolean _ = statement.execute("SELECT pg_advisory_unlock(" + WRITERS + ")");
        return true;
      }
      boolean _ = statement.execute("SELECT pg_advisory_unlock(" + SERVER + ")");
      return false;
    }
  }

  /** Takes the lock anew; what writes here already keeps others away meanwhile. */
  private static boolean tryTakeAgain(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return isTrue(statement, "SELECT pg_try_advisory_lock(" + SERVER + ")");
    }
  }

  private void run() {
    long otherSeenSince = 0;
    while (!closed) {
      try {
        Held now = held;
        if (now == null) {
          now = again();
        }
        if (now == null) {
          long seen = System.nanoTime();
          otherSeenSince = otherSeenSince == 0 ? seen : otherSeenSince;
          taken = seen - otherSeenSince > OTHER_SEEN.toNanos();
        } else {
          check(now);
          otherSeenSince = 0;
        }
      } catch (SQLException e) {
        lose(e);
      }
      if (taken) {
        trouble = "Another server has taken the database " + address;
        LOG.error("{}: nothing is written any more until a restart", trouble);
        return;
      }
      pause(CHECK_PAUSE);
    }
  }

  /**
   * Takes the lock on a new connection; null where another has it, perhaps what is left of ours.
   */
  private @Nullable Held again() throws SQLException {
    Connection connection = connect();
    try {
      endWhatIsLeft(connection);
      if (tryTakeAgain(connection)) {
        Held now = new Held(connection, backend(connection));
        held = now;
        LOG.info("the database {} is held again", address);
        return now;
      }
    } catch (SQLException e) {
      closeQuietly(connection);
      throw e;
    }
    closeQuietly(connection);
    return null;
  }

  /** Ends the session of a connection that this server lost and the database has not missed yet. */
  private void endWhatIsLeft(Connection connection) throws SQLException {
    try (var query =
        connection.prepareStatement(
            """
            SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
            WHERE l.locktype = 'advisory' AND l.classid = 1396790339 AND l.granted
              AND a.application_name = ? AND a.pid <> pg_backend_pid()
            """)) {
      query.setString(1, name);
      try (var ended = query.executeQuery()) {
        if (ended.next()) {
          pause(TAKE_PAUSE);
        }
      }
    }
  }

  private void check(Held now) throws SQLException {
    try (Statement statement = now.connection().createStatement()) {
      if (!isHeldBy(statement, now.backend())) {
        throw new SQLException("the lock is gone");
      }
      trouble = "";
    }
  }

  private void lose(SQLException e) {
    if (closed) {
      return;
    }
    Held last = held;
    held = null;
    if (last != null) {
      closeQuietly(last.connection());
    }
    if (trouble.isEmpty()) {
      LOG.warn("the database {} does not answer: {}", address, e.getMessage());
    }
    trouble = "The database " + address + " does not answer; it is asked again each second";
  }

  private Connection connect() throws SQLException {
    var source = address.source();
    source.setSocketTimeout(CHECK_TIMEOUT_S);
    source.setApplicationName(name);
    Connection connection = source.getConnection();
    try (Statement statement = connection.createStatement()) {
      for (String setting : // Where this machine vanishes, its lock goes soon.
          new String[] {"idle = 10", "interval = 5", "count = 3"}) {
        boolean _ = statement.execute("SET tcp_keepalives_" + setting);
      }
    } catch (SQLException e) {
      closeQuietly(connection);
      throw e;
    }
    return connection;
  }

  private static boolean isHeldBy(Statement statement, int backend) throws SQLException {
    return isTrue(
        statement,
        """
        SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted
          AND classid = 1396790339 AND objid = (hashtext(current_schema())::bigint & 4294967295)::oid
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
          AND pid = %d)
        """
            .formatted(backend));
  }

  /** Who has it, as far as this user may see. */
  private static String holder(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                """
                SELECT coalesce(a.application_name, 'unknown'), coalesce(host(a.client_addr), 'here')
                FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
                WHERE l.locktype = 'advisory' AND l.granted AND l.classid IN (1396790339, 1396790340)
                  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                ORDER BY l.classid LIMIT 1
                """)) {
      return rows.next() ? rows.getString(1) + " on " + rows.getString(2) : "it has just gone";
    }
  }

  private static int backend(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT pg_backend_pid()")) {
      boolean _ = rows.next();
      return rows.getInt(1);
    }
  }

  private static boolean isTrue(Statement statement, String query) throws SQLException {
    try (var rows = statement.executeQuery(query)) {
      return rows.next() && rows.getBoolean(1);
    }
  }

  private static void closeQuietly(Connection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      LOG.debug("a connection did not close cleanly: {}", e.getMessage());
    }
  }

  private static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
