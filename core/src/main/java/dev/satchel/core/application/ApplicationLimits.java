package dev.satchel.core.application;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;

/**
 * How many there may be.
 *
 * @param applications in one workspace; a few more where many are made at once
 * @param versions and {@code instances} and {@code collections} and {@code inputs} in one
 *     application
 */
public record ApplicationLimits(
    int applications, int versions, int instances, int collections, int inputs) {
  public static final ApplicationLimits DEFAULT =
      new ApplicationLimits(10_000, 10_000, 1_000, 1_000, 1_000);

  static void check(int count, int most, String what) {
    if (count >= most) {
      throw new RefusedException(
          Reason.TOO_LARGE,
          "There are at most " + most + " " + what + ", and as many there are. Delete some first.");
    }
  }
}
