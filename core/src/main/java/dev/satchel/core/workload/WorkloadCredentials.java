package dev.satchel.core.workload;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.credential.Credential;
import dev.satchel.core.credential.CredentialKind;
import dev.satchel.core.credential.CredentialName;
import dev.satchel.core.credential.Credentials;
import dev.satchel.core.credential.EngineAddress;
import dev.satchel.core.credential.RegistryServer;
import dev.satchel.core.secret.BundleName;
import dev.satchel.core.store.Tx;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
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
   */
  record Target(@Nullable CredentialName runsOn, @Nullable EngineAddress address) {
    static final Target OWN = new Target(null, null);
  }

  /**
   * Where a workload runs, by the credential that it names.
   *
   * @throws RefusedException CREDENTIAL_MISSING or CREDENTIAL_INCOMPATIBLE with {@code name}
   */
  static Target target(Tx tx, String workspace, WorkloadSpec spec) {
    CredentialName name = spec.credentials();
    if (name == null) {
      return Target.OWN;
    }
    Credential named = Credentials.find(tx, workspace, name, Reason.CREDENTIAL_MISSING);
    return switch (named.kind()) {
      case DOCKER -> new Target(name, new EngineAddress(named.setting("host")));
      case CLOUD -> behind(tx, workspace, named);
      case REGISTRY ->
          throw incompatible(
              named,
              "credentials",
              "cloud or docker",
              "a workload runs on one of the kind cloud or docker. Logins of registries are used"
                  + " without being named");
    };
  }

  private static Target behind(Tx tx, String workspace, Credential account) {
    CredentialName runsOn = runsOn(account);
    if (runsOn == null) {
      return Target.OWN;
    }
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
    return new Target(runsOn, new EngineAddress(engine.setting("host")));
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
          .ifPresent(names::add);
    }
    login(tx, workspace, spec, allowed).ifPresent(login -> names.add(login.name()));
    return names;
  }

  private static @Nullable CredentialName runsOn(Credential account) {
    String name = account.kind() == CredentialKind.CLOUD ? account.setting("runs_on") : "";
    return name.isEmpty() ? null : new CredentialName(name);
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
