package dev.satchel.core.store;

import dev.satchel.core.access.TokenStore;
import dev.satchel.core.application.ApplicationId;
import dev.satchel.core.application.ApplicationStore;
import dev.satchel.core.application.CollectionName;
import dev.satchel.core.application.CollectionStore;
import dev.satchel.core.application.ManagedInputStore;
import dev.satchel.core.audit.AuditLog;
import dev.satchel.core.audit.AuditRow;
import dev.satchel.core.bucket.BucketMountStore;
import dev.satchel.core.credential.CredentialName;
import dev.satchel.core.credential.CredentialStore;
import dev.satchel.core.secret.BundleName;
import dev.satchel.core.secret.BundleStore;
import dev.satchel.core.secret.HoldStore;
import dev.satchel.core.secret.KeyRow;
import dev.satchel.core.secret.KeyStore;
import dev.satchel.core.volume.VolumeName;
import dev.satchel.core.volume.VolumeStore;
import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.IdempotencyKeys;
import dev.satchel.core.workload.WorkloadStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Everything that is kept, as one state that can be copied. */
final class MemoryTx implements Tx {
  private final MemoryLocks locks;
  private final MemoryHolds holds;
  private final MemoryBundles bundles;
  private final MemoryApplications applications;
  private final MemoryCollections collections;
  private final MemoryInputs inputs;
  private final MemoryCredentials credentials;
  private final MemoryVolumes volumes;
  private final MemoryBucketMounts bucketMounts;
  private final MemoryWorkloads workloads;
  private final MemoryTokens tokens;
  private final Keys keys;
  private final Idempotency idempotencyKeys;
  private final List<AuditRow> audit;

  MemoryTx(MemoryLocks locks) {
    this.locks = locks;
    holds = new MemoryHolds(locks);
    bundles = new MemoryBundles(holds, locks);
    inputs = new MemoryInputs(locks);
    applications = new MemoryApplications(locks, inputs);
    collections = new MemoryCollections(locks);
    credentials = new MemoryCredentials(locks);
    volumes = new MemoryVolumes(holds, locks);
    bucketMounts = new MemoryBucketMounts();
    workloads = new MemoryWorkloads(holds, volumes, bucketMounts);
    tokens = new MemoryTokens();
    keys = new Keys(new ArrayList<>());
    idempotencyKeys = new Idempotency(new TreeMap<>());
    audit = new ArrayList<>();
  }

  private MemoryTx(MemoryTx from) {
    locks = from.locks.anew();
    holds = from.holds.copy(locks);
    bundles = from.bundles.copy(holds, locks);
    inputs = from.inputs.copy(locks);
    applications = from.applications.copy(locks, inputs);
    collections = from.collections.copy(locks);
    credentials = from.credentials.copy(locks);
    volumes = from.volumes.copy(holds, locks);
    bucketMounts = from.bucketMounts.copy();
    workloads = from.workloads.copy(holds, volumes, bucketMounts);
    tokens = from.tokens.copy();
    keys = new Keys(new ArrayList<>(from.keys.rows));
    idempotencyKeys = new Idempotency(new TreeMap<>(from.idempotencyKeys.rows));
    audit = new ArrayList<>(from.audit);
  }

  MemoryTx copy() {
    return new MemoryTx(this);
  }

  void breakBoxes(AttemptId id) {
    workloads.breakBoxes(id);
  }

  List<AuditRow> auditRows() {
    return List.copyOf(audit);
  }

  /** Adds what may not be there yet, as a primary key has it. */
  static <K, V> void add(Map<K, V> rows, K key, V row) {
    if (rows.putIfAbsent(key, row) != null) {
      throw new IllegalStateException(key + " is there already");
    }
  }

  @Override
  public void lock(String workspace, Collection<BundleName> names, LockKind kind) {
    locks.lock(workspace, names, kind);
  }

  @Override
  public void lock(String workspace, CredentialName name, LockKind kind) {
    locks.lock(workspace, name, kind);
  }

  @Override
  public void lock(
      String workspace,
      Collection<BundleName> bundleNames,
      Collection<CredentialName> credentialNames,
      LockKind kind) {
    locks.lock(workspace, bundleNames, kind);
    credentialNames.forEach(name -> locks.lock(workspace, name, kind));
  }

  @Override
  public void lock(String workspace, ApplicationId application, LockKind kind) {
    locks.lock(workspace, application, kind);
  }

  @Override
  public void lock(String workspace, CollectionName name, LockKind kind) {
    locks.lock(workspace, name, kind);
  }

  @Override
  public void lockVolumes(String workspace, Set<VolumeName> names, LockKind kind) {
    names.forEach(name -> locks.lock(workspace, name, kind));
  }

  @Override
  public BucketMountStore bucketMounts() {
    return bucketMounts;
  }

  @Override
  public VolumeStore volumes() {
    return volumes;
  }

  @Override
  public ApplicationStore applications() {
    return applications;
  }

  @Override
  public CollectionStore collections() {
    return collections;
  }

  @Override
  public ManagedInputStore inputs() {
    return inputs;
  }

  @Override
  public CredentialStore credentials() {
    return credentials;
  }

  @Override
  public BundleStore bundles() {
    return bundles;
  }

  @Override
  public HoldStore holds() {
    return holds;
  }

  @Override
  public WorkloadStore workloads() {
    return workloads;
  }

  @Override
  public TokenStore tokens() {
    return tokens;
  }

  @Override
  public KeyStore keys() {
    return keys;
  }

  @Override
  public IdempotencyKeys idempotencyKeys() {
    return idempotencyKeys;
  }

  @Override
  public AuditLog audit() {
    return new Audit(audit);
  }

  private record Audit(List<AuditRow> rows) implements AuditLog {
    @Override
    public void append(AuditRow row) {
      rows.add(row);
    }

    @Override
    public int removeBefore(Instant time, int limit) {
      int before = rows.size();
      rows.subList(0, Math.min(limit, before)).removeIf(row -> row.at().isBefore(time));
      return before - rows.size();
    }
  }

  private record Keys(List<KeyRow> rows) implements KeyStore {
    @Override
    public List<KeyRow> all() {
      return rows.stream().sorted(Comparator.comparing(KeyRow::id)).toList();
    }

    @Override
    public String activeId() {
      return rows.stream().filter(KeyRow::active).findFirst().orElseThrow().id();
    }

    @Override
    public void insert(KeyRow row) {
      if (rows.stream().anyMatch(other -> other.id().equals(row.id()))) {
        throw new IllegalStateException("the key " + row.id() + " is there already");
      }
      rows.add(row);
    }
  }

  private record IdempotencyRow(IdempotencyKeys.Answered answered, Instant at) {}

  private record Idempotency(Map<String, IdempotencyRow> rows) implements IdempotencyKeys {
    @Override
    public Optional<Answered> find(String workspace, String key) {
      return Optional.ofNullable(rows.get(workspace + " " + key)).map(IdempotencyRow::answered);
    }

    @Override
    public void insert(String workspace, String key, Answered answered, Instant at) {
      add(rows, workspace + " " + key, new IdempotencyRow(answered, at));
    }

    @Override
    public void removeBefore(Instant time) {
      rows.values().removeIf(row -> row.at().isBefore(time));
    }
  }
}
