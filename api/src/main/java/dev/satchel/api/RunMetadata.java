package dev.satchel.api;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a run stands.
 *
 * @param duration milliseconds since it was asked for, or until its end
 * @param executionDuration milliseconds that the program ran
 * @param error why it failed; empty where it did not
 * @param inputSize in bytes
 * @param outputSize in bytes; 0 until it has ended
 * @param secretsCollectionId null for none
 * @param statistics what the program has reported as such, as maps, lists, texts, {@code Boolean}s,
 *     {@code Long}s and {@code BigDecimal}s; empty where it reported none, has not ended, or this
 *     token may not read its output
 * @param metrics likewise
 * @param tracking null where it came of nothing that is kept
 * @param statusV2 {@code queued}, {@code running}, {@code succeeded}, {@code failed} or {@code
 *     canceled}
 */
public record RunMetadata(
    String applicationId,
    String applicationInstanceId,
    String applicationVersionId,
    Instant createdAt,
    double duration,
    double executionDuration,
    String error,
    RunFormat format,
    long inputSize,
    long outputSize,
    String executionClass,
    String runtime,
    @Nullable String secretsCollectionId,
    Map<String, @Nullable Object> statistics,
    Map<String, @Nullable Object> metrics,
    @Nullable Tracking tracking,
    String statusV2) {
  public RunMetadata {
    statistics = Collections.unmodifiableMap(new LinkedHashMap<>(statistics));
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
  }

  /**
   * What it came of.
   *
   * @param inputId the managed input that it was given; null for another
   * @param clonedRunId the run that it repeats; null for none
   */
  public record Tracking(@Nullable String inputId, @Nullable String clonedRunId) {}
}
