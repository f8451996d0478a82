package dev.satchel.core.application;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.access.Actor;
import dev.satchel.core.audit.Acts;
import dev.satchel.core.audit.AuditRow;
import dev.satchel.core.store.Store;
import dev.satchel.core.store.Tx;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** Versions as users act on them. Thread-safe. */
public final class Versions {
  private static final String WRITE = "version.write";
  private static final String DELETE = "version.delete";
  private static final int INSTANCES_NAMED = 100;

  private final Store store;
  private final InstantSource clock;
  private final ApplicationLimits limits;
  private final Acts acts;

  public Versions(Store store, InstantSource clock, ApplicationLimits limits) {
    this.store = store;
    this.clock = clock;
    this.limits = limits;
    this.acts = new Acts(store);
  }

  /**
   * Freezes what was pushed last.
   *
   * @throws RefusedException NOTHING_PUSHED; VERSION_EXISTS; APPLICATION_NOT_FOUND; TOO_LARGE where
   *     there are as many as may be
   */
  public Version create(Actor actor, ApplicationId application, PartId id, About about) {
    Instant now = now();
    String subject = subject(application, id);
    return acts.run(
        now,
        actor,
        WRITE,
        subject,
        tx -> {
          tx.lock(actor.workspace(), application, Tx.LockKind.EXCLUSIVE);
          Application of = Applications.found(tx, actor.workspace(), application);
          requireNew(tx, actor, application, id);
          Executable executable = of.development();
          if (executable == null) {
            throw new RefusedException(
                Reason.NOTHING_PUSHED,
                "A version freezes what was pushed, and nothing was pushed to the application \""
                    + application
                    + "\" yet: push first (app.push, or nextmv cloud app push).");
          }
          Version version =
              new Version(
                  application,
                  id,
                  actor.workspace(),
                  about.nameOr(id.value()),
                  about.descriptionOr(""),
                  executable,
                  now,
                  now);
          tx.applications().versions().insert(version);
          tx.audit().append(AuditRow.ok(now, actor, WRITE, subject));
          return version;
        });
  }

  private void requireNew(Tx tx, Actor actor, ApplicationId application, PartId id) {
    if (tx.applications().versions().find(actor.workspace(), application, id).isPresent()) {
      throw new RefusedException(
              Reason.VERSION_EXISTS, "There is a version with the id \"" + id + "\" already.")
          .with("name", id.value());
    }
    ApplicationLimits.check(
        tx.applications().versions().count(actor.workspace(), application),
        limits.versions(),
        "versions of one application");
  }

  /** Changes its name and description. VERSION_NOT_FOUND where there is none such. */
  public Version update(Actor actor, ApplicationId application, PartId id, About about) {
    Instant now = now();
    String subject = subject(application, id);
    return acts.run(
        now,
        actor,
        WRITE,
        subject,
        tx -> {
          tx.lock(actor.workspace(), application, Tx.LockKind.EXCLUSIVE);
          Version after = found(tx, actor.workspace(), application, id).described(about, now);
          tx.applications().versions().update(after);
          tx.audit().append(AuditRow.ok(now, actor, WRITE, subject));
          return after;
        });
  }

  public Version get(Actor actor, ApplicationId application, PartId id) {
    return store.read(tx -> found(tx, actor.workspace(), application, id));
  }

  /** APPLICATION_NOT_FOUND where there is no such application. */
  public List<Version> list(Actor actor, ApplicationId application, String after, int limit) {
    return store.read(
        tx -> {
          var _ = Applications.found(tx, actor.workspace(), application);
          return tx.applications().versions().list(actor.workspace(), application, after, limit);
        });
  }

  /** VERSION_IN_USE, naming them, where instances run it; VERSION_NOT_FOUND. */
  public void delete(Actor actor, ApplicationId application, PartId id) {
    Instant now = now();
    String subject = subject(application, id);
    boolean _ =
        acts.run(
            now,
            actor,
            DELETE,
            subject,
            tx -> {
              tx.lock(actor.workspace(), application, Tx.LockKind.EXCLUSIVE);
              Version version = found(tx, actor.workspace(), application, id);
              List<PartId> instances =
                  tx.applications()
                      .instances()
                      .of(actor.workspace(), application, id, INSTANCES_NAMED);
              if (!instances.isEmpty()) {
                throw inUse(id, instances);
              }
              tx.applications().versions().delete(actor.workspace(), application, version.id());
              tx.audit().append(AuditRow.ok(now, actor, DELETE, subject));
              return true;
            });
  }

  private static RefusedException inUse(PartId id, List<PartId> instances) {
    return new RefusedException(
            Reason.VERSION_IN_USE,
            "The version \""
                + id
                + "\" is run by the instances "
                + String.join(", ", instances.stream().map(PartId::value).toList())
                + ". Give them another version or delete them, then delete again.")
        .with("name", id.value());
  }

  /** The version of an id; APPLICATION_NOT_FOUND or VERSION_NOT_FOUND where it is not there. */
  public static Version found(Tx tx, String workspace, ApplicationId application, PartId id) {
    var _ = Applications.found(tx, workspace, application);
    return tx.applications()
        .versions()
        .find(workspace, application, id)
        .orElseThrow(
            () ->
                new RefusedException(
                        Reason.VERSION_NOT_FOUND,
                        "The application \""
                            + application
                            + "\" has no version with the id \""
                            + id
                            + "\".")
                    .with("name", id.value()));
  }

  static String subject(ApplicationId application, PartId id) {
    return application + "/" + id;
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }
}
