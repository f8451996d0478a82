package dev.satchel.cli.input;

import dev.satchel.cli.session.CliException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them: {@code 90}, {@code 30s}, {@code 1h30m}, {@code 7d}. */
public final class Durations {
  private static final Pattern FORM =
      Pattern.compile("(?:(\\d{1,6})d)?(?:(\\d{1,6})h)?(?:(\\d{1,6})m)?(?:(\\d{1,9})s?)?");

  private Durations() {}

  /**
   * Reads one.
   *
   * @param option what it was given for, to be named where it cannot be read
   */
  public static Duration parse(String option, String text) {
    Matcher parts = FORM.matcher(text);
    if (text.isEmpty() || !parts.matches()) {
      throw CliException.usage(option + " takes a time such as 90s, 30m, 2h or 1h30m.");
    }
    return Duration.ofDays(part(parts, 1))
        .plusHours(part(parts, 2))
        .plusMinutes(part(parts, 3))
        .plusSeconds(part(parts, 4));
  }

  private static long part(Matcher parts, int group) {
    String digits = parts.group(group);
    return digits == null ? 0 : Long.parseLong(digits);
  }
}
