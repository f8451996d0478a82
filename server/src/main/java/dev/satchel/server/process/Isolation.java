package dev.satchel.server.process;

import dev.satchel.core.workload.JobForm;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How jobs are kept apart from the server: the best of what this machine allows. */
sealed interface Isolation permits Bubblewrap, Unshare, NoIsolation {
  /**
   * Process 1 of a namespace: it waits for the job, reaps what is left to it, and ends as the job
   * did. The job is its child, for process 1 itself would not die of SIGTERM, and leads a session
   * of its own, for else the runner would be in the process group that {@code kill 0} reaches. What
   * the shell says of a job that a signal ended is not the job's output, and goes nowhere.
   */
  String INIT = "exec 4>&2 2>/dev/null; (exec setsid \"$@\" 2>&4 4>&-); exit $?";

  /** As status and {@code doctor} say it. */
  String name();

  /** Whether its end ends every process of the job. */
  boolean endsTree();

  /** Whether it can show a job, unchangeable, what lies elsewhere; else that is copied for it. */
  boolean shows();

  /** Why it cannot give a job of this form what it needs; null where it can. */
  @Nullable String objection(JobForm form);

  /**
   * The command that becomes a shell which reads a script from its input, where the job sees no
   * more than its view.
   */
  List<String> command(View view);

  /**
   * Whether this machine gives it: tried with what a real job would be given.
   *
   * @param limit of each of a few times
   */
  default IsolationChoice.Answer tried(Path dataDirectory, Duration limit) {
    View view =
        new View(
            true,
            Path.of("/"),
            false,
            Path.of("/"),
            List.of(dataDirectory),
            List.of(),
            List.of(),
            Map.of(),
            Map.of(),
            List.of(),
            null);
    List<String> command = new ArrayList<>(command(view));
    command.removeLast(); // It is "-s": the shell would read a script.
    command.addAll(List.of("-c", "exit " + IsolationTrial.WORKS));
    return IsolationTrial.of(command, limit);
  }
}
