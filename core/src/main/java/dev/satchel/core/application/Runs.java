package dev.satchel.core.application;

import dev.satchel.core.RandomIds;
import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.access.Actor;
import dev.satchel.core.store.Store;
import dev.satchel.core.store.Tx;
import dev.satchel.core.workload.RunFiles;
import dev.satchel.core.workload.RunSpec;
import dev.satchel.core.workload.WorkloadSpec;
import dev.satchel.core.workload.WorkloadStore;
import dev.satchel.core.workload.Workloads;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Pushes and runs of applications, as users act on them. Thread-safe. */
public final class Runs {
  private final Store store;
  private final Workloads workloads;
  private final Applications applications;
  private final ExecutionClasses classes;
  private final RunFiles files;
  private final CodeStore code;
  private final Transfers transfers;

  public Runs(
      Store store,
      Workloads workloads,
      Applications applications,
      ExecutionClasses classes,
      RunFiles files,
      CodeStore code,
      Transfers transfers) {
    this.store = store;
    this.workloads = workloads;
    this.applications = applications;
    this.classes = classes;
    this.files = files;
    this.code = code;
    this.transfers = transfers;
  }

  /**
   * What a run would be made of.
   *
   * @param instance empty for none
   * @param version empty for the newest push
   */
  public record Chosen(
      ApplicationId application,
      String instance,
      String version,
      InstanceConfiguration configuration,
      Executable executable) {}

  /**
   * What is asked of a run.
   *
   * @param uploadId null where the input is inline
   * @param input null where there is none inline
   */
  public record Request(
      String name,
      String description,
      Map<String, String> options,
      InstanceConfiguration configuration,
      @Nullable String uploadId,
      byte @Nullable [] input) {}

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

  /** Makes what this token sent last the development executable. */
  public void push(Actor actor, ApplicationId application, String requirements) {
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
    var _ = applications.pushed(actor, application, requirements, code.keep(archive));
    transfers.forget(id);
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
      throw new RefusedException(
          Reason.NOTHING_PUSHED,
          "Nothing was pushed to the application \"" + id + "\" yet; push it first.");
    }
    Instance found = Instances.found(tx, workspace, id, new PartId(instance));
    Executable executable =
        found.version().isEmpty()
            ? newest
            : Versions.found(tx, workspace, id, new PartId(found.version())).executable();
    return new Chosen(
        id,
        instance,
        found.version(),
        found.configuration(),
        java.util.Objects.requireNonNull(executable));
  }

  /**
   * Submits a run.
   *
   * @param program what the executable's requirements say
   * @return its id
   * @throws RefusedException INVALID for an execution class; REFERENCE_MISSING for a collection or
   *     an upload
   */
  public String submit(Actor actor, Chosen chosen, Program program, Request request) {
    WorkloadSpec spec = spec(chosen, program, request);
    String id = RandomIds.shortId();
    Path archive = code.of(chosen.executable().digest());
    String upload = request.uploadId();
    if (upload != null) {
      Path sent =
          transfers
              .received(upload, inputUse(actor, chosen.application()))
              .orElseThrow(() -> missingUpload());
      files.place(id, archive, sent);
    } else if (request.input() != null) {
      files.place(id, archive, request.input());
    } else {
      files.place(id, archive, (Path) null);
    }
    try {
      var _ = workloads.submitRun(actor, id, spec);
    } catch (RuntimeException e) {
      files.remove(List.of(id));
      throw e;
    }
    return id;
  }

  private WorkloadSpec spec(Chosen chosen, Program program, Request request) {
    InstanceConfiguration own = request.configuration();
    InstanceConfiguration instance = chosen.configuration();
    InstanceConfiguration named =
        classes.completed(own.executionClass().isEmpty() ? instance : own);
    String className = named.executionClass();
    String engine = classes.named(className).map(ExecutionClass::engine).orElse("");
    if (!engine.equals("process")) {
      throw new RefusedException(
          Reason.UNSUPPORTED,
          "The execution class \""
              + className
              + "\" runs on another engine than process, where"
              + " this server cannot run applications yet; choose another.");
    }
    Map<String, String> options = new LinkedHashMap<>(instance.options());
    options.putAll(request.options());
    String collection =
        own.secretsCollection().isEmpty() ? instance.secretsCollection() : own.secretsCollection();
    RunSpec run =
        new RunSpec(
            chosen.application(),
            chosen.instance(),
            chosen.version(),
            request.name(),
            request.description(),
            className,
            program.runtime(),
            format(own, instance, program, true),
            format(own, instance, program, false),
            program.directory(),
            options,
            collection);
    return new WorkloadSpec(
        chosen.application().value(),
        program.command(options),
        null,
        Map.of(),
        List.of(),
        engine,
        null,
        0,
        false,
        Map.of(),
        null,
        null,
        run,
        List.of());
  }

  /** The run's, else the instance's, else the executable's, else json. */
  private static String format(
      InstanceConfiguration own, InstanceConfiguration instance, Program program, boolean input) {
    for (InstanceConfiguration each : List.of(own, instance)) {
      InstanceConfiguration.Format format = each.format();
      String type = format == null ? null : input ? format.input() : format.output();
      if (type != null) {
        return type;
      }
    }
    return program.format().isEmpty() ? "json" : program.format();
  }

  /** One run. WORKLOAD_NOT_FOUND where this application has none such. */
  public Workloads.Detail get(Actor actor, ApplicationId application, String id) {
    Workloads.Detail detail = workloads.detail(actor, id);
    RunSpec run = detail.workload().spec().run();
    if (run == null || !run.application().equals(application)) {
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

  public void cancel(Actor actor, ApplicationId application, String id) {
    var _ = get(actor, application, id);
    var _ = workloads.terminate(actor, id);
  }

  public void delete(Actor actor, ApplicationId application, String id) {
    var _ = get(actor, application, id);
    workloads.removeRun(actor, id);
    files.remove(List.of(id));
  }

  /** One page, newest first, of the workloads that have the application's name. */
  public List<WorkloadStore.Listed> list(
      Actor actor, ApplicationId id, WorkloadStore.@Nullable Position before, int limit) {
    var _ = applications.get(actor, id);
    return workloads.list(
        new WorkloadStore.Filter(actor.workspace(), List.of(), id.value(), before, limit));
  }

  private static RefusedException missingUpload() {
    return new RefusedException(
        Reason.REFERENCE_MISSING,
        "Nothing was uploaded for this application under this upload_id; upload the input first.");
  }

  private static String codeUse(Actor actor, ApplicationId application) {
    return "code " + actor.workspace() + " " + application + " " + actor.tokenId();
  }

  private static String inputUse(Actor actor, ApplicationId application) {
    return "input " + actor.workspace() + " " + application;
  }
}
