package dev.satchel.cli.output;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;

/** Times as people say them. */
public final class Age {
  private Age() {}

  /** Such as "3m ago"; empty for an empty text. */
  public static String ago(String instant, Instant now) {
    if (instant.isEmpty()) {
      return "";
    }
    try {
      Duration age = Duration.between(Instant.parse(instant), now);
      return age.toSeconds() < 1 ? "just now" : of(age) + " ago";
    } catch (DateTimeParseException other) {
      return instant;
    }
  }

  /** How long from one to the other, or until now where the second is empty. */
  public static String between(String from, String to, Instant now) {
    if (from.isEmpty()) {
      return "";
    }
    return of(Duration.between(Instant.parse(from), to.isEmpty() ? now : Instant.parse(to)));
  }

  /** Such as "3m" or "2d": the largest unit that fits; under ten of it with the next one, too. */
  public static String of(Duration duration) {
    long seconds = Math.max(0, duration.toSeconds());
    if (seconds < 60) {
      return seconds + "s";
    }
    if (seconds < 3600) {
      return pair(seconds / 60, "m", seconds % 60, "s");
    }
    if (seconds < 86_400) {
      return pair(seconds / 3600, "h", seconds % 3600 / 60, "m");
    }
    return pair(seconds / 86_400, "d", seconds % 86_400 / 3600, "h");
  }

  private static String pair(long large, String unit, long small, String smallUnit) {
    return large < 10 && small > 0 ? large + unit + small + smallUnit : large + unit;
  }
}
