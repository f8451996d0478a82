package dev.satchel.core.store;

import dev.satchel.core.credential.EngineAddress;
import dev.satchel.core.secret.Bundle;
import dev.satchel.core.workload.Attempt;
import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.OpenedBundle;
import dev.satchel.core.workload.Workload;
import dev.satchel.core.workload.WorkloadStore;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Workloads and attempts in memory. */
final class MemoryWorkloads implements WorkloadStore {
  private static final Comparator<Workload> OLDEST_FIRST =
      Comparator.comparing(Workload::createdAt).thenComparing(Workload::id);

  private record Opened(List<OpenedBundle> bundles, List<byte[]> boxes) {}

  private final Map<String, Workload> workloads = new HashMap<>();
  private final Map<AttemptId, Attempt> attempts = new HashMap<>();
  private final Map<AttemptId, Opened> opened = new HashMap<>();
  private final MemoryHolds holds;
  private final MemoryVolumes volumes;
  private final MemoryBucketMounts bucketMounts;

  MemoryWorkloads(MemoryHolds holds, MemoryVolumes volumes, MemoryBucketMounts bucketMounts) {
    this.holds = holds;
    this.volumes = volumes;
    this.bucketMounts = bucketMounts;
  }

  MemoryWorkloads copy(
      MemoryHolds copiedHolds, MemoryVolumes copiedVolumes, MemoryBucketMounts copiedBucketMounts) {
    MemoryWorkloads copy = new MemoryWorkloads(copiedHolds, copiedVolumes, copiedBucketMounts);
    copy.workloads.putAll(workloads);
    copy.attempts.putAll(attempts);
    copy.opened.putAll(opened);
    return copy;
  }

  @Override
  public void insert(Workload workload, Attempt first) {
    MemoryTx.add(workloads, workload.id(), workload);
    insertAttempt(first);
  }

  @Override
  public void insertAttempt(Attempt attempt) {
    if (!workloads.containsKey(attempt.id().workload())) {
      throw new IllegalStateException("there is no workload of the attempt " + attempt.id());
    }
    MemoryTx.add(attempts, attempt.id(), attempt);
  }

  @Override
  public Optional<Workload> find(String id) {
    return Optional.ofNullable(workloads.get(id));
  }

  @Override
  public Optional<Attempt> attempt(AttemptId id) {
    return Optional.ofNullable(attempts.get(id));
  }

  @Override
  public List<Attempt> attempts(String workloadId, int limit) {
    return attempts.values().stream()
        .filter(attempt -> attempt.id().workload().equals(workloadId))
        .sorted(Comparator.comparing((Attempt attempt) -> attempt.id().number()).reversed())
        .limit(limit)
        .toList();
  }

  @Override
  public void update(Workload workload) {
    var _ = workloads.replace(workload.id(), workload);
  }

  @Override
  public void update(Attempt attempt) {
    var _ = attempts.replace(attempt.id(), attempt);
  }

  @Override
  public void opened(AttemptId id, List<OpenedBundle> bundles, List<byte[]> boxes) {
    List<OpenedBundle> byName =
        bundles.stream().sorted(Comparator.comparing(OpenedBundle::name)).toList();
    MemoryTx.add(opened, id, new Opened(byName, List.copyOf(boxes)));
  }

  @Override
  public List<OpenedBundle> openedBundles(AttemptId id) {
    Opened row = opened.get(id);
    return row == null ? List.of() : row.bundles();
  }

  /** Changes a bit of each box of an attempt, as a broken disk may. */
  void breakBoxes(AttemptId id) {
    opened.computeIfPresent(
        id,
        (_, row) ->
            new Opened(row.bundles(), row.boxes().stream().map(MemoryWorkloads::broken).toList()));
  }

  private static byte[] broken(byte[] box) {
    byte[] copy = box.clone();
    copy[copy.length - 1] ^= 1;
    return copy;
  }

  @Override
  public List<byte[]> boxes(AttemptId id) {
    Opened row = opened.get(id);
    return row == null ? List.of() : row.boxes();
  }

  @Override
  public void eraseBoxes(AttemptId id) {
    var _ = opened.computeIfPresent(id, (_, row) -> new Opened(row.bundles(), List.of()));
  }

  @Override
  public int liveCount() {
    return live().size();
  }

  @Override
  public List<String> live() {
    return workloads.values().stream()
        .filter(workload -> workload.endedAt() == null)
        .sorted(OLDEST_FIRST)
        .map(Workload::id)
        .toList();
  }

  @Override
  public List<AttemptId> placedAt(String workspace, EngineAddress address) {
    return placed(workspace).stream()
        .map(Placed::attempt)
        .filter(it -> it.placedOn() != null && address.equals(it.placedOn().address()))
        .map(Attempt::id)
        .toList();
  }

  @Override
  public List<Placed> placed(String workspace) {
    return workloads.values().stream()
        .filter(workload -> workload.endedAt() == null && workload.workspace().equals(workspace))
        .sorted(OLDEST_FIRST)
        .flatMap(
            workload ->
                attempts.values().stream()
                    .filter(it -> it.id().workload().equals(workload.id()))
                    .filter(it -> it.endedAt() == null && it.placedOn() != null)
                    .sorted(Comparator.comparing(it -> it.id().number()))
                    .map(it -> new Placed(it, workload.spec().engine())))
        .toList();
  }

  @Override
  public List<String> stale(Bundle bundle, int limit) {
    return holds.holders(bundle.workspace(), bundle.name(), Integer.MAX_VALUE).stream()
        .map(workloads::get)
        .filter(Objects::nonNull)
        .filter(workload -> workload.endedAt() == null && isStale(workload, bundle))
        .map(Workload::id)
        .limit(limit)
        .toList();
  }

  @Override
  public List<Listed> list(Filter filter) {
    return workloads.values().stream()
        .filter(workload -> matches(filter, workload))
        .sorted(OLDEST_FIRST.reversed())
        .limit(filter.limit())
        .map(workload -> new Listed(workload, current(workload)))
        .toList();
  }

  @Override
  public List<String> endedBefore(Instant time, int limit) {
    record Ended(String id, Instant at) {}
    return workloads.values().stream()
        .flatMap(w -> w.endedAt() == null ? Stream.of() : Stream.of(new Ended(w.id(), w.endedAt())))
        .filter(ended -> ended.at().isBefore(time))
        .sorted(Comparator.comparing(Ended::at))
        .map(Ended::id)
        .limit(limit)
        .toList();
  }

  @Override
  public List<AttemptId> attemptsEndedBefore(Instant time, int newest, int limit) {
    return attempts.values().stream()
        .filter(attempt -> attempt.endedAt() != null && attempt.endedAt().isBefore(time))
        .map(Attempt::id)
        .filter(id -> isBehind(id, newest) && !isMounted(id))
        .sorted(Comparator.comparing(AttemptId::workload).thenComparing(AttemptId::number))
        .limit(limit)
        .toList();
  }

  private boolean isBehind(AttemptId id, int newest) {
    Workload workload = find(id.workload()).orElseThrow();
    return workload.endedAt() == null
        && id.number() <= workload.newest() - newest
        && id.number() != workload.current();
  }

  private boolean isMounted(AttemptId id) {
    return !volumes.attachedTo(id.workload(), id.number()).isEmpty()
        || bucketMounts.all().stream()
            .anyMatch(it -> it.workload().equals(id.workload()) && it.attempt() == id.number());
  }

  @Override
  public List<Integer> attemptNumbers(String workloadId) {
    return attempts.keySet().stream()
        .filter(id -> id.workload().equals(workloadId))
        .map(AttemptId::number)
        .sorted()
        .toList();
  }

  @Override
  public void removeAttempts(List<AttemptId> ids) {
    attempts.keySet().removeAll(ids);
    opened.keySet().removeAll(ids);
  }

  @Override
  public void remove(List<String> ids) {
    ids.forEach(holds::release);
    workloads.keySet().removeAll(ids);
    attempts.keySet().removeIf(id -> ids.contains(id.workload()));
    opened.keySet().removeIf(id -> ids.contains(id.workload()));
  }

  private Attempt current(Workload workload) {
    return attempt(new AttemptId(workload.id(), workload.current())).orElseThrow();
  }

  private boolean isStale(Workload workload, Bundle bundle) {
    return openedBundles(new AttemptId(workload.id(), workload.current())).stream()
        .filter(one -> one.name().equals(bundle.name().value()))
        .anyMatch(
            one -> !one.bundleId().equals(bundle.id()) || one.revision() != bundle.revision());
  }

  private static boolean matches(Filter filter, Workload workload) {
    Position before = filter.before();
    return workload.workspace().equals(filter.workspace())
        && (filter.states().isEmpty() || filter.states().contains(workload.state()))
        && (filter.kind() == null || filter.kind().equals(workload.spec().kind()))
        && (filter.name() == null || filter.name().equals(workload.spec().name()))
        && (before == null
            || workload.createdAt().isBefore(before.createdAt())
            || (workload.createdAt().equals(before.createdAt())
                && workload.id().compareTo(before.id()) < 0));
  }
}
