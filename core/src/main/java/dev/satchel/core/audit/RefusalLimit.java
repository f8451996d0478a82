package dev.satchel.core.audit;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * How many refusals of one token become rows: so many at once, then so many a minute. The others
 * are counted, and the next row says how many. Without it a caller in a loop could fill the disk
 * with refusals. Thread-safe.
 */
final class RefusalLimit {
  static final int AT_ONCE = 600;
  static final int EACH_MINUTE = 60;

  /** What a row costs and a full budget has, in the time that it takes to come by it again. */
  private static final Duration ROW = Duration.ofMinutes(1).dividedBy(EACH_MINUTE);

  private static final Duration FULL = ROW.multipliedBy(AT_ONCE);
  private static final int TOKENS_KEPT = 1000;

  /** One token's rows to come, and those it did not get. */
  private static final class Budget {
    private Duration left = FULL;
    private long unrecorded;
    private Instant since;

    Budget(Instant since) {
      this.since = since;
    }
  }

  private final Map<String, Budget> budgets =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Budget> eldest) {
          return size() > TOKENS_KEPT;
        }
      };

  /** How many refusals before this one got no row; empty where this one gets none either. */
  synchronized OptionalLong take(String token, Instant at) {
    Budget budget = budgets.computeIfAbsent(token, _ -> new Budget(at));
    if (at.isAfter(budget.since)) {
      Duration passed = Duration.between(budget.since, at);
      budget.left = least(budget.left.plus(passed), FULL);
      budget.since = at;
    }
    if (budget.left.compareTo(ROW) < 0) {
      budget.unrecorded++;
      return OptionalLong.empty();
    }
    budget.left = budget.left.minus(ROW);
    long before = budget.unrecorded;
    budget.unrecorded = 0;
    return OptionalLong.of(before);
  }

  private static Duration least(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}
