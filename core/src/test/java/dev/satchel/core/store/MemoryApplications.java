package dev.satchel.core.store;

import dev.satchel.core.application.Application;
import dev.satchel.core.application.ApplicationId;
import dev.satchel.core.application.ApplicationStore;
import dev.satchel.core.application.Instance;
import dev.satchel.core.application.InstanceStore;
import dev.satchel.core.application.PartId;
import dev.satchel.core.application.Version;
import dev.satchel.core.store.Tx.LockKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Applications, versions and instances in memory, by workspace and ids. */
final class MemoryApplications implements ApplicationStore {
  private final Map<String, Application> applications = new TreeMap<>();
  private final MemoryParts<Version> versions;
  private final MemoryInstances instances;
  private final MemoryLocks locks;
  private final MemoryInputs inputs; // They go with their application.

  MemoryApplications(MemoryLocks locks, MemoryInputs inputs) {
    this(locks, inputs, new MemoryParts<>(locks), new MemoryInstances(locks));
  }

  private MemoryApplications(
      MemoryLocks locks,
      MemoryInputs inputs,
      MemoryParts<Version> versions,
      MemoryInstances instances) {
    this.locks = locks;
    this.inputs = inputs;
    this.versions = versions;
    this.instances = instances;
  }

  /** Instances in memory. */
  static final class MemoryInstances extends MemoryParts<Instance> implements InstanceStore {
    MemoryInstances(MemoryLocks locks) {
      super(locks);
    }

    private MemoryInstances(MemoryLocks locks, MemoryInstances copied) {
      super(locks, copied);
    }

    @Override
    public List<PartId> of(String workspace, ApplicationId application, PartId version, int limit) {
      return list(workspace, application, "", Integer.MAX_VALUE).stream()
          .filter(it -> it.version().equals(version.value()))
          .map(Instance::id)
          .limit(limit)
          .toList();
    }
  }

  MemoryApplications copy(MemoryLocks copiedLocks, MemoryInputs copiedInputs) {
    MemoryApplications copy =
        new MemoryApplications(
            copiedLocks,
            copiedInputs,
            new MemoryParts<>(copiedLocks, versions),
            new MemoryInstances(copiedLocks, instances));
    copy.applications.putAll(applications);
    return copy;
  }

  @Override
  public Optional<Application> find(String workspace, ApplicationId id) {
    return Optional.ofNullable(applications.get(key(workspace, id)));
  }

  @Override
  public void insert(Application it) {
    requireLock(it.workspace(), it.id());
    MemoryTx.add(applications, key(it.workspace(), it.id()), it);
  }

  @Override
  public void update(Application it) {
    requireLock(it.workspace(), it.id());
    applications.replace(key(it.workspace(), it.id()), it);
  }

  @Override
  public void delete(String workspace, ApplicationId id) {
    requireLock(workspace, id);
    applications.remove(key(workspace, id));
    versions.deleteAll(workspace, id);
    instances.deleteAll(workspace, id);
    inputs.deleteAll(workspace, id);
  }

  @Override
  public List<Application> list(String workspace, String after, int limit) {
    return applications.values().stream()
        .filter(it -> it.workspace().equals(workspace) && it.id().value().compareTo(after) > 0)
        .limit(limit)
        .toList();
  }

  @Override
  public int count(String workspace) {
    return list(workspace, "", Integer.MAX_VALUE).size();
  }

  @Override
  public MemoryParts<Version> versions() {
    return versions;
  }

  @Override
  public MemoryInstances instances() {
    return instances;
  }

  @Override
  public boolean hasCode(String digest) {
    return applications.values().stream()
            .anyMatch(it -> it.development() != null && it.development().digest().equals(digest))
        || versions.all().anyMatch(it -> it.executable().digest().equals(digest));
  }

  private void requireLock(String workspace, ApplicationId id) {
    locks.require(workspace, id, LockKind.EXCLUSIVE);
  }

  private static String key(String workspace, ApplicationId id) {
    return workspace + " " + id;
  }
}
