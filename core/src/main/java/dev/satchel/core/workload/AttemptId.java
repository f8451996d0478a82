package dev.satchel.core.workload;

import java.util.regex.Pattern;

/**
 * An attempt's id: its workload's id, "-", its number from 1. Safe as a file's name and as an
 * engine object's.
 */
public record AttemptId(String workload, int number) {
  private static final Pattern FORM = Pattern.compile("([a-z0-9]{1,40})-([1-9][0-9]{0,8})");

  /** Reads what {@link #toString} wrote. */
  public static AttemptId parse(String text) {
    var matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not an attempt's id");
    }
    return new AttemptId(matcher.group(1), Integer.parseInt(matcher.group(2)));
  }

  @Override
  public String toString() {
    return workload + "-" + number;
  }
}
