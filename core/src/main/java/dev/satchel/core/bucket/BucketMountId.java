package dev.satchel.core.bucket;

import java.util.regex.Pattern;

/**
 * One bucket of one attempt. Safe as a file's name.
 *
 * @param place which of the workload's buckets, from 0
 */
public record BucketMountId(String workload, int attempt, int place) {
  private static final Pattern FORM =
      Pattern.compile("([a-z0-9]{1,40})-([1-9][0-9]{0,8})-(0|[1-9][0-9]{0,2})");

  /** Whether a text is what {@link #toString} writes. */
  public static boolean isId(String text) {
    return FORM.matcher(text).matches();
  }

  /** Reads what {@link #toString} wrote. */
  public static BucketMountId parse(String text) {
    var matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not the id of a mount");
    }
    return new BucketMountId(
        matcher.group(1), Integer.parseInt(matcher.group(2)), Integer.parseInt(matcher.group(3)));
  }

  @Override
  public String toString() {
    return workload + "-" + attempt + "-" + place;
  }
}
