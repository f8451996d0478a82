package dev.satchel.sdk;

import java.time.Duration;

/**
 * How often a run is asked after until it has ended. Immutable; each method answers another.
 *
 * <p>The first pause is {@link #delay}, each further one {@link #backoff} times as long, up to
 * {@link #maxDelay}, and to each a part of {@link #jitter} is added, drawn anew.
 */
public final class PollingOptions {
  /** From a tenth of a second to 5 seconds, for an hour at the most. */
  public static final PollingOptions DEFAULT =
      new PollingOptions(
          Duration.ZERO,
          Duration.ofMillis(100),
          1.5,
          Duration.ofSeconds(5),
          Duration.ofMillis(100),
          Duration.ofHours(1));

  private final Duration initialDelay;
  private final Duration delay;
  private final double backoff;
  private final Duration maxDelay;
  private final Duration jitter;
  private final Duration maxDuration;

  private PollingOptions(
      Duration initialDelay,
      Duration delay,
      double backoff,
      Duration maxDelay,
      Duration jitter,
      Duration maxDuration) {
    this.initialDelay = initialDelay;
    this.delay = delay;
    this.backoff = backoff;
    this.maxDelay = maxDelay;
    this.jitter = jitter;
    this.maxDuration = maxDuration;
  }

  private static Duration checked(Duration time) {
    if (time.isNegative()) {
      throw new IllegalArgumentException("A pause is not less than nothing.");
    }
    return time;
  }

  /**
   * How long to wait before it is asked for the first time; not at all where this is not called.
   *
   * @param time not negative
   * @return the same with this
   */
  public PollingOptions initialDelay(Duration time) {
    return new PollingOptions(checked(time), delay, backoff, maxDelay, jitter, maxDuration);
  }

  /**
   * The first pause between two questions; 100 ms where this is not called.
   *
   * @param time not negative
   * @return the same with this
   */
  public PollingOptions delay(Duration time) {
    return new PollingOptions(initialDelay, checked(time), backoff, maxDelay, jitter, maxDuration);
  }

  /**
   * By how much each pause is longer than the one before; 1.5 where this is not called.
   *
   * @param factor from 1
   * @return the same with this
   */
  public PollingOptions backoff(double factor) {
    if (!(factor >= 1)) {
      throw new IllegalArgumentException("A backoff is at least 1.");
    }
    return new PollingOptions(initialDelay, delay, factor, maxDelay, jitter, maxDuration);
  }

  /**
   * The longest pause, without jitter; 5 seconds where this is not called.
   *
   * @param time not negative
   * @return the same with this
   */
  public PollingOptions maxDelay(Duration time) {
    return new PollingOptions(initialDelay, delay, backoff, checked(time), jitter, maxDuration);
  }

  /**
   * What is added to a pause at the most; 100 ms where this is not called.
   *
   * @param time not negative
   * @return the same with this
   */
  public PollingOptions jitter(Duration time) {
    return new PollingOptions(initialDelay, delay, backoff, maxDelay, checked(time), maxDuration);
  }

  /**
   * How long to wait for the end at the most; an hour where this is not called. The run itself goes
   * on after that.
   *
   * @param time not negative
   * @return the same with this
   */
  public PollingOptions maxDuration(Duration time) {
    return new PollingOptions(initialDelay, delay, backoff, maxDelay, jitter, checked(time));
  }

  Duration maxDuration() {
    return maxDuration;
  }

  /**
   * A pause before a question.
   *
   * @param asked how often it was asked before
   * @param drawn from 0 to 1
   */
  Duration pause(int asked, double drawn) {
    if (asked == 0) {
      return initialDelay;
    }
    double longest = nanos(maxDelay);
    double pause = Math.min(longest, nanos(delay) * Math.pow(backoff, asked - 1));
    return Duration.ofNanos((long) Math.min(pause + drawn * nanos(jitter), Long.MAX_VALUE / 4.0));
  }

  private static double nanos(Duration time) {
    return time.getSeconds() * 1e9 + time.getNano();
  }

  @Override
  public String toString() {
    return "PollingOptions[delay=" + delay + ", maxDuration=" + maxDuration + "]";
  }
}
