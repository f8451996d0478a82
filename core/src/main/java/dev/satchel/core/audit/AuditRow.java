package dev.satchel.core.audit;

import dev.satchel.core.access.Actor;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One act. It holds names, never values.
 *
 * @param action such as {@code secret.write}
 * @param subject the name or id of what was acted upon
 * @param revision of a bundle; null where the subject has none
 * @param outcome {@code ok}, or the code of the refusal
 * @param detail names that explain the act, such as locations dropped; empty where there is nothing
 *     to add
 */
public record AuditRow(
    Instant at,
    Actor actor,
    String action,
    String subject,
    @Nullable Long revision,
    String outcome,
    String detail) {
  public static AuditRow ok(Instant at, Actor actor, String action, String subject) {
    return new AuditRow(at, actor, action, subject, null, "ok", "");
  }

  public AuditRow withRevision(long newRevision) {
    return new AuditRow(at, actor, action, subject, newRevision, outcome, detail);
  }

  public AuditRow withDetail(String newDetail) {
    return new AuditRow(at, actor, action, subject, revision, outcome, newDetail);
  }
}
