package dev.satchel.server.store;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** What an error of PostgreSQL means for a unit of work. Source: PostgreSQL, "Error Codes". */
enum PostgresFailure {
  /** Another unit of work was in the way: the same one, run again, may succeed. */
  CONFLICT,
  /** The connection, and perhaps the server, is gone. */
  GONE,
  /** Something took longer than it may. */
  SLOW,
  /** There is no room. */
  FULL,
  /** It takes no writes: it is a standby, or was set so. */
  READ_ONLY,
  /** A bug, or something that only an operator can settle. */
  OTHER;

  /** What a failure means; null where no database was asked. */
  static @Nullable PostgresFailure of(Throwable failure) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof SQLException sql) {
        return of(sql);
      }
    }
    return null;
  }

  private static PostgresFailure of(SQLException failure) {
    String state = failure.getSQLState();
    if (state == null) { // The pool's: there was no connection in time.
      return failure instanceof java.sql.SQLTransientConnectionException ? GONE : OTHER;
    }
    return switch (state) {
      case "40001", "40P01", "23505" -> CONFLICT; // Serialization, deadlock, unique.
      case "23503" -> CONFLICT; // What a row refers to went meanwhile.
      case "53100" -> FULL;
      case "55P03", "57014", "25P03" -> SLOW; // Lock, statement, idle in a transaction.
      case "53300", "57P01", "57P02", "57P03", "57P05" -> GONE; // No place for it; shut down.
      case "25006" -> READ_ONLY;
      default -> state.startsWith("08") ? GONE : OTHER;
    };
  }
}
