package dev.satchel.core.store;

import dev.satchel.core.application.ApplicationId;
import dev.satchel.core.application.CollectionName;
import dev.satchel.core.credential.CredentialName;
import dev.satchel.core.secret.BundleName;
import dev.satchel.core.secret.HoldStore;
import dev.satchel.core.store.Tx.LockKind;
import dev.satchel.core.volume.VolumeName;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Holds in memory. */
final class MemoryHolds implements HoldStore {
  private record Hold(
      String workspace, Record name, String workloadId) {} // Names of several kinds.

  private final Set<Hold> holds = new LinkedHashSet<>();
  private final MemoryLocks locks;

  MemoryHolds(MemoryLocks locks) {
    this.locks = locks;
  }

  MemoryHolds copy(MemoryLocks copiedLocks) {
    MemoryHolds copy = new MemoryHolds(copiedLocks);
    copy.holds.addAll(holds);
    return copy;
  }

  int count(String workspace, BundleName name) {
    return holders(workspace, name, Integer.MAX_VALUE).size();
  }

  @Override
  public void hold(String workspace, Collection<BundleName> names, String workloadId) {
    names.forEach(name -> locks.require(workspace, name, LockKind.SHARED));
    names.forEach(name -> holds.add(new Hold(workspace, name, workloadId)));
  }

  @Override
  public void hold(String workspace, CredentialName name, String workloadId) {
    locks.require(workspace, name, LockKind.SHARED);
    holds.add(new Hold(workspace, name, workloadId));
  }

  @Override
  public void hold(String workspace, VolumeName name, String workloadId) {
    locks.require(workspace, name, LockKind.SHARED);
    holds.add(new Hold(workspace, name, workloadId));
  }

  @Override
  public List<String> holders(String workspace, VolumeName name, int limit) {
    return holdersOf(workspace, name, limit);
  }

  @Override
  public List<String> holders(String workspace, BundleName name, int limit) {
    return holdersOf(workspace, name, limit);
  }

  @Override
  public List<String> holders(String workspace, CredentialName name, int limit) {
    return holdersOf(workspace, name, limit);
  }

  @Override
  public void hold(String workspace, ApplicationId application, String workloadId) {
    locks.require(workspace, application, LockKind.SHARED);
    holds.add(new Hold(workspace, application, workloadId));
  }

  @Override
  public void hold(String workspace, CollectionName name, String workloadId) {
    locks.require(workspace, name, LockKind.SHARED);
    holds.add(new Hold(workspace, name, workloadId));
  }

  @Override
  public List<String> holders(String workspace, ApplicationId application, int limit) {
    return holds.stream()
        .filter(hold -> hold.workspace().equals(workspace) && isOf(application, hold.name()))
        .map(Hold::workloadId)
        .distinct()
        .sorted()
        .limit(limit)
        .toList();
  }

  private static boolean isOf(ApplicationId application, Record name) {
    return name.equals(application)
        || (name instanceof CollectionName collection
            && collection.application().equals(application));
  }

  @Override
  public List<String> holders(String workspace, CollectionName name, int limit) {
    return holdersOf(workspace, name, limit);
  }

  private List<String> holdersOf(String workspace, Record name, int limit) {
    return holds.stream()
        .filter(hold -> hold.workspace().equals(workspace) && hold.name().equals(name))
        .map(Hold::workloadId)
        .sorted()
        .limit(limit)
        .toList();
  }

  @Override
  public boolean holds(String workspace, CredentialName name, String workloadId) {
    return holds.contains(new Hold(workspace, name, workloadId));
  }

  @Override
  public void release(String workloadId) {
    holds.removeIf(hold -> hold.workloadId().equals(workloadId));
  }
}
