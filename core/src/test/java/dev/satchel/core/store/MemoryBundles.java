package dev.satchel.core.store;

import dev.satchel.core.secret.Bundle;
import dev.satchel.core.secret.BundleName;
import dev.satchel.core.secret.BundleStore;
import dev.satchel.core.secret.BundleSummary;
import dev.satchel.core.secret.Place;
import dev.satchel.core.secret.SealedEntry;
import dev.satchel.core.store.Tx.LockKind;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Bundles in memory. */
final class MemoryBundles implements BundleStore {
  private static final int LIKE_CHARS = 3;
  private static final int LIKE_MAX = 3;

  private record Row(Bundle bundle, List<SealedEntry> entries) {}

  private final Map<String, Row> rows = new HashMap<>();
  private final MemoryHolds holds;
  private final MemoryLocks locks;

  MemoryBundles(MemoryHolds holds, MemoryLocks locks) {
    this.holds = holds;
    this.locks = locks;
  }

  MemoryBundles copy(MemoryHolds copiedHolds, MemoryLocks copiedLocks) {
    MemoryBundles copy = new MemoryBundles(copiedHolds, copiedLocks);
    copy.rows.putAll(rows);
    return copy;
  }

  @Override
  public Optional<Bundle> find(String workspace, BundleName name) {
    return in(workspace).filter(bundle -> bundle.name().equals(name)).findFirst();
  }

  @Override
  public List<SealedEntry> entries(String bundleId) {
    Row row = rows.get(bundleId);
    return row == null ? List.of() : row.entries();
  }

  @Override
  public List<Place> places(String bundleId) {
    return entries(bundleId).stream().map(SealedEntry::place).toList();
  }

  @Override
  public void insert(Bundle bundle, List<SealedEntry> entries) {
    locks.require(bundle.workspace(), bundle.name(), LockKind.EXCLUSIVE);
    if (find(bundle.workspace(), bundle.name()).isPresent()) {
      throw new IllegalStateException("the name " + bundle.name() + " is taken");
    }
    MemoryTx.add(rows, bundle.id(), new Row(bundle, sorted(entries)));
  }

  @Override
  public void replace(Bundle bundle, List<SealedEntry> entries) {
    rows.put(bundle.id(), new Row(bundle, sorted(entries)));
  }

  @Override
  public void delete(String bundleId) {
    Row row = rows.remove(bundleId);
    if (row != null) {
      locks.require(row.bundle().workspace(), row.bundle().name(), LockKind.EXCLUSIVE);
    }
  }

  @Override
  public List<BundleSummary> list(String workspace, String after, int limit) {
    return in(workspace)
        .filter(bundle -> bundle.name().value().compareTo(after) > 0)
        .sorted(Comparator.comparing(Bundle::name))
        .limit(limit)
        .map(bundle -> new BundleSummary(bundle, holds.count(workspace, bundle.name())))
        .toList();
  }

  @Override
  public List<BundleName> like(String workspace, BundleName name) {
    String wanted = name.value().toLowerCase(Locale.ROOT);
    String prefix = wanted.substring(0, Math.min(LIKE_CHARS, wanted.length()));
    return in(workspace)
        .map(Bundle::name)
        .filter(
            other -> {
              String lower = other.value().toLowerCase(Locale.ROOT);
              return lower.startsWith(prefix) || wanted.startsWith(lower);
            })
        .sorted(
            Comparator.<BundleName>comparingInt(
                    other -> Math.abs(other.value().length() - wanted.length()))
                .thenComparing(Comparator.naturalOrder()))
        .limit(LIKE_MAX)
        .toList();
  }

  private Stream<Bundle> in(String workspace) {
    return rows.values().stream()
        .map(Row::bundle)
        .filter(bundle -> bundle.workspace().equals(workspace));
  }

  static List<SealedEntry> sorted(List<SealedEntry> entries) {
    return entries.stream()
        .sorted(
            Comparator.<SealedEntry, String>comparing(entry -> entry.place().type())
                .thenComparing(entry -> entry.place().location()))
        .toList();
  }
}
