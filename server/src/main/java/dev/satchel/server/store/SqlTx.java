package dev.satchel.server.store;

import dev.satchel.core.access.TokenStore;
import dev.satchel.core.application.ApplicationId;
import dev.satchel.core.application.ApplicationStore;
import dev.satchel.core.application.CollectionName;
import dev.satchel.core.application.CollectionStore;
import dev.satchel.core.application.ManagedInputStore;
import dev.satchel.core.audit.AuditLog;
import dev.satchel.core.bucket.BucketMountStore;
import dev.satchel.core.credential.CredentialName;
import dev.satchel.core.credential.CredentialStore;
import dev.satchel.core.secret.BundleName;
import dev.satchel.core.secret.BundleStore;
import dev.satchel.core.secret.HoldStore;
import dev.satchel.core.secret.KeyStore;
import dev.satchel.core.store.Tx;
import dev.satchel.core.volume.VolumeName;
import dev.satchel.core.volume.VolumeStore;
import dev.satchel.core.workload.IdempotencyKeys;
import dev.satchel.core.workload.WorkloadStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * A unit of work on one connection. Holds nothing but the connection, so one serves for as long as
 * that lives.
 */
final class SqlTx implements Tx {
  private final Sql sql;
  private final BundleRows bundles;
  private final ApplicationRows applications;
  private final CollectionRows collections;
  private final InputRows inputs;
  private final CredentialRows credentials;
  private final VolumeRows volumes;
  private final BucketMountRows bucketMounts;
  private final HoldRows holds;
  private final WorkloadRows workloads;
  private final TokenRows tokens;
  private final KeyRows keys;
  private final IdempotencyRows idempotencyKeys;
  private final AuditRows audit;

  SqlTx(Sql sql) {
    this.sql = sql;
    bundles = new BundleRows(sql);
    applications = new ApplicationRows(sql);
    collections = new CollectionRows(sql);
    inputs = new InputRows(sql);
    credentials = new CredentialRows(sql);
    volumes = new VolumeRows(sql);
    bucketMounts = new BucketMountRows(sql);
    holds = new HoldRows(sql);
    workloads = new WorkloadRows(sql);
    tokens = new TokenRows(sql);
    keys = new KeyRows(sql);
    idempotencyKeys = new IdempotencyRows(sql);
    audit = new AuditRows(sql);
  }

  @Override
  public void lock(String workspace, Collection<BundleName> names, LockKind kind) {
    List<String> subjects = names.stream().map(BundleName::value).toList();
    sql.dialect().lock(sql, workspace, subjects, kind);
  }

  @Override
  public void lock(String workspace, CredentialName name, LockKind kind) {
    sql.dialect().lock(sql, workspace, List.of(subject(name)), kind);
  }

  @Override
  public void lock(
      String workspace,
      Collection<BundleName> bundleNames,
      Collection<CredentialName> credentialNames,
      LockKind kind) {
    List<String> subjects = new ArrayList<>();
    bundleNames.forEach(name -> subjects.add(name.value()));
    credentialNames.forEach(name -> subjects.add(subject(name)));
    sql.dialect().lock(sql, workspace, subjects, kind);
  }

  private static String subject(CredentialName name) {
    return "credential " + name;
  }

  @Override
  public void lock(String workspace, ApplicationId application, LockKind kind) {
    sql.dialect().lock(sql, workspace, List.of("application " + application), kind);
  }

  @Override
  public void lock(String workspace, CollectionName name, LockKind kind) {
    sql.dialect().lock(sql, workspace, List.of("collection " + name), kind);
  }

  @Override
  public void lockVolumes(String workspace, Set<VolumeName> names, LockKind kind) {
    List<String> subjects = names.stream().map(name -> "volume " + name).toList();
    sql.dialect().lock(sql, workspace, subjects, kind);
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
  public BucketMountStore bucketMounts() {
    return bucketMounts;
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
    return audit;
  }
}
