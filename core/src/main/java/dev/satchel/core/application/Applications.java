package dev.satchel.core.application;

import dev.satchel.core.RandomIds;
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

/** Applications as users act on them. Thread-safe. */
public final class Applications {
  /** How many runs a message names. */
  static final int HOLDERS_NAMED = 1000;

  private static final String WRITE = "application.write";
  private static final String DELETE = "application.delete";

  private final Store store;
  private final InstantSource clock;
  private final ApplicationLimits limits;
  private final Acts acts;

  public Applications(Store store, InstantSource clock, ApplicationLimits limits) {
    this.store = store;
    this.clock = clock;
    this.limits = limits;
    this.acts = new Acts(store);
  }

  /**
   * Which instances run where none is named. They need not be there yet: a run is refused, by name,
   * where they are not.
   *
   * @param standard null where it stays as it is; empty for the newest push
   * @param experiment the same for experiments
   */
  public record Defaults(@Nullable String standard, @Nullable String experiment) {
    public static final Defaults SAME = new Defaults(null, null);

    public Defaults {
      check("default_instance", standard);
      check("default_experiment_instance", experiment);
    }

    private static void check(String field, @Nullable String id) {
      if (id != null && !id.isEmpty()) {
        PartId.check(field, "An instance's id", id);
      }
    }
  }

  /**
   * Makes an application.
   *
   * @throws RefusedException APPLICATION_EXISTS; TOO_LARGE where there are as many as may be
   */
  public Application create(
      Actor actor, ApplicationId id, About about, boolean isPipeline, Defaults defaults) {
    if (Actor.CREDENTIAL_USE.equals(id + "/")) { // Its collections would be named as credentials.
      throw RefusedException.invalid("id", "An application cannot have this id; choose another.");
    }
    Instant now = now();
    String type = isPipeline ? Application.PIPELINE : Application.CUSTOM;
    Application application =
        new Application(
            id,
            actor.workspace(),
            about.nameOr(id.value()),
            about.descriptionOr(""),
            type,
            or(defaults.standard(), ""),
            or(defaults.experiment(), ""),
            null,
            now,
            now);
    return acts.run(
        now,
        actor,
        WRITE,
        id.value(),
        tx -> {
          tx.lock(actor.workspace(), id, Tx.LockKind.EXCLUSIVE);
          if (tx.applications().find(actor.workspace(), id).isPresent()) {
            throw new RefusedException(
                    Reason.APPLICATION_EXISTS,
                    "There is an application with the id \"" + id + "\" already.")
                .with("name", id.value());
          }
          ApplicationLimits.check(
              tx.applications().count(actor.workspace()), limits.applications(), "applications");
          tx.applications().insert(application);
          tx.audit().append(AuditRow.ok(now, actor, WRITE, id.value()));
          return application;
        });
  }

  /**
   * Changes what is not null, and an empty name. APPLICATION_NOT_FOUND where there is none such.
   */
  public Application update(Actor actor, ApplicationId id, About about, Defaults defaults) {
    Instant now = now();
    return acts.run(
        now,
        actor,
        WRITE,
        id.value(),
        tx -> {
          tx.lock(actor.workspace(), id, Tx.LockKind.EXCLUSIVE);
          Application before = found(tx, actor.workspace(), id);
          Application after =
              before.described(
                  about,
                  or(defaults.standard(), before.defaultInstance()),
                  or(defaults.experiment(), before.defaultExperimentInstance()),
                  now);
          tx.applications().update(after);
          tx.audit().append(AuditRow.ok(now, actor, WRITE, id.value()));
          return after;
        });
  }

  public Application get(Actor actor, ApplicationId id) {
    return store.read(tx -> found(tx, actor.workspace(), id));
  }

  public List<Application> list(Actor actor, String after, int limit) {
    return store.read(tx -> tx.applications().list(actor.workspace(), after, limit));
  }

  /**
   * Deletes an application with its versions, instances and collections.
   *
   * @throws RefusedException APPLICATION_IN_USE with {@code workload_ids} while runs of it have not
   *     ended; APPLICATION_NOT_FOUND
   */
  public void delete(Actor actor, ApplicationId id) {
    Instant now = now();
    boolean _ =
        acts.run(
            now,
            actor,
            DELETE,
            id.value(),
            tx -> {
              tx.lock(actor.workspace(), id, Tx.LockKind.EXCLUSIVE);
              Application application = found(tx, actor.workspace(), id);
              List<String> runs = tx.holds().holders(actor.workspace(), id, HOLDERS_NAMED);
              if (!runs.isEmpty()) {
                throw inUse(
                    Reason.APPLICATION_IN_USE, "The application \"" + id + "\"", id.value(), runs);
              }
              tx.collections().deleteAll(actor.workspace(), id);
              tx.applications().delete(actor.workspace(), application.id());
              tx.audit().append(AuditRow.ok(now, actor, DELETE, id.value()));
              return true;
            });
  }

  /** Makes pushed code the development executable, in a unit of work of its own. */
  public Application pushed(Actor actor, ApplicationId id, String requirements, String digest) {
    Executable executable = executable(actor, requirements, digest);
    return acts.run(
        executable.uploadedAt(),
        actor,
        "application.push",
        id.value(),
        tx -> pushed(tx, actor, id, executable));
  }

  /** Code that somebody pushes now. Made before the unit of work that keeps it. */
  public Executable executable(Actor actor, String requirements, String digest) {
    return new Executable(
        "exe-" + RandomIds.shortId(), now(), actor.tokenName(), requirements, digest);
  }

  /**
   * The same within a unit of work that does more. Versions that were made keep what they froze.
   *
   * @throws RefusedException APPLICATION_NOT_FOUND
   */
  public static Application pushed(Tx tx, Actor actor, ApplicationId id, Executable executable) {
    tx.lock(actor.workspace(), id, Tx.LockKind.EXCLUSIVE);
    Application after = found(tx, actor.workspace(), id).pushed(executable);
    tx.applications().update(after);
    tx.audit()
        .append(
            AuditRow.ok(executable.uploadedAt(), actor, "application.push", id.value())
                .withDetail("executable " + executable.id()));
    return after;
  }

  /** The application of an id; APPLICATION_NOT_FOUND where there is none such. */
  public static Application found(Tx tx, String workspace, ApplicationId id) {
    return tx.applications()
        .find(workspace, id)
        .orElseThrow(
            () ->
                new RefusedException(
                        Reason.APPLICATION_NOT_FOUND,
                        "There is no application with the id \"" + id + "\".")
                    .with("name", id.value()));
  }

  static RefusedException inUse(Reason reason, String what, String name, List<String> runs) {
    return new RefusedException(
            reason,
            what
                + " is used by "
                + runs.size()
                + (runs.size() == 1 ? " run that has" : " runs that have")
                + " not ended: "
                + String.join(", ", runs)
                + ". Wait for them or cancel them, then delete again.")
        .with("name", name)
        .with("workload_ids", runs);
  }

  static String or(@Nullable String text, String other) {
    return text == null ? other : text;
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }
}
