package dev.satchel.server.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Times as databases keep them: microseconds since 1970 in UTC. */
final class Times {
  private Times() {}

  static long micros(Instant time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }

  static @Nullable Long microsOrNull(@Nullable Instant time) {
    return time == null ? null : micros(time);
  }

  static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }

  static Instant instant(ResultSet row, int column) throws SQLException {
    return instant(row.getLong(column));
  }

  static @Nullable Instant instantOrNull(ResultSet row, int column) throws SQLException {
    long micros = row.getLong(column);
    return row.wasNull() ? null : instant(micros);
  }
}
