package dev.satchel.core.bucket;

import dev.satchel.core.workload.AttemptId;
import java.util.regex.Pattern;

/**
 * One bucket of one attempt, or one of its volumes that lies in a bucket. Safe as a file's name.
 *
 * @param place which of the workload's buckets, from 0; its volumes count from {@value
 *     #FIRST_VOLUME}
 */
public record BucketMountId(String workload, int attempt, int place) {
  private static final Pattern FORM =
      Pattern.compile("([a-z0-9]{1,40})-([1-9][0-9]{0,8})-(0|[1-9][0-9]{0,2})");

  private static final int FIRST_VOLUME = 100;

  /**
   * The mount of a bucket.
   *
   * @param place which of the workload's buckets, from 0
   */
  public static BucketMountId ofBucket(AttemptId attempt, int place) {
    return new BucketMountId(attempt.workload(), attempt.number(), place);
  }

  /**
   * The mount of a volume that lies in a bucket.
   *
   * @param place which of the workload's mounts of volumes, from 0
   */
  public static BucketMountId ofVolume(AttemptId attempt, int place) {
    return new BucketMountId(attempt.workload(), attempt.number(), FIRST_VOLUME + place);
  }

  /** Which of the workload's mounts of volumes; negative where it is none. */
  int volumePlace() {
    return place - FIRST_VOLUME;
  }

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
