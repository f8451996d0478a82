package dev.satchel.core.application;

import dev.satchel.core.RandomIds;
import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.access.Actor;
import dev.satchel.core.access.Permission;
import dev.satchel.core.audit.Acts;
import dev.satchel.core.audit.AuditRow;
import dev.satchel.core.store.Store;
import dev.satchel.core.store.Tx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** Managed inputs as users act on them. Thread-safe. */
public final class ManagedInputs {
  private static final String WRITE = "input.write";
  private static final String DELETE = "input.delete";

  private final Store store;
  private final InstantSource clock;
  private final ApplicationLimits limits;
  private final InputFiles files;
  private final Runs runs;
  private final Acts acts;

  public ManagedInputs(
      Store store, InstantSource clock, ApplicationLimits limits, InputFiles files, Runs runs) {
    this.store = store;
    this.clock = clock;
    this.limits = limits;
    this.files = files;
    this.runs = runs;
    this.acts = new Acts(store);
  }

  /**
   * Keeps an input.
   *
   * @param upload the id of what was uploaded; empty where it is a run's input
   * @param run the id of that run, of which this token must be allowed to read the input
   * @throws RefusedException INVALID where not exactly one is given; REFERENCE_MISSING where
   *     nothing was uploaded, or the run had no input; INPUT_EXISTS; APPLICATION_NOT_FOUND;
   *     TOO_LARGE where there are as many as may be
   */
  public ManagedInput create(
      Actor actor,
      ApplicationId application,
      PartId id,
      About about,
      InstanceConfiguration.Format format,
      String upload,
      String run) {
    Instant now = now();
    String file = RandomIds.shortId();
    ManagedInput made =
        new ManagedInput(
            application,
            id,
            actor.workspace(),
            about.nameOr(id.value()),
            about.descriptionOr(""),
            format,
            file,
            upload,
            run,
            now,
            now);
    String subject = Versions.subject(application, id);
    return acts.recorded(
        now,
        actor,
        WRITE,
        subject,
        () -> {
          files.keep(file, sent(actor, application, upload, run));
          try {
            return store.write(tx -> inserted(tx, actor, made));
          } catch (RefusedException refused) {
            if (!refused.mayBeDone()) { // Else a sweep looks what became of it.
              files.remove(List.of(file));
            }
            throw refused;
          }
        });
  }

  private Path sent(Actor actor, ApplicationId application, String upload, String run) {
    if (upload.isEmpty() == run.isEmpty()) {
      throw RefusedException.invalid(
          "upload_id", "A managed input is made of one of upload_id and run_id.");
    }
    if (!upload.isEmpty()) {
      return runs.uploaded(actor, application, upload);
    }
    actor.require(Permission.RUN_WORKLOADS);
    Path input = runs.files().input(runs.opened(actor, application, run).workload().id());
    if (!Files.isRegularFile(input)) {
      throw new RefusedException(Reason.REFERENCE_MISSING, "That run had no input.");
    }
    return input;
  }

  private ManagedInput inserted(Tx tx, Actor actor, ManagedInput made) {
    tx.lock(actor.workspace(), made.application(), Tx.LockKind.EXCLUSIVE);
    var _ = Applications.found(tx, actor.workspace(), made.application());
    if (tx.inputs().find(actor.workspace(), made.application(), made.id()).isPresent()) {
      throw new RefusedException(
              Reason.INPUT_EXISTS,
              "There is a managed input with the id \"" + made.id() + "\" already.")
          .with("name", made.id().value());
    }
    ApplicationLimits.check(
        tx.inputs().count(actor.workspace(), made.application()),
        limits.inputs(),
        "managed inputs of one application");
    tx.inputs().insert(made);
    String subject = Versions.subject(made.application(), made.id());
    tx.audit().append(AuditRow.ok(made.createdAt(), actor, WRITE, subject));
    return made;
  }

  /** Changes its name and description. INPUT_NOT_FOUND where there is none such. */
  public ManagedInput update(Actor actor, ApplicationId application, PartId id, About about) {
    Instant now = now();
    String subject = Versions.subject(application, id);
    return acts.run(
        now,
        actor,
        WRITE,
        subject,
        tx -> {
          tx.lock(actor.workspace(), application, Tx.LockKind.EXCLUSIVE);
          ManagedInput after = found(tx, actor.workspace(), application, id).described(about, now);
          tx.inputs().update(after);
          tx.audit().append(AuditRow.ok(now, actor, WRITE, subject));
          return after;
        });
  }

  public ManagedInput get(Actor actor, ApplicationId application, PartId id) {
    return store.read(tx -> found(tx, actor.workspace(), application, id));
  }

  /** APPLICATION_NOT_FOUND where there is no such application. */
  public List<ManagedInput> list(Actor actor, ApplicationId application, String after, int limit) {
    return store.read(
        tx -> {
          var _ = Applications.found(tx, actor.workspace(), application);
          return tx.inputs().list(actor.workspace(), application, after, limit);
        });
  }

  /** Deletes it for good; runs that were given it have their own. INPUT_NOT_FOUND. */
  public void delete(Actor actor, ApplicationId application, PartId id) {
    Instant now = now();
    String subject = Versions.subject(application, id);
    String file =
        acts.run(
            now,
            actor,
            DELETE,
            subject,
            tx -> {
              tx.lock(actor.workspace(), application, Tx.LockKind.EXCLUSIVE);
              ManagedInput input = found(tx, actor.workspace(), application, id);
              tx.inputs().delete(actor.workspace(), application, id);
              tx.audit().append(AuditRow.ok(now, actor, DELETE, subject));
              return input.file();
            });
    files.remove(List.of(file));
  }

  static ManagedInput found(Tx tx, String workspace, ApplicationId application, PartId id) {
    var _ = Applications.found(tx, workspace, application);
    return tx.inputs()
        .find(workspace, application, id)
        .orElseThrow(
            () ->
                new RefusedException(
                        Reason.INPUT_NOT_FOUND,
                        "The application \""
                            + application
                            + "\" has no managed input with the id \""
                            + id
                            + "\".")
                    .with("name", id.value()));
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }
}
