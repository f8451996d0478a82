package dev.satchel.core.store;

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
import dev.satchel.core.volume.VolumeName;
import dev.satchel.core.volume.VolumeStore;
import dev.satchel.core.workload.IdempotencyKeys;
import dev.satchel.core.workload.WorkloadStore;
import java.util.Collection;
import java.util.Set;

/** Everything that one unit of work can reach. Valid only within it, in its thread. */
public interface Tx {
  /**
   * How names are locked: many submits may use a name at once, one create or delete may change it.
   */
  enum LockKind {
    SHARED,
    EXCLUSIVE
  }

  /**
   * Holds names of bundles against other units of work that lock them, until this one ends. Called
   * first, before the names are looked at, by whatever creates, deletes or holds them. Stores with
   * one writer need do nothing.
   */
  void lock(String workspace, Collection<BundleName> names, LockKind kind);

  /** The same for the name of a credential. */
  void lock(String workspace, CredentialName name, LockKind kind);

  /** The same for names of both kinds, all in the one order that everybody keeps. */
  void lock(
      String workspace,
      Collection<BundleName> bundles,
      Collection<CredentialName> credentials,
      LockKind kind);

  /**
   * The same for an application, before any collection of it: exclusively by whatever changes it or
   * what is in it, shared by what runs in it.
   */
  void lock(String workspace, ApplicationId application, LockKind kind);

  /** The same for a collection, behind its application. */
  void lock(String workspace, CollectionName name, LockKind kind);

  /** The same for names of volumes, behind everything else. */
  void lockVolumes(String workspace, Set<VolumeName> names, LockKind kind);

  BundleStore bundles();

  ApplicationStore applications();

  CollectionStore collections();

  ManagedInputStore inputs();

  CredentialStore credentials();

  VolumeStore volumes();

  BucketMountStore bucketMounts();

  HoldStore holds();

  WorkloadStore workloads();

  TokenStore tokens();

  KeyStore keys();

  IdempotencyKeys idempotencyKeys();

  AuditLog audit();
}
