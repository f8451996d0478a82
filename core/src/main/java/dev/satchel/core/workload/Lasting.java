package dev.satchel.core.workload;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What makes a workload last until it is told to end. */
public enum Lasting {
  /** Serves others. Where it ends by itself it went wrong, whatever its exit code says. */
  SERVICE("service"),

  /** A place to run commands in. */
  SANDBOX("sandbox");

  /** Of a sandbox whose caller said none: nobody may be left to end it. */
  private static final Duration SANDBOX_TIMEOUT = Duration.ofHours(1);

  /** Waits to be told to end, with what any shell has, also as process 1 of a container. */
  private static final List<String> WAITING =
      List.of(
          "/bin/sh", "-c", "trap 'exit 0' TERM; while :; do sleep 3600 & wait $!; done", "sandbox");

  /**
   * How long after its start the end of a service must be noted for it to have worked. Longer than
   * what starts badly takes to fail, with what it wrote waiting ten minutes to be stored; shorter
   * than what fails each hour runs.
   */
  private static final Duration PROVED_AFTER = Duration.ofMinutes(30);

  private final String word;

  Lasting(String word) {
    this.word = word;
  }

  /** As the API and the documents have it. */
  public String word() {
    return word;
  }

  /** The one of a word; null where it is none. */
  public static @Nullable Lasting of(@Nullable String word) {
    for (Lasting each : values()) {
      if (each.word.equals(word)) {
        return each;
      }
    }
    return null;
  }

  /** The command of one for which none was asked; empty for the image's own. */
  public List<String> command() {
    return this == SANDBOX ? WAITING : List.of();
  }

  /** The time of an attempt of one for which none was asked; null for no limit. */
  public @Nullable Duration timeout() {
    return this == SANDBOX ? SANDBOX_TIMEOUT : null;
  }

  /** How often one is started anew for which nobody said it. */
  public int retries() {
    return this == SERVICE ? SpecRules.RETRIES_MAX : 0;
  }

  /**
   * Whether an attempt that has ended had worked until then: it lasted half an hour. What follows
   * has all its tries before it again, since a service is to last for years, and its tries are for
   * what does not come up.
   */
  boolean isProvedBy(Attempt ended) {
    Instant from = ended.startedAt();
    Instant to = ended.endedAt();
    return this == SERVICE && from != null && to != null && !to.isBefore(from.plus(PROVED_AFTER));
  }

  /** Whether one whose time was up has come to its end, so that no retry makes it anew, empty. */
  boolean endsByItsTime() {
    return this == SANDBOX;
  }
}
