package dev.satchel.core.audit;

import dev.satchel.core.RefusedException;
import dev.satchel.core.access.Actor;
import dev.satchel.core.store.Store;
import dev.satchel.core.store.Tx;
import java.time.Instant;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs acts whose refusal is recorded too: an act records itself in its own unit of work, a refusal
 * after it.
 */
public final class Acts {
  private static final Logger LOG = LoggerFactory.getLogger(Acts.class);

  private final Store store;

  public Acts(Store store) {
    this.store = store;
  }

  /** Runs an act. Where it is refused, nothing of it stays but a row that says so. */
  public <T> T run(Instant at, Actor actor, String action, String subject, Function<Tx, T> act) {
    try {
      return store.write(act);
    } catch (RefusedException refused) {
      recordRefusal(new AuditRow(at, actor, action, subject, null, refused.reason().name(), ""));
      throw refused;
    }
  }

  private void recordRefusal(AuditRow row) {
    try {
      store.write(
          tx -> {
            tx.audit().append(row);
            return true;
          });
    } catch (RefusedException e) { // The store itself refuses: the caller is told the first reason.
      LOG.warn("refusal of {} not recorded: {}", row.action(), e.reason());
    }
  }
}
