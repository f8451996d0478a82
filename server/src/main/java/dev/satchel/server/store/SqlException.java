package dev.satchel.server.store;

import java.sql.SQLException;

/** A statement failed. The message is the database's own; it names tables, never what they hold. */
final class SqlException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SqlException(SQLException cause) {
    super(cause.getMessage(), cause);
  }
}
