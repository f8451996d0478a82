package dev.satchel.core.credential;

import dev.satchel.core.RandomIds;
import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.access.Actor;
import dev.satchel.core.access.Tokens;
import dev.satchel.core.audit.Acts;
import dev.satchel.core.audit.AuditRow;
import dev.satchel.core.secret.KeyRing;
import dev.satchel.core.secret.SecretValue;
import dev.satchel.core.store.Store;
import dev.satchel.core.store.Tx;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Credentials as operators act on them. Secret fields go in here and leave only to what calls on
 * what they open. Thread-safe.
 */
public final class Credentials implements HostLogins {
  private static final int HOLDERS_NAMED = 1000;

  private final Store store;
  private final KeyRing ring;
  private final InstantSource clock;
  private final Acts acts;

  public Credentials(Store store, KeyRing ring, InstantSource clock) {
    this.store = store;
    this.ring = ring;
    this.clock = clock;
    this.acts = new Acts(store);
  }

  /** A credential, the names of its secret fields, and who holds it. */
  public record Detail(Credential credential, List<String> redacted, List<String> holders) {}

  /** A credential that is gone, and the workloads that a forced delete passed over. */
  public record Deleted(Credential credential, List<String> holders) {}

  /**
   * Creates a credential, or replaces all of it.
   *
   * @param fields of the kind; the caller closes their values afterwards
   * @throws RefusedException INVALID or TOO_LARGE for the fields; nothing is then changed
   */
  public Detail put(
      Actor actor, CredentialName name, CredentialKind kind, Map<String, SecretValue> fields) {
    return put(actor, name, kind, fields, true);
  }

  /** The same where there is none of this name yet; CREDENTIAL_EXISTS where there is. */
  public Detail create(
      Actor actor, CredentialName name, CredentialKind kind, Map<String, SecretValue> fields) {
    return put(actor, name, kind, fields, false);
  }

  private Detail put(
      Actor actor,
      CredentialName name,
      CredentialKind kind,
      Map<String, SecretValue> fields,
      boolean replace) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    return acts.recorded(
        now,
        actor,
        "credential.write",
        name.value(),
        () -> {
          CredentialRules.check(kind, fields);
          String newId = RandomIds.longId();
          return store.write(tx -> put(tx, actor, name, kind, fields, replace, newId, now));
        });
  }

  private Detail put(
      Tx tx,
      Actor actor,
      CredentialName name,
      CredentialKind kind,
      Map<String, SecretValue> fields,
      boolean replace,
      String newId,
      Instant now) {
    tx.lock(actor.workspace(), name, Tx.LockKind.EXCLUSIVE);
    Credential before = tx.credentials().find(actor.workspace(), name).orElse(null);
    if (before != null && !replace) {
      throw new RefusedException(
              Reason.CREDENTIAL_EXISTS, "There is a credential named \"" + name + "\" already.")
          .with("name", name.value());
    }
    Credential next =
        next(before, actor.workspace(), name, kind, settings(kind, fields), newId, now);
    List<SealedField> sealed = seal(tx, next, fields);
    if (before == null) {
      tx.credentials().insert(next, sealed);
    } else {
      tx.credentials().replace(next, sealed);
    }
    tx.audit()
        .append(
            AuditRow.ok(now, actor, "credential.write", name.value())
                .withRevision(next.revision())
                .withDetail("kind " + kind.word()));
    return detail(tx, next);
  }

  private static Credential next(
      @Nullable Credential before,
      String workspace,
      CredentialName name,
      CredentialKind kind,
      Map<String, String> settings,
      String newId,
      Instant now) {
    return before == null
        ? new Credential(newId, workspace, name, kind, settings, 1, now, now)
        : new Credential(
            before.id(),
            workspace,
            name,
            kind,
            settings,
            before.revision() + 1,
            before.createdAt(),
            now);
  }

  public List<Credential> list(Actor actor, String after, int limit) {
    return store.read(tx -> tx.credentials().list(actor.workspace(), after, limit));
  }

  /** Everything but secret fields. CREDENTIAL_NOT_FOUND where there is none such. */
  public Detail detail(Actor actor, CredentialName name) {
    return store.read(
        tx -> detail(tx, find(tx, actor.workspace(), name, Reason.CREDENTIAL_NOT_FOUND)));
  }

  /**
   * Deletes a credential and its boxes.
   *
   * @param force deletes it even where workloads hold it; what runs is untouched
   * @throws RefusedException CREDENTIAL_IN_USE with {@code workload_ids}; CREDENTIAL_NOT_FOUND
   */
  public Deleted delete(Actor actor, CredentialName name, boolean force) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    return acts.run(
        now,
        actor,
        "credential.delete",
        name.value(),
        tx -> {
          tx.lock(actor.workspace(), name, Tx.LockKind.EXCLUSIVE);
          Credential credential = find(tx, actor.workspace(), name, Reason.CREDENTIAL_NOT_FOUND);
          List<String> holders = tx.holds().holders(actor.workspace(), name, HOLDERS_NAMED);
          if (!holders.isEmpty() && !force) {
            throw inUse(name, holders);
          }
          tx.credentials().delete(credential.id());
          tx.audit()
              .append(
                  AuditRow.ok(now, actor, "credential.delete", name.value())
                      .withRevision(credential.revision())
                      .withDetail(
                          holders.isEmpty() ? "" : "forced over " + String.join(" ", holders)));
          return new Deleted(credential, holders);
        });
  }

  /**
   * The credential of a name.
   *
   * @throws RefusedException for this reason, with {@code name}, where there is none such
   */
  public static Credential find(Tx tx, String workspace, CredentialName name, Reason reason) {
    return tx.credentials()
        .find(workspace, name)
        .orElseThrow(
            () ->
                new RefusedException(
                        reason,
                        "There is no credential named \""
                            + name
                            + "\". \"satchel credentials list\" shows those that there are.")
                    .with("name", name.value()));
  }

  /** What is used, and what of it is to be opened. */
  private record Used(Credential credential, List<SealedField> fields) {}

  /**
   * Opens a registry's login for one pull; the caller closes it. That it was used, and for what, is
   * recorded for good before it is open.
   *
   * @param chosen says which one, in the unit of work that records it; empty for none
   */
  public Optional<RegistryLogin> useLogin(
      String workspace, String purpose, Function<Tx, Optional<Credential>> chosen) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    Optional<Used> used =
        store.write(tx -> chosen.apply(tx).map(found -> used(tx, workspace, found, purpose, now)));
    return used.map(this::opened);
  }

  @Override
  public Optional<HostLogin> openHost(EngineAddress address) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    String workspace = Tokens.DEFAULT_WORKSPACE;
    Optional<Used> used =
        store.write(
            tx ->
                ofHost(tx, workspace, address)
                    .map(found -> used(tx, workspace, found, "tunnel to " + address, now)));
    return used.map(this::openedHost);
  }

  @Override
  public String hostMark(EngineAddress address) {
    return store.read(
        tx ->
            ofHost(tx, Tokens.DEFAULT_WORKSPACE, address)
                .map(credential -> credential.id() + " " + credential.revision())
                .orElse(""));
  }

  /** The credential of a host; where several are, the one that was written last. */
  private static Optional<Credential> ofHost(Tx tx, String workspace, EngineAddress address) {
    return tx.credentials().ofKind(workspace, CredentialKind.DOCKER).stream()
        .filter(credential -> credential.setting("host").equals(address.value()))
        .max(Comparator.comparing(Credential::updatedAt));
  }

  private static Used used(
      Tx tx, String workspace, Credential credential, String purpose, Instant now) {
    tx.audit()
        .append(
            AuditRow.ok(now, Actor.satchel(workspace), "credential.use", credential.name().value())
                .withRevision(credential.revision())
                .withDetail(purpose));
    return new Used(credential, tx.credentials().fields(credential.id()));
  }

  private RegistryLogin opened(Used used) {
    Credential credential = used.credential();
    return new RegistryLogin(
        credential.name(),
        RegistryServer.of(credential.setting("server")),
        credential.setting("username"),
        opened(used, "password"));
  }

  private HostLogin openedHost(Used used) {
    Credential credential = used.credential();
    String socket = credential.setting("socket");
    return new HostLogin(
        credential.name(),
        HostKeys.of(credential.setting("host_key")),
        socket.isEmpty() ? HostRules.SOCKET : socket,
        opened(used, "private_key"));
  }

  private SecretValue opened(Used used, String name) {
    SealedField field =
        used.fields().stream().filter(it -> it.name().equals(name)).findFirst().orElseThrow();
    return store.read(tx -> ring.open(tx, used.credential().addressOf(name), field.box()));
  }

  private static Detail detail(Tx tx, Credential credential) {
    return new Detail(
        credential,
        tx.credentials().fields(credential.id()).stream().map(SealedField::name).toList(),
        tx.holds().holders(credential.workspace(), credential.name(), HOLDERS_NAMED));
  }

  private static Map<String, String> settings(
      CredentialKind kind, Map<String, SecretValue> fields) {
    Map<String, String> settings = new LinkedHashMap<>();
    fields.forEach(
        (field, value) -> {
          if (kind.shows(field)) {
            settings.put(field, new String(value.bytes(), StandardCharsets.UTF_8));
          }
        });
    return settings;
  }

  private List<SealedField> seal(Tx tx, Credential credential, Map<String, SecretValue> fields) {
    List<SealedField> sealed = new ArrayList<>();
    fields.forEach(
        (field, value) -> {
          if (!credential.kind().shows(field)) {
            byte[] box = ring.seal(tx, credential.addressOf(field), value.bytes());
            sealed.add(new SealedField(field, box));
          }
        });
    return sealed;
  }

  private static RefusedException inUse(CredentialName name, List<String> holders) {
    return new RefusedException(
            Reason.CREDENTIAL_IN_USE,
            "The credential \""
                + name
                + "\" is used by workloads that have not ended: "
                + String.join(", ", holders)
                + ". End them, or delete with force (satchel credentials delete "
                + name
                + " --force).")
        .with("name", name.value())
        .with("workload_ids", holders);
  }
}
