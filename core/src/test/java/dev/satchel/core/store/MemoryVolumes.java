package dev.satchel.core.store;

import dev.satchel.core.store.Tx.LockKind;
import dev.satchel.core.volume.Volume;
import dev.satchel.core.volume.VolumeData;
import dev.satchel.core.volume.VolumeName;
import dev.satchel.core.volume.VolumeStore;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Volumes in memory. */
final class MemoryVolumes implements VolumeStore {
  private record Attached(String volumeId, String workloadId, int attempt) {}

  private final Map<String, Volume> rows = new HashMap<>();
  private final Set<Attached> attached = new LinkedHashSet<>();
  private final Map<String, Volume> deleted = new LinkedHashMap<>();
  private final MemoryHolds holds;
  private final MemoryLocks locks;

  MemoryVolumes(MemoryHolds holds, MemoryLocks locks) {
    this.holds = holds;
    this.locks = locks;
  }

  MemoryVolumes copy(MemoryHolds copiedHolds, MemoryLocks copiedLocks) {
    MemoryVolumes copy = new MemoryVolumes(copiedHolds, copiedLocks);
    copy.rows.putAll(rows);
    copy.attached.addAll(attached);
    copy.deleted.putAll(deleted);
    return copy;
  }

  @Override
  public Optional<Volume> find(String workspace, VolumeName name) {
    return list(workspace, "", Integer.MAX_VALUE).stream()
        .filter(volume -> volume.name().equals(name))
        .findFirst();
  }

  @Override
  public void insert(Volume volume) {
    locks.require(volume.workspace(), volume.name(), LockKind.EXCLUSIVE);
    if (find(volume.workspace(), volume.name()).isPresent()) {
      throw new IllegalStateException("the name " + volume.name() + " is taken");
    }
    MemoryTx.add(rows, volume.id(), volume);
  }

  @Override
  public void bind(Volume volume) {
    var _ = rows.replace(volume.id(), volume);
  }

  @Override
  public void delete(String volumeId) {
    Volume volume = rows.remove(volumeId);
    if (volume != null) {
      locks.require(volume.workspace(), volume.name(), LockKind.EXCLUSIVE);
    }
  }

  @Override
  public List<Volume> list(String workspace, String after, int limit) {
    return rows.values().stream()
        .filter(it -> it.workspace().equals(workspace) && it.name().value().compareTo(after) > 0)
        .sorted(Comparator.comparing(Volume::name))
        .limit(limit)
        .toList();
  }

  @Override
  public int count(String workspace) {
    return list(workspace, "", Integer.MAX_VALUE).size();
  }

  @Override
  public void lease(Volume volume) {
    locks.require(volume.workspace(), volume.name(), LockKind.EXCLUSIVE);
    var _ = rows.replace(volume.id(), volume);
  }

  @Override
  public List<Volume> expired(Instant now, String after, int limit) {
    return rows.values().stream()
        .filter(it -> it.lease() != null && !it.lease().expiresAt().isAfter(now))
        .filter(it -> it.id().compareTo(after) > 0)
        .filter(it -> holds.holders(it.workspace(), it.name(), 1).isEmpty())
        .sorted(Comparator.comparing(Volume::id))
        .limit(limit)
        .toList();
  }

  @Override
  public void leaseAllFrom(Instant now) {
    rows.replaceAll(
        (_, volume) ->
            volume.lease() == null ? volume : volume.leased(volume.lease().renewed(now)));
  }

  @Override
  public void remember(Volume volume) {
    deleted.put(volume.id(), volume);
  }

  @Override
  public Optional<Volume> findDeleted(String workspace, VolumeName name) {
    return deleted.values().stream()
        .filter(it -> it.workspace().equals(workspace) && it.name().equals(name))
        .reduce((_, last) -> last);
  }

  @Override
  public List<VolumeData> remembered(String after, int limit) {
    return deleted.values().stream()
        .map(Volume::data)
        .filter(it -> it.id().compareTo(after) > 0)
        .sorted(Comparator.comparing(VolumeData::id))
        .limit(limit)
        .toList();
  }

  @Override
  public void forget(String volumeId) {
    deleted.remove(volumeId);
  }

  @Override
  public void forgetOn(String workspace, String machine) {
    deleted
        .values()
        .removeIf(it -> it.workspace().equals(workspace) && machine.equals(it.machineId()));
  }

  @Override
  public void attach(String volumeId, String workloadId, int attempt) {
    attached.add(new Attached(volumeId, workloadId, attempt));
  }

  @Override
  public List<String> attachedToOthers(String volumeId, String workloadId) {
    return attached.stream()
        .filter(it -> it.volumeId().equals(volumeId) && !it.workloadId().equals(workloadId))
        .map(Attached::workloadId)
        .distinct()
        .sorted()
        .toList();
  }

  @Override
  public List<String> attachedTo(String workloadId, int attempt) {
    return attached.stream()
        .filter(it -> it.workloadId().equals(workloadId) && it.attempt() == attempt)
        .map(Attached::volumeId)
        .sorted()
        .toList();
  }

  @Override
  public void detach(String workloadId, int attempt) {
    attached.removeIf(it -> it.workloadId().equals(workloadId) && it.attempt() == attempt);
  }

  @Override
  public boolean needs(String volumeId) {
    return rows.containsKey(volumeId)
        || attached.stream().anyMatch(it -> it.volumeId().equals(volumeId));
  }
}
