package dev.satchel.core.workload;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.bucket.BucketMountId;
import dev.satchel.core.bucket.BucketMounts;
import dev.satchel.core.bucket.Drain;
import dev.satchel.core.credential.Credentials;
import dev.satchel.core.credential.EngineAddress;
import dev.satchel.core.credential.RegistryLogin;
import dev.satchel.core.secret.BrokenBoxException;
import dev.satchel.core.secret.SecretValue;
import dev.satchel.core.secret.Secrets;
import dev.satchel.core.store.Store;
import dev.satchel.core.store.Tx;
import dev.satchel.core.volume.BucketMount;
import dev.satchel.core.volume.Volume;
import dev.satchel.core.volume.VolumeDriver;
import dev.satchel.core.volume.VolumeMount;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Starts attempts. */
final class Launcher {
  private final Store store;
  private final Secrets secrets;
  private final Credentials credentials;
  private final Engines engines;
  private final Transitions transitions;
  private final Logs logs;
  private final Arrivals arrivals = new Arrivals();
  private final @Nullable RunFiles files; // Null where this server runs no applications.
  private final @Nullable CallFiles calls; // Null where it calls no Java methods.
  private final @Nullable VolumeDriver volumes; // Null where it has no volumes.
  private final @Nullable Flushes flushes; // Null where it has no volumes.
  private final @Nullable BucketMounts buckets; // Null where it mounts no buckets.

  Launcher(
      Store store,
      Secrets secrets,
      Credentials credentials,
      Engines engines,
      Transitions transitions,
      Logs logs,
      @Nullable RunFiles files,
      @Nullable CallFiles calls,
      @Nullable VolumeDriver volumes,
      @Nullable BucketMounts buckets) {
    this.store = store;
    this.secrets = secrets;
    this.credentials = credentials;
    this.engines = engines;
    this.transitions = transitions;
    this.logs = logs;
    this.files = files;
    this.calls = calls;
    this.volumes = volumes;
    this.flushes = volumes == null ? null : new Flushes(volumes);
    this.buckets = buckets;
  }

  /**
   * Launches an attempt that is claimed. The whole launch reads top to bottom here, and nowhere
   * else.
   *
   * @param predecessor stops the attempt that this one replaces, now that this one is sure to be
   *     startable
   * @param ended told once the last byte that it prints is stored
   */
  void launch(Workload workload, Attempt attempt, Runnable predecessor, Runnable ended) {
    Host host = prepared(workload, attempt);
    if (host == null) {
      return;
    }
    Engine engine = host.engine();
    try (OpenEnvironment environment =
        store.read(tx -> OpenEnvironment.open(tx, secrets, workload, attempt.env()))) {
      List<Volume> taken = taken(workload, attempt.id(), host);
      List<Mount> mounts = new ArrayList<>(opened(workload.spec(), taken, host));
      Launch unmounted = launch(workload, attempt, environment);
      refuseWhatCannotStart(host, workload.spec(), unmounted);
      Map<VolumeMount, BucketMountId> stored = inObjectStore(workload, attempt.id(), taken);
      checkStored(workload.workspace(), stored, taken);
      predecessor.run();
      mounts.addAll(mounted(attempt.id(), stored, taken)); // Now that all it wrote is there.
      mounts.addAll(buckets(workload, attempt.id()));
      Launch launch = unmounted.with(mounts, onHost(workload.spec(), taken, host));
      transitions.starting(
          attempt.id(),
          environment,
          Placement.on(engine)); // Fails if terminate was asked meanwhile.
      LogSink sink = logs.sink(attempt.id(), environment.values(), ended);
      engine.start(launch); // Idempotent by the attempt's id.
      engine.follow(attempt.id(), sink);
    } catch (RefusedException refused) { // Anything else is the reconciler's to settle.
      logs.forget(attempt.id()); // First: where the rest fails, whoever settles it follows it anew.
      transitions.end(attempt.id(), outcome(refused));
      engine.remove(attempt.id());
    } catch (BrokenBoxException broken) { // No later try opens it.
      transitions.end(attempt.id(), brokenBox(broken));
    } catch (RuntimeException failure) {
      logs.forget(attempt.id()); // So that whoever settles it follows it anew.
      throw failure;
    } finally {
      arrivals.over(attempt.id());
    }
  }

  /**
   * Its host, with what the job needs there, once its buckets are known to open; null where the
   * attempt has ended instead. No value of the job's is open yet.
   */
  private @Nullable Host prepared(Workload workload, Attempt attempt) {
    try {
      WorkloadCredentials.Target target = target(workload, attempt.id());
      Engine engine = engines.at(workload.spec().engine(), target.address());
      JobForm form = Planner.formWithoutSecrets(workload.spec(), workload.trusted());
      checkBuckets(workload, attempt.id()); // Before anything is fetched or placed.
      engine.prepare(
          form,
          () -> login(workload, attempt.id()),
          progress -> transitions.preparing(attempt.id(), progress));
      return Host.of(engine, target.labels());
    } catch (RefusedException refused) {
      transitions.end(attempt.id(), outcome(refused));
    } catch (BrokenBoxException broken) { // The registry's login: no later try opens it.
      transitions.end(attempt.id(), brokenBox(broken));
    }
    return null;
  }

  /** Its volumes, which were taken for it when it was claimed. */
  private List<Volume> taken(Workload workload, AttemptId attempt, Host host) {
    WorkloadSpec spec = workload.spec();
    if (spec.mounts().isEmpty()) {
      return List.of();
    }
    MountPlace place = host.mountPlace();
    List<Volume> found =
        store.read(
            tx -> {
              String workspace = workload.workspace();
              WorkloadMounts.unusable(tx, workspace, spec, volumes)
                  .or(() -> WorkloadMounts.misplaced(tx, workspace, spec, place, volumes))
                  .ifPresent(
                      refusal -> {
                        throw refusal;
                      });
              return WorkloadMounts.taken(tx, workload, attempt);
            });
    for (Volume volume : found) {
      LabelRules.unmet(volume, host.labels())
          .ifPresent(
              unmet -> {
                throw unmet;
              });
    }
    return found;
  }

  private List<Mount> opened(WorkloadSpec spec, List<Volume> taken, Host host) {
    return host.isElsewhere() ? List.of() : WorkloadMounts.open(spec, taken, volumes);
  }

  private static List<HostMount> onHost(WorkloadSpec spec, List<Volume> taken, Host host) {
    return host.isElsewhere() ? WorkloadMounts.onHost(spec, taken) : List.of();
  }

  /** Those of its volumes that lie in the server's object store. */
  private static Map<VolumeMount, BucketMountId> inObjectStore(
      Workload workload, AttemptId attempt, List<Volume> taken) {
    Map<VolumeMount, BucketMountId> stored = new LinkedHashMap<>();
    List<VolumeMount> asked = workload.spec().volumeMounts();
    for (int place = 0; place < asked.size(); place++) {
      if (!WorkloadMounts.of(asked.get(place), taken).data().isOnDisk()) {
        stored.put(asked.get(place), BucketMountId.ofVolume(attempt, place));
      }
    }
    return stored;
  }

  private void checkStored(
      String workspace, Map<VolumeMount, BucketMountId> stored, List<Volume> taken) {
    stored.forEach(
        (mount, id) ->
            mounting().check(workspace, id, mount, WorkloadMounts.of(mount, taken).id()));
  }

  private List<Mount> mounted(
      AttemptId attempt, Map<VolumeMount, BucketMountId> stored, List<Volume> taken) {
    List<Mount> mounts = new ArrayList<>();
    stored.forEach(
        (mount, id) -> {
          String volumeId = WorkloadMounts.of(mount, taken).id();
          Path source =
              mounting().open(id, mount, volumeId, how -> transitions.preparing(attempt, how));
          boolean live = !mount.sync();
          mounts.add(new Mount(source, String.valueOf(mount.path()), mount.readOnly(), live));
        });
    return mounts;
  }

  private void checkBuckets(Workload workload, AttemptId attempt) {
    List<BucketMount> asked = workload.spec().bucketMounts();
    for (int place = 0; place < asked.size(); place++) {
      BucketMountId id = BucketMountId.ofBucket(attempt, place);
      mounting().check(workload.workspace(), id, asked.get(place), workload.trusted());
    }
  }

  /** The directories of its buckets, which are mounted now. */
  private List<Mount> buckets(Workload workload, AttemptId attempt) {
    List<BucketMount> asked = workload.spec().bucketMounts();
    List<Mount> mounts = new ArrayList<>();
    for (int place = 0; place < asked.size(); place++) {
      BucketMount mount = asked.get(place);
      Path source = mounting().open(BucketMountId.ofBucket(attempt, place), mount);
      mounts.add(new Mount(source, mount.path(), mount.readOnly(), true));
    }
    return mounts;
  }

  private BucketMounts mounting() {
    if (buckets == null) {
      throw new RefusedException(Reason.UNSUPPORTED, "This server mounts no buckets.");
    }
    return buckets;
  }

  /** Whether a job has written more to what is mounted than there is room for. */
  boolean isTooFull(AttemptId attempt) {
    return buckets != null && buckets.isTooFull(attempt);
  }

  /**
   * Goes on to write what a job that has ended left in what was mounted, before its end is final.
   */
  Drain drain(Workload workload, Attempt attempt) {
    Drain drained =
        buckets == null || workload.spec().mounts().isEmpty()
            ? new Drain.Done()
            : buckets.drain(workload, attempt.id());
    if (drained instanceof Drain.Writing) {
      return drained;
    }
    Drain flushed = flush(workload, attempt.id());
    return drained instanceof Drain.Done || flushed instanceof Drain.Writing ? flushed : drained;
  }

  private Drain flush(Workload workload, AttemptId id) {
    return flushes == null
            || workload.spec().volumeMounts().stream().allMatch(VolumeMount::readOnly)
        ? new Drain.Done()
        : flushes.flush(id, store.read(tx -> tx.volumes().attachedTo(id.workload(), id.number())));
  }

  /** Where it runs now; what that needs is held from here on, where it was changed meanwhile. */
  private WorkloadCredentials.Target target(Workload workload, AttemptId attempt) {
    if (workload.spec().credentials() == null) {
      return WorkloadCredentials.Target.OWN;
    }
    meetChoices(workload.workspace(), workload.spec());
    return store.write(
        tx -> {
          var names =
              WorkloadCredentials.locked(
                  tx, workload.workspace(), workload.spec(), List.of(), login -> false);
          var target = arrivals.choose(attempt, arriving -> target(tx, workload, arriving));
          names.forEach(name -> tx.holds().hold(workload.workspace(), name, workload.id()));
          return target;
        });
  }

  private void meetChoices(String workspace, WorkloadSpec spec) {
    List<EngineAddress> choices =
        store.read(tx -> WorkloadCredentials.choices(tx, workspace, spec));
    engines.meet(spec.engine(), choices);
  }

  private WorkloadCredentials.Target target(
      Tx tx, Workload workload, Function<EngineAddress, List<AttemptId>> arriving) {
    var traffic =
        new WorkloadCredentials.Traffic(engines::isAway, arriving, engines::seen, volumes);
    return WorkloadCredentials.target(tx, workload.workspace(), workload.spec(), traffic);
  }

  /** The login that the workload holds for its image's registry, recorded as used. */
  private Optional<RegistryLogin> login(Workload workload, AttemptId attempt) {
    String workspace = workload.workspace();
    return credentials.useLogin(
        workspace,
        "attempt " + attempt,
        tx ->
            WorkloadCredentials.login(
                tx,
                workspace,
                workload.spec(),
                name -> tx.holds().holds(workspace, name, workload.id())));
  }

  private static Outcome brokenBox(BrokenBoxException broken) {
    return Outcome.of(
        WorkloadState.FAILED, Cause.START_FAILED, String.valueOf(broken.getMessage()));
  }

  /** Also where it was startable when it was submitted: its engine may be another by now. */
  private static void refuseWhatCannotStart(Host host, WorkloadSpec spec, Launch launch) {
    var objections = host.engine().objections(launch.form());
    if (!objections.isEmpty()) {
      throw new RefusedException(Reason.START_FAILED, String.join(" ", objections));
    }
    LabelRules.unmet(spec, host.labels())
        .ifPresent(
            unmet -> {
              throw unmet;
            });
  }

  /** All but its mounts. */
  private Launch launch(Workload workload, Attempt attempt, OpenEnvironment environment) {
    Map<String, SecretValue> variables = new LinkedHashMap<>(environment.variables());
    variables.put("SATCHEL_WORKLOAD_ID", text(workload.id()));
    variables.put("SATCHEL_ATTEMPT", text(Integer.toString(attempt.id().number())));
    variables.put("SATCHEL_ATTEMPT_ID", text(attempt.id().toString()));
    String directory = workload.spec().workingDirectory();
    Map<String, SecretValue> placed = placed(workload.spec().run(), environment.files());
    JobForm form =
        new JobForm(
            workload.spec().command(),
            workload.spec().container(),
            directory == null ? null : Path.of(directory),
            workload.trusted(),
            variables.keySet(),
            placed.keySet(),
            WorkloadMounts.paths(workload.spec()));
    return new Launch(attempt.id(), form, variables, placed, staging(workload, placed.keySet()));
  }

  private @Nullable Staging staging(Workload workload, Set<String> secretFiles) {
    JavaSpec java = workload.spec().java();
    if (java != null && calls != null) {
      return calls.staging(workload, java);
    }
    RunSpec run = workload.spec().run();
    return run == null || files == null ? null : files.staging(workload.id(), run, secretFiles);
  }

  /** A run's secret files lie where its program works. */
  private static Map<String, SecretValue> placed(
      @Nullable RunSpec run, Map<String, SecretValue> files) {
    if (run == null || run.directory().isEmpty()) {
      return files;
    }
    Map<String, SecretValue> placed = new LinkedHashMap<>();
    files.forEach(
        (location, value) ->
            placed.put(
                location.startsWith("/") ? location : run.directory() + "/" + location, value));
    return placed;
  }

  private static SecretValue text(String text) {
    return SecretValue.of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** What a refusal makes of an attempt that was to start. */
  static Outcome outcome(RefusedException refused) {
    String detail = refused.detail();
    return switch (refused.reason()) {
      case SECRET_MISSING, SECRET_ENTRY_MISSING, REFERENCE_MISSING ->
          Outcome.of(WorkloadState.INVALID, Cause.SECRET_NOT_FOUND, detail);
      case CREDENTIAL_MISSING, CREDENTIAL_INCOMPATIBLE ->
          Outcome.of(WorkloadState.INVALID, Cause.CREDENTIAL_NOT_FOUND, detail);
      case VOLUME_MISSING -> Outcome.of(WorkloadState.INVALID, Cause.VOLUME_NOT_FOUND, detail);
      case VOLUME_UNREACHABLE, MOUNT_FAILED ->
          Outcome.of(WorkloadState.FAILED, Cause.MOUNT_FAILED, detail);
      case ATTEMPT_SUPERSEDED -> Outcome.of(WorkloadState.TERMINATED, Cause.TERMINATED, detail);
      case TOO_LARGE, INVALID, UNSUPPORTED ->
          Outcome.of(WorkloadState.INVALID, Cause.START_FAILED, detail);
      case IMAGE_PULL -> Outcome.of(WorkloadState.FAILED, Cause.IMAGE_PULL, detail);
      case START_FAILED -> Outcome.of(WorkloadState.FAILED, Cause.START_FAILED, detail);
      default ->
          throw refused; // A store that is full or busy: it stays claimed, and is launched again.
    };
  }
}
