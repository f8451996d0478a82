package dev.satchel.core.workload;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.access.Actor;
import dev.satchel.core.bucket.BucketMounts;
import dev.satchel.core.bucket.StoredKeys;
import dev.satchel.core.credential.Credential;
import dev.satchel.core.credential.CredentialName;
import dev.satchel.core.credential.EngineAddress;
import dev.satchel.core.secret.Bundle;
import dev.satchel.core.secret.BundleName;
import dev.satchel.core.secret.Place;
import dev.satchel.core.secret.Secrets;
import dev.satchel.core.store.Store;
import dev.satchel.core.store.Tx;
import dev.satchel.core.volume.BucketMount;
import dev.satchel.core.volume.Volume;
import dev.satchel.core.volume.VolumeDriver;
import dev.satchel.core.volume.VolumeMount;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Says what a submit would do, before anything is done. */
final class Planner {
  private final Store store;
  private final Engines engines;
  private final @Nullable VolumeDriver volumes; // Null where this server has none.
  private final @Nullable BucketMounts buckets; // Null where it mounts none.

  Planner(
      Store store,
      Engines engines,
      @Nullable VolumeDriver volumes,
      @Nullable BucketMounts buckets) {
    this.store = store;
    this.engines = engines;
    this.volumes = volumes;
    this.buckets = buckets;
  }

  /**
   * The spec with the path of each mount.
   *
   * @throws RefusedException where a mount is of the wrong form, its volume is not there, or this
   *     token may not use it
   */
  WorkloadSpec resolved(Actor actor, WorkloadSpec spec) {
    if (spec.mounts().isEmpty()) {
      return spec;
    }
    if (volumes == null && !spec.volumeMounts().isEmpty()) {
      throw WorkloadMounts.unsupported();
    }
    WorkloadMounts.check(spec.mounts());
    refuseOnOtherHost(actor, spec); // What the server's machine lacks is of no interest then.
    requireBuckets(spec);
    if (buckets != null && !actor.isAdmin()) {
      spec.bucketMounts().forEach(buckets::requireAllowed);
    }
    spec.volumeNames().forEach(actor::requireUse); // First: nobody else is told what is there.
    WorkloadSpec resolved =
        spec.withMounts(
            store.read(tx -> WorkloadMounts.resolved(tx, actor.workspace(), spec.mounts())));
    requireMountedVolumes(actor.workspace(), spec);
    return resolved;
  }

  private void refuseOnOtherHost(Actor actor, WorkloadSpec spec) {
    if (spec.credentials() != null) {
      requireUse(actor, spec);
      spec.volumeNames().forEach(actor::requireUse);
      EngineAddress address = target(actor, spec).address();
      String machine =
          address == null || address.isOfThisMachine() ? null : engines.seen(address).machine();
      MountPlace place = new MountPlace(address, machine);
      refuse(misplaced(actor.workspace(), spec, place));
    }
  }

  private void requireMountedVolumes(String workspace, WorkloadSpec spec) {
    VolumeDriver driver = volumes;
    if (driver == null) {
      return;
    }
    List<VolumeMount> stored =
        store.read(tx -> WorkloadMounts.stored(tx, workspace, spec.volumeMounts(), driver));
    if (stored.stream().anyMatch(mount -> !mount.sync())) {
      requireMountTool(spec);
    }
    if (stored.stream().anyMatch(VolumeMount::sync)) {
      mounting().requireAbleToFill(spec.container() != null);
    }
  }

  private void requireBuckets(WorkloadSpec spec) {
    if (!spec.bucketMounts().isEmpty()) {
      requireMountTool(spec);
    }
  }

  private void requireMountTool(WorkloadSpec spec) {
    mounting().requireAble(spec.container() != null);
  }

  private BucketMounts mounting() {
    if (buckets == null) {
      throw new RefusedException(Reason.UNSUPPORTED, "This server mounts no buckets.")
          .with("field", "mounts");
    }
    return buckets;
  }

  /**
   * Plans a submit, with everything that would refuse it. A spec of the wrong form is refused
   * itself.
   */
  Plan plan(Actor actor, WorkloadSpec asked) {
    SpecRules.check(asked);
    List<String> problems = new ArrayList<>();
    WorkloadSpec spec = resolved(actor, asked, problems);
    Placing placing = placing(actor, spec, problems);
    Engine engine = placing.engine();
    Map<Bundle, List<Place>> bundles = store.read(tx -> find(tx, actor, spec, problems));
    Map<BundleName, List<Place>> places = new LinkedHashMap<>();
    bundles.forEach((bundle, list) -> places.put(bundle.name(), list));
    Map<Place, Plan.Origin> origins = new LinkedHashMap<>();
    try {
      Environment environment = Environment.of(spec.secrets(), places, spec.env());
      environment
          .sources()
          .forEach((place, s) -> origins.put(place, new Plan.Origin(s.bundle(), s.overridden())));
      if (placing.found()) {
        problems.addAll(
            objections(engine, form(spec, actor.isAdmin() && spec.run() == null, environment)));
        Host host = Host.of(engine, placing.declared()); // By now it has said what it declares.
        misplaced(actor.workspace(), spec, host.mountPlace())
            .ifPresent(no -> problems.add(no.detail()));
        unmet(actor.workspace(), spec, host).ifPresent(no -> problems.add(no.detail()));
      }
    } catch (RefusedException refused) {
      if (problems.isEmpty()) { // Otherwise it follows from what is missing.
        problems.add(refused.detail());
      }
    }
    return new Plan(spec, engine.isolation(), placing.access(), origins, bundles, problems);
  }

  private WorkloadSpec resolved(Actor actor, WorkloadSpec spec, List<String> problems) {
    try {
      WorkloadSpec resolved = resolved(actor, spec);
      store
          .<Optional<RefusedException>>read(
              tx -> WorkloadMounts.unusable(tx, actor.workspace(), resolved, volumes))
          .ifPresent(no -> problems.add(no.detail()));
      return resolved;
    } catch (RefusedException refused) {
      problems.add(refused.detail());
      return spec.withMounts(List.of());
    }
  }

  /**
   * Where it would run.
   *
   * @param declared labels of its host, by its credential
   * @param found false where its credentials lead nowhere; then the engine is the server's own
   */
  private record Placing(
      Engine engine, Map<String, String> declared, Plan.Access access, boolean found) {}

  private Placing placing(Actor actor, WorkloadSpec spec, List<String> problems) {
    try {
      requireUse(actor, spec);
      var target = target(actor, spec);
      Optional<Credential> login =
          store.read(tx -> WorkloadCredentials.login(tx, actor.workspace(), spec, actor::mayUse));
      return new Placing(
          engines.at(spec.engine(), target.address()),
          target.labels(),
          new Plan.Access(target.runsOn(), login.map(Credential::name).orElse(null)),
          true);
    } catch (RefusedException refused) {
      if (!problems.contains(refused.detail())) { // Its mounts may have said so.
        problems.add(refused.detail());
      }
      return new Placing(engines.named(spec.engine()), Map.of(), Plan.Access.NONE, false);
    }
  }

  private static void requireUse(Actor actor, WorkloadSpec spec) {
    CredentialName credentials = spec.credentials();
    if (credentials != null) {
      actor.requireUse(credentials);
    }
  }

  /**
   * Refuses what an engine would object to. Bundles that are missing are the submit's own to
   * refuse.
   */
  void check(Actor actor, WorkloadSpec spec) {
    SpecRules.check(spec);
    spec.bundleNames().forEach(actor::requireUse);
    requireUse(actor, spec);
    var target = target(actor, spec);
    Engine engine = engines.at(spec.engine(), target.address());
    Map<BundleName, List<Place>> places = store.read(tx -> places(tx, actor.workspace(), spec));
    Environment environment = Environment.of(spec.secrets(), places, spec.env());
    try {
      List<String> objections =
          engine.objections(form(spec, actor.isAdmin() && spec.run() == null, environment));
      if (!objections.isEmpty()) {
        throw new RefusedException(Reason.UNSUPPORTED, String.join(" ", objections));
      }
    } catch (EngineOutageException outage) {
      throw new RefusedException(Reason.ENGINE_UNAVAILABLE, String.valueOf(outage.getMessage()));
    }
    Host host = Host.of(engine, target.labels()); // By now it has answered.
    refuse(misplaced(actor.workspace(), spec, host.mountPlace()));
    refuse(unmet(actor.workspace(), spec, host));
  }

  private static void refuse(Optional<RefusedException> refusal) {
    if (refusal.isPresent()) {
      throw refusal.get();
    }
  }

  private Optional<RefusedException> misplaced(
      String workspace, WorkloadSpec spec, MountPlace place) {
    return spec.mounts().isEmpty()
        ? Optional.empty()
        : store.read(tx -> WorkloadMounts.misplaced(tx, workspace, spec, place, volumes));
  }

  private WorkloadCredentials.Target target(Actor actor, WorkloadSpec spec) {
    List<EngineAddress> choices =
        store.read(tx -> WorkloadCredentials.choices(tx, actor.workspace(), spec));
    engines.meet(spec.engine(), choices);
    var traffic =
        new WorkloadCredentials.Traffic(
            engines::isAway, address -> List.of(), engines::seen, volumes);
    return store.read(tx -> WorkloadCredentials.target(tx, actor.workspace(), spec, traffic));
  }

  private Optional<RefusedException> unmet(String workspace, WorkloadSpec spec, Host host) {
    Map<String, String> labels = host.labels();
    return LabelRules.unmet(spec, labels)
        .or(
            () ->
                store.<List<Volume>>read(tx -> WorkloadMounts.found(tx, workspace, spec)).stream()
                    .flatMap(volume -> LabelRules.unmet(volume, labels).stream())
                    .findFirst());
  }

  /** What can be said of a job before its secrets are known. */
  static JobForm formWithoutSecrets(WorkloadSpec spec, boolean trusted) {
    return form(spec, trusted, Environment.of(List.of(), Map.of(), spec.env()));
  }

  private static List<String> objections(Engine engine, JobForm form) {
    try {
      return engine.objections(form);
    } catch (EngineOutageException outage) {
      return List.of(String.valueOf(outage.getMessage()));
    }
  }

  static JobForm form(WorkloadSpec spec, boolean trusted, Environment environment) {
    String directory = spec.workingDirectory();
    return new JobForm(
        spec.command(),
        spec.container(),
        directory == null ? null : Path.of(directory),
        trusted,
        environment.variables(),
        environment.files(),
        WorkloadMounts.paths(spec));
  }

  private static Map<BundleName, List<Place>> places(Tx tx, String workspace, WorkloadSpec spec) {
    return spec.bundleNames().stream()
        .collect(
            Collectors.toMap(
                name -> name,
                name ->
                    tx.bundles()
                        .find(workspace, name)
                        .map(bundle -> tx.bundles().places(bundle.id()))
                        .orElseThrow(
                            () -> Secrets.missing(Reason.SECRET_MISSING, tx, workspace, name))));
  }

  private static Map<Bundle, List<Place>> find(
      Tx tx, Actor actor, WorkloadSpec spec, List<String> problems) {
    Map<Bundle, List<Place>> bundles = new LinkedHashMap<>();
    for (BundleName name : spec.bundleNames()) {
      try {
        actor.requireUse(name);
        Bundle bundle =
            tx.bundles()
                .find(actor.workspace(), name)
                .orElseThrow(
                    () -> Secrets.missing(Reason.SECRET_MISSING, tx, actor.workspace(), name));
        bundles.put(bundle, tx.bundles().places(bundle.id()));
      } catch (RefusedException refused) {
        problems.add(refused.detail());
      }
    }
    for (BucketMount mount : spec.bucketMounts()) {
      try {
        StoredKeys.require(tx, actor.workspace(), mount);
      } catch (RefusedException refused) {
        if (!problems.contains(refused.detail())) {
          problems.add(refused.detail());
        }
      }
    }
    return bundles;
  }
}
