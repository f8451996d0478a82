package dev.satchel.e2e;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Waits for what must come, for half a minute at most. */
final class Await {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration STEP = Duration.ofMillis(10);

  private Await() {}

  /** Asks again and again until the answer will do, and gives it back. */
  static <T> T that(String what, Supplier<T> answer, Predicate<? super T> wanted) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    T last = answer.get();
    while (!wanted.test(last)) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("after " + LIMIT + ", not: " + what + "; last seen: " + last);
      }
      Installation.pause(STEP);
      last = answer.get();
    }
    return last;
  }

  static void until(String what, BooleanSupplier condition) {
    Boolean _ = that(what, condition::getAsBoolean, Boolean::booleanValue);
  }
}
