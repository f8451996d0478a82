package dev.satchel.core.store;

import dev.satchel.core.application.ApplicationId;
import dev.satchel.core.application.CollectionName;
import dev.satchel.core.application.CollectionStore;
import dev.satchel.core.application.SecretsCollection;
import dev.satchel.core.secret.SealedEntry;
import dev.satchel.core.store.Tx.LockKind;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Collections in memory. */
final class MemoryCollections implements CollectionStore {
  private record Row(SecretsCollection collection, List<SealedEntry> entries) {}

  private final Map<String, Row> rows = new HashMap<>();
  private final MemoryLocks locks;

  MemoryCollections(MemoryLocks locks) {
    this.locks = locks;
  }

  MemoryCollections copy(MemoryLocks copiedLocks) {
    MemoryCollections copy = new MemoryCollections(copiedLocks);
    copy.rows.putAll(rows);
    return copy;
  }

  @Override
  public Optional<SecretsCollection> find(String workspace, CollectionName name) {
    return list(workspace, name.application(), "", Integer.MAX_VALUE).stream()
        .filter(it -> it.name().equals(name))
        .findFirst();
  }

  @Override
  public List<SealedEntry> entries(String bundleId) {
    Row row = rows.get(bundleId);
    return row == null ? List.of() : row.entries();
  }

  @Override
  public void insert(SecretsCollection it, List<SealedEntry> entries) {
    requireLock(it);
    if (find(it.workspace(), it.name()).isPresent()) {
      throw new IllegalStateException("the name " + it.name() + " is taken");
    }
    MemoryTx.add(rows, it.bundleId(), new Row(it, MemoryBundles.sorted(entries)));
  }

  @Override
  public void replace(SecretsCollection it, List<SealedEntry> entries) {
    requireLock(it);
    rows.put(it.bundleId(), new Row(it, MemoryBundles.sorted(entries)));
  }

  @Override
  public void describe(SecretsCollection it) {
    requireLock(it);
    rows.put(it.bundleId(), new Row(it, entries(it.bundleId())));
  }

  @Override
  public void delete(String bundleId) {
    Row row = rows.remove(bundleId);
    if (row != null) {
      requireLock(row.collection());
    }
  }

  @Override
  public void deleteAll(String workspace, ApplicationId application) {
    locks.require(workspace, application, LockKind.EXCLUSIVE);
    list(workspace, application, "", Integer.MAX_VALUE).forEach(it -> rows.remove(it.bundleId()));
  }

  @Override
  public List<SecretsCollection> list(
      String workspace, ApplicationId application, String after, int limit) {
    return rows.values().stream()
        .map(Row::collection)
        .filter(it -> it.workspace().equals(workspace))
        .filter(it -> it.name().application().equals(application))
        .filter(it -> it.name().id().value().compareTo(after) > 0)
        .sorted(Comparator.comparing(it -> it.name().id()))
        .limit(limit)
        .toList();
  }

  @Override
  public int count(String workspace, ApplicationId application) {
    return list(workspace, application, "", Integer.MAX_VALUE).size();
  }

  private void requireLock(SecretsCollection it) {
    locks.require(it.workspace(), it.name(), LockKind.EXCLUSIVE);
  }
}
