package dev.satchel.core.application;

import dev.satchel.core.RandomIds;
import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.access.Actor;
import dev.satchel.core.access.Permission;
import dev.satchel.core.store.Store;
import dev.satchel.core.store.Tx;
import dev.satchel.core.workload.RunFiles;
import dev.satchel.core.workload.RunReport;
import dev.satchel.core.workload.RunSpec;
import dev.satchel.core.workload.WorkloadSpec;
import dev.satchel.core.workload.WorkloadStore;
import dev.satchel.core.workload.Workloads;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Pushes and runs of applications, as users act on them. Thread-safe. */
public final class Runs {
  private final Store store;
  private final Workloads workloads;
  private final Applications applications;
  private final RunSpecs specs;
  private final RunFiles files;
  private final InputFiles inputs;
  private final CodeStore code;
  private final Transfers transfers;
  private final Requirements.Reader requirements;

  public Runs(
      Store store,
      Workloads workloads,
      Applications applications,
      ExecutionClasses classes,
      RunFiles files,
      InputFiles inputs,
      CodeStore code,
      Transfers transfers,
      Requirements.Reader requirements) {
    this.store = store;
    this.workloads = workloads;
    this.applications = applications;
    this.specs = new RunSpecs(classes, requirements);
    this.files = files;
    this.inputs = inputs;
    this.code = code;
    this.transfers = transfers;
    this.requirements = requirements;
  }

  /**
   * What a run would be made of.
   *
   * @param instance empty for none
   * @param version empty for the newest push
   * @param executable null where nothing was pushed yet
   */
  public record Chosen(
      ApplicationId application,
      String instance,
      String version,
      InstanceConfiguration configuration,
      @Nullable Executable executable) {}

  /**
   * What is asked of a run.
   *
   * @param clonedRun the id of the run that it is a copy of; empty for none
   * @param tracked how it ended, where it ran elsewhere; null where it is to be run
   */
  public record Request(
      About about,
      Map<String, String> options,
      InstanceConfiguration configuration,
      RunInput input,
      String clonedRun,
      @Nullable TrackedResult tracked) {
    public Request {
      if (!clonedRun.isEmpty()) {
        PartId.check("tracking.cloned_run_id", "A run's id", clonedRun);
      }
    }
  }

  public Transfers transfers() {
    return transfers;
  }

  public RunFiles files() {
    return files;
  }

  /** Allows code to be sent, which {@link #push} then makes the application's. */
  public Transfers.Granted codeUpload(Actor actor, ApplicationId application) {
    var _ = applications.get(actor, application);
    return transfers.upload(codeUse(actor, application));
  }

  /**
   * Makes what this token sent last the development executable.
   *
   * @param said what its client says of it: a JSON object
   * @throws RefusedException INVALID where it could not be run as that says
   */
  public void push(Actor actor, ApplicationId application, String said) {
    var _ = Program.of(requirements.read(said));
    var _ = applications.get(actor, application);
    String use = codeUse(actor, application);
    String id =
        transfers
            .newest(use)
            .orElseThrow(
                () ->
                    new RefusedException(
                        Reason.NOTHING_PUSHED,
                        "This token has sent no code for the application \""
                            + application
                            + "\" within the last hour; send it to its upload_url first."));
    Path archive = transfers.received(id, use).orElseThrow();
    // It is not forgotten: a client that got no answer in time asks again.
    var _ = applications.pushed(actor, application, said, code.keep(archive));
  }

  /** Allows an input to be sent. */
  public Transfers.Granted inputUpload(Actor actor, ApplicationId application) {
    var _ = applications.get(actor, application);
    return transfers.upload(inputUse(actor, application));
  }

  /** Finds what a run of this instance would be, or of the default one. */
  public Chosen chosen(Actor actor, ApplicationId id, @Nullable String instance) {
    return store.read(tx -> chosen(tx, actor.workspace(), id, instance));
  }

  private static Chosen chosen(Tx tx, String workspace, ApplicationId id, @Nullable String asked) {
    Application application = Applications.found(tx, workspace, id);
    String instance = asked == null || asked.isEmpty() ? application.defaultInstance() : asked;
    if (instance.isEmpty()) {
      instance = ReservedInstances.LATEST;
    }
    Executable newest = application.development();
    if (newest == null && ReservedInstances.has(instance)) {
      return new Chosen(id, instance, "", InstanceConfiguration.NONE, null);
    }
    Instance found = Instances.found(tx, workspace, id, new PartId(instance));
    Executable executable =
        found.version().isEmpty()
            ? newest
            : Versions.found(tx, workspace, id, new PartId(found.version())).executable();
    return new Chosen(id, instance, found.version(), found.configuration(), executable);
  }

  /**
   * Submits a run, or keeps one that ran elsewhere.
   *
   * @return its id
   * @throws RefusedException NOTHING_PUSHED; INVALID for an execution class; REFERENCE_MISSING for
   *     a collection, a managed input or an upload
   */
  public String submit(Actor actor, Chosen chosen, Request request) {
    String id = RandomIds.shortId();
    TrackedResult tracked = request.tracked();
    try {
      if (tracked == null) {
        run(actor, id, chosen, request);
      } else {
        track(actor, id, chosen, request, tracked);
      }
    } catch (RefusedException refused) {
      if (!refused.mayBeDone()) { // Else a sweep looks what became of it.
        files.remove(List.of(id));
      }
      throw refused;
    }
    return id;
  }

  private void run(Actor actor, String id, Chosen chosen, Request request) {
    Executable executable = chosen.executable();
    if (executable == null) {
      throw new RefusedException(
          Reason.NOTHING_PUSHED,
          "Nothing was pushed to the application \""
              + chosen.application()
              + "\" yet; push it first.");
    }
    ManagedInput managed =
        request.input() instanceof RunInput.Managed(PartId input)
            ? managed(actor, chosen.application(), input)
            : null;
    WorkloadSpec spec = specs.toRun(chosen, executable, request, managed);
    Path archive = code.of(executable.digest());
    if (request.input() instanceof RunInput.Inline(byte[] bytes)) {
      files.place(id, archive, bytes);
    } else {
      files.place(id, archive, sent(actor, chosen, request, managed));
    }
    var _ = workloads.submitRun(actor, id, spec);
  }

  private @Nullable Path sent(
      Actor actor, Chosen chosen, Request request, @Nullable ManagedInput managed) {
    return switch (request.input()) {
      case RunInput.Uploaded(String upload) -> uploaded(actor, chosen.application(), upload);
      case RunInput.Managed _ -> inputs.of(Objects.requireNonNull(managed).file());
      case RunInput.Nothing _, RunInput.Inline _ -> null;
    };
  }

  private ManagedInput managed(Actor actor, ApplicationId application, PartId input) {
    return store
        .read(tx -> tx.inputs().find(actor.workspace(), application, input))
        .filter(found -> Files.isRegularFile(inputs.of(found.file())))
        .orElseThrow(
            () ->
                new RefusedException(
                        Reason.REFERENCE_MISSING,
                        "The application \""
                            + application
                            + "\" has no managed input \""
                            + input
                            + "\".")
                    .with("name", input.value()));
  }

  /** Nothing runs: what it was given and left is kept, and its end recorded. */
  private void track(
      Actor actor, String id, Chosen chosen, Request request, TrackedResult tracked) {
    if (request.input() instanceof RunInput.Managed) {
      throw RefusedException.invalid(
          "input_id", "The input of a run that ran elsewhere is uploaded: send upload_id.");
    }
    WorkloadSpec spec = specs.tracked(chosen, request);
    if (request.input() instanceof RunInput.Inline(byte[] bytes)) {
      files.place(id, null, bytes);
    } else {
      files.place(id, null, sent(actor, chosen, request, null));
    }
    Map<RunReport, Path> reports = new EnumMap<>(RunReport.class);
    tracked
        .reports()
        .forEach(
            (report, upload) -> reports.put(report, uploaded(actor, chosen.application(), upload)));
    files.keep(
        id,
        Objects.requireNonNull(spec.run()),
        uploadedOrNull(actor, chosen, tracked.output()),
        reports);
    workloads.recordRun(
        actor,
        id,
        spec,
        new Workloads.Ran(
            tracked.succeeded(),
            tracked.error(),
            tracked.ran(),
            uploadedOrNull(actor, chosen, tracked.log())));
  }

  private @Nullable Path uploadedOrNull(Actor actor, Chosen chosen, @Nullable String upload) {
    return upload == null ? null : uploaded(actor, chosen.application(), upload);
  }

  /** What was uploaded for this application; REFERENCE_MISSING where nothing was. */
  Path uploaded(Actor actor, ApplicationId application, String upload) {
    return transfers
        .received(upload, inputUse(actor, application))
        .orElseThrow(
            () ->
                new RefusedException(
                    Reason.REFERENCE_MISSING,
                    "Nothing was uploaded for this application under this upload_id; upload it"
                        + " first."));
  }

  /** One run. WORKLOAD_NOT_FOUND where this application has none such, as none has that is gone. */
  public Workloads.Detail get(Actor actor, ApplicationId application, String id) {
    Instant since = applications.get(actor, application).createdAt();
    Workloads.Detail detail = workloads.detail(actor, id);
    RunSpec run = detail.workload().spec().run();
    boolean isOne = run != null && run.application().equals(application);
    if (!isOne || detail.workload().createdAt().isBefore(since)) {
      throw new RefusedException(
          Reason.WORKLOAD_NOT_FOUND, "The application \"" + application + "\" has no such run.");
    }
    return detail;
  }

  /** One run with what it was given and left, which not everybody may see. */
  public Workloads.Detail opened(Actor actor, ApplicationId application, String id) {
    Workloads.Detail detail = get(actor, application, id);
    workloads.requireUses(actor, detail.workload());
    return detail;
  }

  /** Whether a token may see what a run was given and left, by {@link #opened}. */
  public boolean mayOpen(Actor actor, Workloads.Detail detail) {
    try {
      actor.require(Permission.RUN_WORKLOADS);
      workloads.requireUses(actor, detail.workload());
      return true;
    } catch (RefusedException refused) {
      return false;
    }
  }

  public void cancel(Actor actor, ApplicationId application, String id) {
    var _ = get(actor, application, id);
    var _ = workloads.terminate(actor, id);
  }

  public void delete(Actor actor, ApplicationId application, String id) {
    var _ = get(actor, application, id);
    workloads.removeRun(actor, id);
    files.remove(List.of(id));
  }

  /**
   * One page, newest first, of the workloads that have the application's name. Those of one that
   * had its id before are not the application's.
   */
  public List<WorkloadStore.Listed> list(
      Actor actor, ApplicationId id, WorkloadStore.@Nullable Position before, int limit) {
    Instant since = applications.get(actor, id).createdAt();
    return workloads
        .list(
            new WorkloadStore.Filter(
                actor.workspace(), List.of(), "run", id.value(), before, limit))
        .stream()
        .takeWhile(listed -> !listed.workload().createdAt().isBefore(since))
        .toList();
  }

  private static String codeUse(Actor actor, ApplicationId application) {
    return "code " + actor.workspace() + " " + application + " " + actor.tokenId();
  }

  private static String inputUse(Actor actor, ApplicationId application) {
    return "input " + actor.workspace() + " " + application;
  }
}
