package dev.satchel.core.store;

import dev.satchel.core.application.ApplicationId;
import dev.satchel.core.application.CollectionName;
import dev.satchel.core.credential.CredentialName;
import dev.satchel.core.secret.BundleName;
import dev.satchel.core.store.Tx.LockKind;
import dev.satchel.core.volume.VolumeName;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * The names that one unit of work has locked. Nobody else writes meanwhile, so a lock keeps nobody
 * out here; who forgets one is told, as stores with several writers would not tell.
 */
final class MemoryLocks {
  private final Map<String, LockKind> locked = new HashMap<>();
  private final boolean required;

  /**
   * @param required whether it is told; rows alone can be tested without
   */
  MemoryLocks(boolean required) {
    this.required = required;
  }

  /** None is locked yet by another unit of work. */
  MemoryLocks anew() {
    return new MemoryLocks(required);
  }

  void lock(String workspace, Collection<BundleName> names, LockKind kind) {
    names.forEach(name -> locked.merge(key(workspace, name), kind, MemoryLocks::stronger));
  }

  void lock(String workspace, CredentialName name, LockKind kind) {
    locked.merge(key(workspace, name), kind, MemoryLocks::stronger);
  }

  void lock(String workspace, ApplicationId application, LockKind kind) {
    locked.merge(key(workspace, application), kind, MemoryLocks::stronger);
  }

  void lock(String workspace, CollectionName name, LockKind kind) {
    locked.merge(key(workspace, name), kind, MemoryLocks::stronger);
  }

  void lock(String workspace, VolumeName name, LockKind kind) {
    locked.merge(key(workspace, name), kind, MemoryLocks::stronger);
  }

  void require(String workspace, VolumeName name, LockKind kind) {
    require(key(workspace, name), kind);
  }

  void require(String workspace, ApplicationId application, LockKind kind) {
    require(key(workspace, application), kind);
  }

  void require(String workspace, CollectionName name, LockKind kind) {
    require(key(workspace, name), kind);
  }

  void require(String workspace, CredentialName name, LockKind kind) {
    require(key(workspace, name), kind);
  }

  void require(String workspace, BundleName name, LockKind kind) {
    require(key(workspace, name), kind);
  }

  private void require(String key, LockKind kind) {
    LockKind held = locked.get(key);
    if (required && (held == null || stronger(held, kind) != held)) {
      throw new IllegalStateException(
          "the name " + key + " must be locked " + kind + ", and is " + held);
    }
  }

  private static LockKind stronger(LockKind one, LockKind other) {
    return one == LockKind.EXCLUSIVE ? one : other;
  }

  private static String key(String workspace, CredentialName name) {
    return workspace + " credential " + name.value();
  }

  private static String key(String workspace, ApplicationId application) {
    return workspace + " application " + application;
  }

  private static String key(String workspace, CollectionName name) {
    return workspace + " collection " + name;
  }

  private static String key(String workspace, VolumeName name) {
    return workspace + " volume " + name.value();
  }

  private static String key(String workspace, BundleName name) {
    return workspace + " " + name.value();
  }
}
