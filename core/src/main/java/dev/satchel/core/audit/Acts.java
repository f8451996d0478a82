package dev.satchel.core.audit;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.access.Actor;
import dev.satchel.core.store.Store;
import dev.satchel.core.store.Tx;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.StringJoiner;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs acts whose refusal is recorded too: an act records itself in its own unit of work, a refusal
 * after it, once, wherever it was found. Thread-safe.
 */
public final class Acts {
  private static final Logger LOG = LoggerFactory.getLogger(Acts.class);

  private final Store store;
  private final RefusalLimit limit = new RefusalLimit();

  public Acts(Store store) {
    this.store = store;
  }

  /** Runs an act. Where it is refused, nothing of it stays but a row that says so. */
  public <T> T run(Instant at, Actor actor, String action, String subject, Function<Tx, T> act) {
    return recorded(at, actor, action, subject, () -> store.write(act));
  }

  /**
   * Runs an act with the checks before its unit of work.
   *
   * @param subject a name or an id; empty where what was typed is neither
   */
  public <T> T recorded(Instant at, Actor actor, String action, String subject, Supplier<T> act) {
    try {
      return act.get();
    } catch (RefusedException refused) {
      if (isOfTheAct(refused.reason()) && refused.toBeRecorded()) {
        record(at, actor, action, subject, refused);
      }
      throw refused;
    }
  }

  /** A store that is full, busy or broken refuses whatever it is asked, this row too. */
  private static boolean isOfTheAct(Reason reason) {
    return switch (reason) {
      case STORE_FULL, STORE_BUSY, STORE_UNCERTAIN, STORE_FAILED -> false;
      default -> true;
    };
  }

  private void record(
      Instant at, Actor actor, String action, String subject, RefusedException refused) {
    OptionalLong unrecorded = limit.take(actor.tokenId(), at);
    if (unrecorded.isPresent()) {
      String detail = detail(subject, refused, unrecorded.getAsLong());
      append(new AuditRow(at, actor, action, subject, null, refused.reason().name(), detail));
    }
  }

  private static String detail(String subject, RefusedException refused, long unrecorded) {
    StringJoiner detail = new StringJoiner("; ");
    Object name = refused.members().get("name");
    if (name != null && !name.equals(subject)) {
      detail.add(kindOf(refused.reason()) + " " + name);
    }
    if (unrecorded > 0) {
      detail.add(unrecorded + " refusals before it have no row");
    }
    return detail.toString();
  }

  /** What the name is of that a refusal names beside its subject. */
  private static String kindOf(Reason reason) {
    return switch (reason) {
      case CREDENTIAL_MISSING, CREDENTIAL_INCOMPATIBLE -> "credential";
      case VOLUME_MISSING, VOLUME_INCOMPATIBLE, VOLUME_UNREACHABLE -> "volume";
      default -> "secret";
    };
  }

  private void append(AuditRow row) {
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
