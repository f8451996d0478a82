package dev.satchel.core.store;

import dev.satchel.core.application.ApplicationId;
import dev.satchel.core.application.Part;
import dev.satchel.core.application.PartId;
import dev.satchel.core.application.PartStore;
import dev.satchel.core.store.Tx.LockKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** One kind of parts of applications in memory, by workspace and ids. */
class MemoryParts<P extends Part> implements PartStore<P> {
  private final Map<String, P> parts = new TreeMap<>();
  private final MemoryLocks locks;

  MemoryParts(MemoryLocks locks) {
    this.locks = locks;
  }

  MemoryParts(MemoryLocks locks, MemoryParts<P> copied) {
    this(locks);
    parts.putAll(copied.parts);
  }

  Stream<P> all() {
    return parts.values().stream();
  }

  @Override
  public Optional<P> find(String workspace, ApplicationId application, PartId id) {
    return Optional.ofNullable(parts.get(key(workspace, application) + id));
  }

  @Override
  public void insert(P it) {
    locks.require(it.workspace(), it.application(), LockKind.EXCLUSIVE);
    MemoryTx.add(parts, key(it.workspace(), it.application()) + it.id(), it);
  }

  @Override
  public void update(P it) {
    locks.require(it.workspace(), it.application(), LockKind.EXCLUSIVE);
    parts.replace(key(it.workspace(), it.application()) + it.id(), it);
  }

  @Override
  public void delete(String workspace, ApplicationId application, PartId id) {
    locks.require(workspace, application, LockKind.EXCLUSIVE);
    parts.remove(key(workspace, application) + id);
  }

  void deleteAll(String workspace, ApplicationId application) {
    parts.keySet().removeIf(key -> key.startsWith(key(workspace, application)));
  }

  @Override
  public List<P> list(String workspace, ApplicationId application, String after, int limit) {
    return parts.entrySet().stream()
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

  private static String key(String workspace, ApplicationId application) {
    return workspace + " " + application + "/";
  }
}
