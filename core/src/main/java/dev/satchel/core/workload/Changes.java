package dev.satchel.core.workload;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Lets readers wait for a workload's state or log to change. Thread-safe; keeps nothing of what it
 * is told.
 */
public final class Changes {
  private static final int STRIPES = 64;

  private record Stripe(ReentrantLock lock, Condition changed) {
    static Stripe create() {
      ReentrantLock lock = new ReentrantLock();
      return new Stripe(lock, lock.newCondition());
    }
  }

  private final Stripe[] stripes = new Stripe[STRIPES];

  public Changes() {
    java.util.Arrays.setAll(stripes, i -> Stripe.create());
  }

  /** Wakes whoever waits for this subject. */
  public void changed(String subject) {
    Stripe stripe = stripe(subject);
    stripe.lock.lock();
    try {
      stripe.changed.signalAll();
    } finally {
      stripe.lock.unlock();
    }
  }

  /**
   * Waits until it is so, asking again whenever the subject changed.
   *
   * @return whether it was so before the time was up
   */
  public boolean await(String subject, BooleanSupplier isSo, Duration timeout)
      throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    Stripe stripe = stripe(subject);
    stripe.lock.lock();
    try {
      while (!isSo
          .getAsBoolean()) { // Asked under the lock, so that no change falls between asking and
        // waiting.
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          return false;
        }
        long _ = stripe.changed.awaitNanos(left);
      }
      return true;
    } finally {
      stripe.lock.unlock();
    }
  }

  private Stripe stripe(String subject) {
    return stripes[Math.floorMod(subject.hashCode(), STRIPES)];
  }
}
