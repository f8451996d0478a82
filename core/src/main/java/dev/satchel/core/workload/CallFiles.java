package dev.satchel.core.workload;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Keeps the files of calls of Java methods: what each was asked, and what it answered. */
public interface CallFiles {
  /** Keeps what a call is asked. */
  void place(String workload, byte[] request);

  /**
   * What a call is given: its class path, whose digests are looked at again, and its request. Its
   * answer of before is forgotten.
   */
  Staging staging(Workload workload, JavaSpec java);

  /** Digests of its class path that are not kept; the others count as used from now on. */
  List<String> missing(String workspace, JavaSpec java);

  /**
   * Takes the answer that a call left, for good; of an object, what it answered to its callers.
   *
   * @throws dev.satchel.core.RefusedException INVALID where it left none, or none that can be read;
   *     TOO_LARGE
   */
  void collect(AttemptId attempt, Remains remains);

  /** What an object answered to one of its calls, once its attempt has ended. */
  Optional<String> answer(AttemptId attempt, String call);

  /** Attempts of a workload whose answers are kept, each by itself. */
  List<AttemptId> attempts(String workload);

  /** Removes what attempts answered; what cannot be removed now stays until it is asked again. */
  void removeAttempts(Collection<AttemptId> attempts);

  /** The answer of a call that has ended, as its JVM wrote it. */
  Optional<String> answer(String workload);

  /**
   * Ids of workloads of which anything is kept for longer than a submit takes, sorted, those after
   * one, at most so many.
   */
  List<String> workloads(String after, int limit);

  /**
   * Lets go of the jars of workloads that have ended; where they start again, they are shown anew.
   */
  void release(Collection<String> ended);

  /** Removes all that is kept of workloads. */
  void remove(Collection<String> workloads);
}
