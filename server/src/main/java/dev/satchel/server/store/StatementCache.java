package dev.satchel.server.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import org.jdbi.v3.core.statement.DefaultStatementBuilder;
import org.jdbi.v3.core.statement.StatementContext;

/**
 * Keeps the prepared statements of one connection that lives as long as the store: parsing them
 * anew each time costs more than running them. The texts are this package's own, so there are few.
 */
final class StatementCache extends DefaultStatementBuilder {
  private final Map<String, PreparedStatement> prepared = new HashMap<>();

  @Override
  public PreparedStatement create(Connection connection, String sql, StatementContext context)
      throws SQLException {
    PreparedStatement statement =
        prepared.remove(sql); // Taken while in use: a nested use gets its own.
    return statement != null ? statement : super.create(connection, sql, context);
  }

  @Override
  public void close(Connection connection, String sql, Statement statement) throws SQLException {
    if (statement instanceof PreparedStatement kept && !statement.isClosed()) {
      kept.clearParameters();
      PreparedStatement other = prepared.putIfAbsent(sql, kept);
      if (other == null) {
        return;
      }
    }
    statement.close();
  }

  @Override
  public void close(Connection connection) {
    prepared.clear(); // The connection closes them.
  }
}
