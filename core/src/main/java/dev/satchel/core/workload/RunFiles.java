package dev.satchel.core.workload;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps the files of runs: the code and input that each was given, and the output it left. */
public interface RunFiles {
  /** Gives a run its code and input, which may be removed where they were. */
  void place(String workload, Path code, @Nullable Path input);

  /** The same with an input of few bytes. */
  void place(String workload, Path code, byte[] input);

  /** Where its input is; nothing is there where it has none. */
  Path input(String workload);

  /** Where its output is; nothing is there where it left none. */
  Path output(String workload);

  /** What a run is given. */
  Staging staging(String workload, RunSpec run);

  /**
   * Takes what a run left, for good. Doing it again does it anew.
   *
   * @throws dev.satchel.core.RefusedException INVALID or TOO_LARGE where it cannot be its output
   */
  void collect(String workload, RunSpec run, Remains remains);

  /** Ids of workloads of which anything is kept, sorted, those after one, at most so many. */
  List<String> workloads(String after, int limit);

  /** Removes all that is kept of workloads. */
  void remove(Collection<String> workloads);
}
