package dev.satchel.core.store;

import dev.satchel.core.application.Application;
import dev.satchel.core.application.ApplicationId;
import dev.satchel.core.application.ApplicationStore;
import dev.satchel.core.application.Instance;
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
  private final Map<String, Version> versions = new TreeMap<>();
  private final Map<String, Instance> instances = new TreeMap<>();
  private final MemoryLocks locks;
  private final MemoryInputs inputs; // They go with their application.

  MemoryApplications(MemoryLocks locks, MemoryInputs inputs) {
    this.inputs = inputs;
    this.locks = locks;
  }

  MemoryApplications copy(MemoryLocks copiedLocks, MemoryInputs copiedInputs) {
    MemoryApplications copy = new MemoryApplications(copiedLocks, copiedInputs);
    copy.applications.putAll(applications);
    copy.versions.putAll(versions);
    copy.instances.putAll(instances);
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
    String parts = key(workspace, id) + "/";
    versions.keySet().removeIf(key -> key.startsWith(parts));
    instances.keySet().removeIf(key -> key.startsWith(parts));
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
  public Optional<Version> version(String workspace, ApplicationId application, PartId id) {
    return Optional.ofNullable(versions.get(key(workspace, application, id)));
  }

  @Override
  public void insert(Version it) {
    requireLock(it.workspace(), it.application());
    requireApplication(it.workspace(), it.application());
    MemoryTx.add(versions, key(it.workspace(), it.application(), it.id()), it);
  }

  @Override
  public void update(Version it) {
    requireLock(it.workspace(), it.application());
    versions.replace(key(it.workspace(), it.application(), it.id()), it);
  }

  @Override
  public void deleteVersion(String workspace, ApplicationId application, PartId id) {
    requireLock(workspace, application);
    versions.remove(key(workspace, application, id));
  }

  @Override
  public List<Version> versions(
      String workspace, ApplicationId application, String after, int limit) {
    String parts = key(workspace, application) + "/";
    return versions.entrySet().stream()
        .filter(row -> row.getKey().startsWith(parts))
        .map(Map.Entry::getValue)
        .filter(it -> it.id().value().compareTo(after) > 0)
        .limit(limit)
        .toList();
  }

  @Override
  public int countVersions(String workspace, ApplicationId application) {
    return versions(workspace, application, "", Integer.MAX_VALUE).size();
  }

  @Override
  public Optional<Instance> instance(String workspace, ApplicationId application, PartId id) {
    return Optional.ofNullable(instances.get(key(workspace, application, id)));
  }

  @Override
  public void insert(Instance it) {
    requireLock(it.workspace(), it.application());
    requireApplication(it.workspace(), it.application());
    MemoryTx.add(instances, key(it.workspace(), it.application(), it.id()), it);
  }

  @Override
  public void update(Instance it) {
    requireLock(it.workspace(), it.application());
    instances.replace(key(it.workspace(), it.application(), it.id()), it);
  }

  @Override
  public void deleteInstance(String workspace, ApplicationId application, PartId id) {
    requireLock(workspace, application);
    instances.remove(key(workspace, application, id));
  }

  @Override
  public List<Instance> instances(
      String workspace, ApplicationId application, String after, int limit) {
    String parts = key(workspace, application) + "/";
    return instances.entrySet().stream()
        .filter(row -> row.getKey().startsWith(parts))
        .map(Map.Entry::getValue)
        .filter(it -> it.id().value().compareTo(after) > 0)
        .limit(limit)
        .toList();
  }

  @Override
  public int countInstances(String workspace, ApplicationId application) {
    return instances(workspace, application, "", Integer.MAX_VALUE).size();
  }

  @Override
  public List<PartId> instancesOf(
      String workspace, ApplicationId application, PartId version, int limit) {
    return instances(workspace, application, "", Integer.MAX_VALUE).stream()
        .filter(it -> it.version().equals(version.value()))
        .map(Instance::id)
        .limit(limit)
        .toList();
  }

  @Override
  public boolean hasCode(String digest) {
    return applications.values().stream()
            .anyMatch(it -> it.development() != null && it.development().digest().equals(digest))
        || versions.values().stream().anyMatch(it -> it.executable().digest().equals(digest));
  }

  private void requireLock(String workspace, ApplicationId id) {
    locks.require(workspace, id, LockKind.EXCLUSIVE);
  }

  private void requireApplication(String workspace, ApplicationId id) {
    if (find(workspace, id).isEmpty()) {
      throw new IllegalStateException("there is no application " + id);
    }
  }

  private static String key(String workspace, ApplicationId id) {
    return workspace + " " + id;
  }

  private static String key(String workspace, ApplicationId application, PartId id) {
    return key(workspace, application) + "/" + id;
  }
}
