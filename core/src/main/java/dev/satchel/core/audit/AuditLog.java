package dev.satchel.core.audit;

import java.time.Instant;

/**
 * The record of what was done. Rows are added in the transaction of the act itself, never changed,
 * and removed only by age.
 */
public interface AuditLog {
  void append(AuditRow row);

  /**
   * Removes rows from before a time, in the order in which they were added, at most so many.
   *
   * @return how many
   */
  int removeBefore(Instant time, int limit);
}
