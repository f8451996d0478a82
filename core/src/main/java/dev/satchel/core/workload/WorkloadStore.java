package dev.satchel.core.workload;

import dev.satchel.core.credential.EngineAddress;
import dev.satchel.core.secret.Bundle;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keeps workloads, their attempts, and what each attempt opened. */
public interface WorkloadStore {
  /** Adds a workload with its first attempt. */
  void insert(Workload workload, Attempt first);

  void insertAttempt(Attempt attempt);

  /** In a unit of work that writes, the workload is then held against others until it ends. */
  Optional<Workload> find(String id);

  /** In a unit of work that writes, it and its workload are then held as by {@link #find}. */
  Optional<Attempt> attempt(AttemptId id);

  /** All attempts, newest first, at most so many. */
  List<Attempt> attempts(String workloadId, int limit);

  void update(Workload workload);

  void update(Attempt attempt);

  /** Records what an attempt opened, and its values' boxes, sealed to the attempt. */
  void opened(AttemptId id, List<OpenedBundle> bundles, List<byte[]> boxes);

  List<OpenedBundle> openedBundles(AttemptId id);

  /** The boxes in the order they were given; none once erased. */
  List<byte[]> boxes(AttemptId id);

  void eraseBoxes(AttemptId id);

  /** Ids of all workloads that have not ended, oldest first. */
  List<String> live();

  /** How many workloads have not ended, in all workspaces. */
  int liveCount();

  /** The attempts of a workspace that were placed at an address and have not ended. */
  List<AttemptId> placedAt(String workspace, EngineAddress address);

  /** All attempts of a workspace that were placed and have not ended, oldest first. */
  List<Placed> placed(String workspace);

  /** Ids of workloads whose current attempt runs with another revision of this bundle's name. */
  List<String> stale(Bundle bundle, int limit);

  /** Workloads with their current attempt, newest first. */
  List<Listed> list(Filter filter);

  /**
   * Ids of workloads that ended before a time, at most so many. In a unit of work that writes, they
   * are then held against others until it ends.
   */
  List<String> endedBefore(java.time.Instant time, int limit);

  /**
   * Attempts that ended before a time, of workloads that have not, at most so many. Never one of
   * the newest of its workload, nor its current one, nor one that has anything mounted. In a unit
   * of work that writes, their workloads are then held against others until it ends.
   *
   * @param newest how many of each workload are left out, from its newest on
   */
  List<AttemptId> attemptsEndedBefore(java.time.Instant time, int newest, int limit);

  /** Numbers of all attempts of a workload that there are; some below its newest may have gone. */
  List<Integer> attemptNumbers(String workloadId);

  /** Removes attempts and what they opened. */
  void removeAttempts(List<AttemptId> ids);

  /** Removes workloads and all that is kept of them. */
  void remove(List<String> ids);

  /** An attempt that an engine of this name was told to start. */
  record Placed(Attempt attempt, String engine) {}

  /** A workload and its current attempt. */
  record Listed(Workload workload, Attempt attempt) {}

  /**
   * What to list.
   *
   * @param states only these; empty for all
   * @param kind only this kind; null for all
   * @param name only this name; null for all
   * @param before the page comes after this one; null for the first page
   */
  record Filter(
      String workspace,
      List<WorkloadState> states,
      @Nullable String kind,
      @Nullable String name,
      @Nullable Position before,
      int limit) {
    public Filter {
      states = List.copyOf(states);
    }
  }

  /** Where in the list a workload stands. */
  record Position(java.time.Instant createdAt, String id) {}
}
