package dev.satchel.api;

import org.jspecify.annotations.Nullable;

/**
 * What a run takes and leaves.
 *
 * @param input null where it is not said
 * @param output null where it is not said
 */
public record RunFormat(@Nullable Side input, @Nullable Side output) {
  /**
   * One of the two.
   *
   * @param type {@code json}, {@code text}, {@code multi-file} or {@code csv-archive}
   */
  public record Side(String type) {}
}
