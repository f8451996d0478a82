package dev.satchel.core.workload;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Keeps the files of runs: the code and input that each was given, and the output it left. */
public interface RunFiles {
  /**
   * Gives a run its code, null where it is not to be run, and its input, which may be removed where
   * they were.
   */
  void place(String workload, @Nullable Path code, @Nullable Path input);

  /** The same with an input of few bytes. */
  void place(String workload, @Nullable Path code, byte[] input);

  /**
   * Keeps what a run left that ran elsewhere.
   *
   * @param output null for none
   * @throws dev.satchel.core.RefusedException as {@link #collect} does
   */
  void keep(String workload, RunSpec run, @Nullable Path output, Map<RunReport, Path> reports);

  /** Where its input is; nothing is there where it has none. */
  Path input(String workload);

  /** Where its output is; nothing is there where it left none. */
  Path output(String workload);

  /**
   * What clients unpack where they expect files: an archive itself, one of text as its only file,
   * and one of nothing where nothing is there. Made once, beside an input or output that does not
   * change any more.
   */
  Path archive(Path file);

  /**
   * Where what a run reported is; nothing is there where it reported none. Of assets it is an array
   * of objects that say {@code id}, {@code name}, {@code created_at}, {@code size}, {@code
   * content_type}, and {@code visual} where there is one.
   */
  Path report(String workload, RunReport report);

  /** Where the content of an asset is, by its id; nothing is there where there is none such. */
  Path asset(String workload, String id);

  /**
   * What a run is given.
   *
   * @param secretFiles locations, relative to where its code is or absolute, of its secret files: a
   *     run whose own files they would cover is refused when it starts
   */
  Staging staging(String workload, RunSpec run, Set<String> secretFiles);

  /**
   * Takes what a run left, for good: its output, and what it reported. Doing it again does it anew.
   *
   * @throws dev.satchel.core.RefusedException INVALID or TOO_LARGE where it cannot be its output,
   *     or a report is not one; its output is then kept all the same
   */
  void collect(String workload, RunSpec run, Remains remains);

  /**
   * Ids of workloads of which anything is kept for longer than a submit takes, sorted, those after
   * one, at most so many.
   */
  List<String> workloads(String after, int limit);

  /** Removes all that is kept of workloads. */
  void remove(Collection<String> workloads);
}
