package dev.satchel.core.store;

import dev.satchel.core.application.ApplicationId;
import dev.satchel.core.application.ManagedInput;
import dev.satchel.core.application.ManagedInputStore;
import dev.satchel.core.application.PartId;
import dev.satchel.core.store.Tx.LockKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Managed inputs in memory, by workspace and ids. */
final class MemoryInputs implements ManagedInputStore {
  private final Map<String, ManagedInput> inputs = new TreeMap<>();
  private final MemoryLocks locks;

  MemoryInputs(MemoryLocks locks) {
    this.locks = locks;
  }

  MemoryInputs copy(MemoryLocks copiedLocks) {
    MemoryInputs copy = new MemoryInputs(copiedLocks);
    copy.inputs.putAll(inputs);
    return copy;
  }

  @Override
  public Optional<ManagedInput> find(String workspace, ApplicationId application, PartId id) {
    return Optional.ofNullable(inputs.get(key(workspace, application) + id));
  }

  @Override
  public void insert(ManagedInput it) {
    locks.require(it.workspace(), it.application(), LockKind.EXCLUSIVE);
    MemoryTx.add(inputs, key(it.workspace(), it.application()) + it.id(), it);
  }

  @Override
  public void update(ManagedInput it) {
    locks.require(it.workspace(), it.application(), LockKind.EXCLUSIVE);
    inputs.replace(key(it.workspace(), it.application()) + it.id(), it);
  }

  @Override
  public void delete(String workspace, ApplicationId application, PartId id) {
    locks.require(workspace, application, LockKind.EXCLUSIVE);
    inputs.remove(key(workspace, application) + id);
  }

  void deleteAll(String workspace, ApplicationId application) {
    inputs.keySet().removeIf(key -> key.startsWith(key(workspace, application)));
  }

  @Override
  public List<ManagedInput> list(
      String workspace, ApplicationId application, String after, int limit) {
    return inputs.entrySet().stream()
        .filter(row -> row.getKey().startsWith(key(workspace, application)))
        .map(Map.Entry::getValue)
        .filter(it -> it.id().value().compareTo(after) > 0)
        .limit(limit)
        .toList();
  }

  @Override
  public int count(String workspace, ApplicationId application) {
    return list(workspace, application, "", Integer.MAX_VALUE).size();
  }

  @Override
  public boolean hasFile(String file) {
    return inputs.values().stream().anyMatch(it -> it.file().equals(file));
  }

  private static String key(String workspace, ApplicationId application) {
    return workspace + " " + application + "/";
  }
}
