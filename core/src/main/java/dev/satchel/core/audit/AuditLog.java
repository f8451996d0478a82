package dev.satchel.core.audit;

/** The record of what was done. Rows are only ever added, in the transaction of the act itself. */
public interface AuditLog {
  void append(AuditRow row);
}
