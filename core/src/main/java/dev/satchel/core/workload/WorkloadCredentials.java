package dev.satchel.core.workload;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.credential.Credential;
import dev.satchel.core.credential.CredentialKind;
import dev.satchel.core.credential.CredentialName;
import dev.satchel.core.credential.Credentials;
import dev.satchel.core.credential.EngineAddress;
import dev.satchel.core.credential.HostRules;
import dev.satchel.core.credential.RegistryServer;
import dev.satchel.core.secret.BundleName;
import dev.satchel.core.store.Tx;
import dev.satchel.core.volume.Volume;
import dev.satchel.core.volume.VolumeDriver;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What a workload's credentials come to, as they stand in one unit of work. */
final class WorkloadCredentials {
  private WorkloadCredentials() {}

  /**
   * Where a workload runs.
   *
   * @param runsOn the docker credential behind it; null where this server's own engine serves it
   * @param address of its engine; null for this server's own
   * @param labels that the credential declares of the engine's host
   */
  record Target(
      @Nullable CredentialName runsOn,
      @Nullable EngineAddress address,
      Map<String, String> labels) {
    static final Target OWN = new Target(null, null, Map.of());

    static Target of(Credential docker) {
      return new Target(
          docker.name(), new EngineAddress(docker.setting("host")), HostRules.labels(docker));
    }
  }

  /**
   * What is known of hosts beside the store.
   *
   * @param away which are known not to answer now: none of them is taken where another fits
   * @param arriving the attempts on their way to one; some may be placed there already
   * @param seen what each said when it last answered
   * @param volumes null where this server has none
   */
  record Traffic(
      Predicate<EngineAddress> away,
      Function<EngineAddress, List<AttemptId>> arriving,
      Function<EngineAddress, Seen> seen,
      @Nullable VolumeDriver volumes) {
    static final Traffic UNKNOWN =
        new Traffic(address -> false, address -> List.of(), address -> Seen.NOTHING, null);
  }

  /**
   * What is known of a host without asking it.
   *
   * @param machine which it is; null where it never answered
   * @param labels that its engine declares
   */
  record Seen(@Nullable String machine, Map<String, String> labels) {
    static final Seen NOTHING = new Seen(null, Map.of());
  }

  /** The same, of hosts that are all taken to answer. */
  static Target target(Tx tx, String workspace, WorkloadSpec spec) {
    return target(tx, workspace, spec, Traffic.UNKNOWN);
  }

  /**
   * Where a workload runs, by the credential that it names. An account that names several hosts
   * gives the one of those whose labels fit, and that can have its mounts, that has the fewest
   * attempts, those on their way there too, and the first of these.
   *
   * @throws RefusedException CREDENTIAL_MISSING or CREDENTIAL_INCOMPATIBLE with {@code name}
   */
  static Target target(Tx tx, String workspace, WorkloadSpec spec, Traffic traffic) {
    CredentialName name = spec.credentials();
    if (name == null) {
      return Target.OWN;
    }
    Credential named = Credentials.find(tx, workspace, name, Reason.CREDENTIAL_MISSING);
    return switch (named.kind()) {
      case DOCKER -> Target.of(named);
      case CLOUD -> behind(tx, workspace, named, spec, traffic);
      case REGISTRY ->
          throw incompatible(
              named,
              "credentials",
              "cloud or docker",
              "a workload runs on one of the kind cloud or docker. Logins of registries are used"
                  + " without being named");
    };
  }

  private static Target behind(
      Tx tx, String workspace, Credential account, WorkloadSpec spec, Traffic traffic) {
    List<Target> hosts =
        runsOn(account).stream().map(name -> host(tx, workspace, account, name)).toList();
    if (hosts.isEmpty()) {
      return Target.OWN;
    }
    List<Target> fitting = fitting(hosts, spec, WorkloadMounts.found(tx, workspace, spec), traffic);
    if (fitting.size() <= 1) { // Else the launch or the submit says what it lacks.
      return fitting.isEmpty() ? hosts.getFirst() : fitting.getFirst();
    }
    Map<Target, Integer> busy = new LinkedHashMap<>();
    for (Target host : fitting) {
      EngineAddress address = host.address();
      if (address != null && !traffic.away().test(address)) {
        Set<AttemptId> there = new HashSet<>(traffic.arriving().apply(address));
        there.addAll(tx.workloads().placedAt(workspace, address)); // What has arrived by now too.
        busy.put(host, there.size());
      }
    }
    return busy.entrySet().stream()
        .min(Map.Entry.comparingByValue()) // The first of equal ones.
        .map(Map.Entry::getKey)
        .orElse(fitting.getFirst());
  }

  private static List<Target> fitting(
      List<Target> hosts, WorkloadSpec spec, List<Volume> volumes, Traffic traffic) {
    List<Target> fitting =
        hosts.stream().filter(host -> fits(host, spec, volumes, traffic)).toList();
    List<Target> sure =
        fitting.stream().filter(host -> place(host, traffic).hasOne(volumes)).toList();
    return sure.isEmpty() ? fitting : sure; // Else one that was never seen may have it.
  }

  private static boolean fits(
      Target host, WorkloadSpec spec, List<Volume> volumes, Traffic traffic) {
    EngineAddress address = host.address();
    Map<String, String> labels = new LinkedHashMap<>();
    if (address != null) {
      labels.putAll(traffic.seen().apply(address).labels());
    }
    labels.putAll(host.labels());
    return LabelRules.unmet(spec, labels).isEmpty()
        && volumes.stream().allMatch(volume -> LabelRules.unmet(volume, labels).isEmpty())
        && place(host, traffic).refusal(spec.mounts(), volumes, traffic.volumes()).isEmpty();
  }

  private static MountPlace place(Target host, Traffic traffic) {
    EngineAddress address = host.address();
    return new MountPlace(
        address,
        address == null || address.isOfThisMachine()
            ? null
            : traffic.seen().apply(address).machine());
  }

  /**
   * The hosts among which one is chosen by what they are, and not by their credentials alone: those
   * of an account that names several, for a workload that mounts volumes.
   */
  static List<EngineAddress> choices(Tx tx, String workspace, WorkloadSpec spec) {
    CredentialName name = spec.credentials();
    if (name == null || spec.volumeMounts().isEmpty()) {
      return List.of();
    }
    List<EngineAddress> choices =
        tx.credentials().find(workspace, name).stream()
            .flatMap(account -> runsOn(account).stream())
            .flatMap(host -> tx.credentials().find(workspace, host).stream())
            .filter(host -> host.kind() == CredentialKind.DOCKER)
            .map(host -> new EngineAddress(host.setting("host")))
            .toList();
    return choices.size() > 1 ? choices : List.of();
  }

  private static Target host(Tx tx, String workspace, Credential account, CredentialName runsOn) {
    Credential engine =
        tx.credentials()
            .find(workspace, runsOn)
            .orElseThrow(
                () ->
                    new RefusedException(
                            Reason.CREDENTIAL_MISSING,
                            "There is no credential named \""
                                + runsOn
                                + "\", on which \""
                                + account.name()
                                + "\" runs (runs_on). Make it with \"satchel credentials new "
                                + runsOn
                                + " --kind docker host=…\".")
                        .with("name", runsOn.value()));
    if (engine.kind() != CredentialKind.DOCKER) {
      throw incompatible(
          engine,
          "runs_on",
          CredentialKind.DOCKER.word(),
          "the account \"" + account.name() + "\" runs on one of the kind docker (runs_on)");
    }
    return Target.of(engine);
  }

  /** The one with whose login a workload's image is pulled: the first by name that fits. */
  static Optional<Credential> login(
      Tx tx, String workspace, WorkloadSpec spec, Predicate<CredentialName> allowed) {
    ContainerSpec container = spec.container();
    if (container == null) {
      return Optional.empty();
    }
    RegistryServer server = RegistryServer.ofImage(container.image());
    return tx.credentials().ofKind(workspace, CredentialKind.REGISTRY).stream()
        .filter(credential -> RegistryServer.of(credential.setting("server")).equals(server))
        .filter(credential -> allowed.test(credential.name()))
        .findFirst();
  }

  /**
   * Locks bundles and everything that the workload's credentials come to, which is only known once
   * some of it is locked.
   *
   * @param allowed which logins may be used
   * @return the names of credentials to hold; those that are not there among them
   */
  static Set<CredentialName> locked(
      Tx tx,
      String workspace,
      WorkloadSpec spec,
      Collection<BundleName> bundles,
      Predicate<CredentialName> allowed) {
    Set<CredentialName> names = names(tx, workspace, spec, allowed);
    tx.lock(workspace, bundles, names, Tx.LockKind.SHARED);
    if (spec.container() == null) {
      return names;
    }
    Set<CredentialName> locked = new TreeSet<>(names);
    names = names(tx, workspace, spec, allowed);
    while (!locked.containsAll(names)) { // Others wrote them before they were locked.
      tx.lock(workspace, List.of(), names, Tx.LockKind.SHARED);
      locked.addAll(names);
      names = names(tx, workspace, spec, allowed);
    }
    return names;
  }

  private static Set<CredentialName> names(
      Tx tx, String workspace, WorkloadSpec spec, Predicate<CredentialName> allowed) {
    Set<CredentialName> names = new TreeSet<>();
    CredentialName named = spec.credentials();
    if (named != null) {
      names.add(named);
      tx.credentials()
          .find(workspace, named)
          .map(WorkloadCredentials::runsOn)
          .ifPresent(names::addAll);
    }
    login(tx, workspace, spec, allowed).ifPresent(login -> names.add(login.name()));
    return names;
  }

  private static List<CredentialName> runsOn(Credential account) {
    return account.kind() == CredentialKind.CLOUD
        ? HostRules.names(account.setting("runs_on"))
        : List.of();
  }

  private static RefusedException incompatible(
      Credential have, String field, String want, String why) {
    return new RefusedException(
            Reason.CREDENTIAL_INCOMPATIBLE,
            "The credential \""
                + have.name()
                + "\" is of the kind "
                + have.kind().word()
                + "; "
                + why
                + ".")
        .with("name", have.name().value())
        .with("field", field)
        .with("have", have.kind().word())
        .with("want", want);
  }
}
