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
import org.jspecify.annotations.Nullable;

/** Instances as users act on them. Thread-safe. */
public final class Instances {
  private static final String WRITE = "instance.write";
  private static final String DELETE = "instance.delete";

  private final Store store;
  private final InstantSource clock;
  private final ApplicationLimits limits;
  private final ExecutionClasses classes;
  private final Acts acts;

  public Instances(
      Store store, InstantSource clock, ApplicationLimits limits, ExecutionClasses classes) {
    this.store = store;
    this.clock = clock;
    this.limits = limits;
    this.classes = classes;
    this.acts = new Acts(store);
  }

  /**
   * Makes an instance.
   *
   * @throws RefusedException REFERENCE_MISSING where its version or collection is not there;
   *     INVALID for an execution class that is not, or a reserved id; INSTANCE_EXISTS;
   *     APPLICATION_NOT_FOUND; TOO_LARGE where there are as many as may be
   */
  public Instance create(
      Actor actor,
      ApplicationId application,
      PartId id,
      PartId version,
      About about,
      InstanceConfiguration configuration) {
    Instant now = now();
    String subject = Versions.subject(application, id);
    return acts.run(
        now,
        actor,
        WRITE,
        subject,
        tx -> {
          tx.lock(actor.workspace(), application, Tx.LockKind.EXCLUSIVE);
          var _ = Applications.found(tx, actor.workspace(), application);
          requireNew(tx, actor, application, id);
          Instance instance =
              new Instance(
                  application,
                  id,
                  actor.workspace(),
                  version.value(),
                  about.nameOr(id.value()),
                  about.descriptionOr(""),
                  classes.completed(configuration),
                  false,
                  now,
                  now);
          requireVersion(tx, instance);
          requireCollection(tx, instance);
          tx.applications().instances().insert(instance);
          tx.audit().append(written(now, actor, instance));
          return instance;
        });
  }

  private void requireNew(Tx tx, Actor actor, ApplicationId application, PartId id) {
    requireOwn(id);
    if (tx.applications().instances().find(actor.workspace(), application, id).isPresent()) {
      throw new RefusedException(
              Reason.INSTANCE_EXISTS, "There is an instance with the id \"" + id + "\" already.")
          .with("name", id.value());
    }
    ApplicationLimits.check(
        tx.applications().instances().count(actor.workspace(), application),
        limits.instances(),
        "instances of one application");
  }

  /**
   * Changes what is not null; a configuration replaces the whole of the one before. What is
   * referred to is looked for where it is another than before.
   *
   * @throws RefusedException as {@link #create}; INSTANCE_LOCKED where it is locked and would
   *     change; INSTANCE_NOT_FOUND
   */
  public Instance update(
      Actor actor,
      ApplicationId application,
      PartId id,
      @Nullable PartId version,
      About about,
      @Nullable InstanceConfiguration configuration) {
    Instant now = now();
    String subject = Versions.subject(application, id);
    return acts.run(
        now,
        actor,
        WRITE,
        subject,
        tx -> {
          tx.lock(actor.workspace(), application, Tx.LockKind.EXCLUSIVE);
          requireOwn(id);
          Instance before = own(tx, actor.workspace(), application, id);
          Instance after =
              before.changed(
                  about,
                  version == null ? before.version() : version.value(),
                  configuration == null ? before.configuration() : classes.completed(configuration),
                  now);
          if (before.locked()) { // Its own state is sent back by who comes to unlock it.
            if (!after.isLike(before)) {
              throw locked(id);
            }
            return before;
          }
          if (!after.version().equals(before.version())) {
            requireVersion(tx, after);
          }
          String collection = after.configuration().secretsCollection();
          if (!collection.equals(before.configuration().secretsCollection())) {
            requireCollection(tx, after);
          }
          tx.applications().instances().update(after);
          tx.audit().append(written(now, actor, after));
          return after;
        });
  }

  /** Locks an instance against changes, or unlocks it. INSTANCE_NOT_FOUND. */
  public Instance lock(Actor actor, ApplicationId application, PartId id, boolean locked) {
    Instant now = now();
    String subject = Versions.subject(application, id);
    return acts.run(
        now,
        actor,
        "instance.lock",
        subject,
        tx -> {
          tx.lock(actor.workspace(), application, Tx.LockKind.EXCLUSIVE);
          requireOwn(id);
          Instance after = own(tx, actor.workspace(), application, id).locked(locked, now);
          tx.applications().instances().update(after);
          tx.audit()
              .append(
                  AuditRow.ok(now, actor, "instance.lock", subject)
                      .withDetail(locked ? "locked" : "unlocked"));
          return after;
        });
  }

  /** An instance, the reserved ones among them. INSTANCE_NOT_FOUND where there is none such. */
  public Instance get(Actor actor, ApplicationId application, PartId id) {
    return store.read(tx -> found(tx, actor.workspace(), application, id));
  }

  /** Without the reserved ones. APPLICATION_NOT_FOUND where there is no such application. */
  public List<Instance> list(Actor actor, ApplicationId application, String after, int limit) {
    return store.read(
        tx -> {
          var _ = Applications.found(tx, actor.workspace(), application);
          return tx.applications().instances().list(actor.workspace(), application, after, limit);
        });
  }

  /** INSTANCE_LOCKED where it is locked; INSTANCE_NOT_FOUND. What runs is untouched. */
  public void delete(Actor actor, ApplicationId application, PartId id) {
    Instant now = now();
    String subject = Versions.subject(application, id);
    boolean _ =
        acts.run(
            now,
            actor,
            DELETE,
            subject,
            tx -> {
              tx.lock(actor.workspace(), application, Tx.LockKind.EXCLUSIVE);
              requireOwn(id);
              Instance instance = own(tx, actor.workspace(), application, id);
              if (instance.locked()) {
                throw locked(id);
              }
              tx.applications().instances().delete(actor.workspace(), application, id);
              tx.audit().append(AuditRow.ok(now, actor, DELETE, subject));
              return true;
            });
  }

  /**
   * The instance of an id. The reserved ones are there once something was pushed: they run the
   * newest push, with nothing configured.
   *
   * @throws RefusedException APPLICATION_NOT_FOUND or INSTANCE_NOT_FOUND
   */
  public static Instance found(Tx tx, String workspace, ApplicationId application, PartId id) {
    Application of = Applications.found(tx, workspace, application);
    Executable development = of.development();
    if (ReservedInstances.has(id.value()) && development != null) {
      return new Instance(
          application,
          id,
          workspace,
          "",
          id.value(),
          "",
          InstanceConfiguration.NONE.withExecutionClass(ExecutionClasses.DEFAULT),
          false,
          of.createdAt(),
          development.uploadedAt());
    }
    return own(tx, workspace, application, id);
  }

  private static Instance own(Tx tx, String workspace, ApplicationId application, PartId id) {
    var _ = Applications.found(tx, workspace, application);
    return tx.applications()
        .instances()
        .find(workspace, application, id)
        .orElseThrow(
            () ->
                new RefusedException(
                        Reason.INSTANCE_NOT_FOUND,
                        "The application \""
                            + application
                            + "\" has no instance with the id \""
                            + id
                            + "\".")
                    .with("name", id.value()));
  }

  private static void requireOwn(PartId id) {
    if (ReservedInstances.has(id.value())) {
      throw RefusedException.invalid(
          "id",
          "The instances \"latest\" and \"devint\" are the application's own and always run the"
              + " newest push; choose another id.");
    }
  }

  private static void requireVersion(Tx tx, Instance instance) {
    PartId version = new PartId(instance.version());
    if (tx.applications()
        .versions()
        .find(instance.workspace(), instance.application(), version)
        .isEmpty()) {
      throw missing("version", instance.application(), version);
    }
  }

  private static void requireCollection(Tx tx, Instance instance) {
    String id = instance.configuration().secretsCollection();
    if (!id.isEmpty()) {
      CollectionName name = new CollectionName(instance.application(), new PartId(id));
      if (tx.collections().find(instance.workspace(), name).isEmpty()) {
        throw missing("secrets collection", name.application(), name.id());
      }
    }
  }

  /** Says that what an instance or a run names is not there. */
  public static RefusedException missing(String what, ApplicationId application, PartId id) {
    return new RefusedException(
            Reason.REFERENCE_MISSING,
            "The application \""
                + application
                + "\" has no "
                + what
                + " with the id \""
                + id
                + "\". Make it first, or name another.")
        .with("name", id.value());
  }

  private static RefusedException locked(PartId id) {
    return new RefusedException(
            Reason.INSTANCE_LOCKED, "The instance \"" + id + "\" is locked; unlock it first.")
        .with("name", id.value());
  }

  private static AuditRow written(Instant at, Actor actor, Instance instance) {
    String collection = instance.configuration().secretsCollection();
    return AuditRow.ok(at, actor, WRITE, Versions.subject(instance.application(), instance.id()))
        .withDetail(
            "version "
                + instance.version()
                + (collection.isEmpty() ? "" : ", collection " + collection));
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }
}
