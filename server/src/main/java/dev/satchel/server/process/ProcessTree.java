package dev.satchel.server.process;

import dev.satchel.core.workload.AttemptId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The processes below one runner. The runner's child is the isolation, whose child is process 1 of
 * a namespace, whose oldest child is the job; without namespaces the runner's child is the job.
 * Every process is found from a runner that is sure to be the one recorded.
 */
final class ProcessTree {
  private final AttemptId attempt;
  private final RunnerRecord runner;

  ProcessTree(AttemptId attempt, RunnerRecord runner) {
    this.attempt = attempt;
    this.runner = runner;
  }

  /** Sends SIGTERM to the job's main process. False where it does not run yet. */
  boolean terminate() {
    if (!begun()) {
      return false; // What runs is still the isolation, which would not pass it on.
    }
    Optional<ProcessHandle> job = job();
    return job.isPresent() && job.get().destroy();
  }

  /**
   * Sends SIGKILL to everything of the job, but not to the runner, which then says how it ended.
   */
  void kill() {
    if (namespaced()) {
      // By the job, whose end process 1 tells truly, and after which it takes the rest along.
      job().or(this::init).or(this::outermost).ifPresent(ProcessHandle::destroyForcibly);
      return;
    }
    outermost()
        .ifPresent(
            job -> {
              long session = job.pid();
              others()
                  .filter(process -> Machine.sessionOf(process.pid()) == session)
                  .forEach(ProcessHandle::destroyForcibly);
            });
    killMarked(attempt);
  }

  /** Ends every process that was started with an attempt's marker, whoever its parent is. */
  static void killMarked(AttemptId attempt) {
    String marker = JobEnvironment.MARKER + "=" + attempt;
    for (int round = 0; round < 50; round++) { // They may fork meanwhile.
      var marked = others().filter(each -> Machine.startedWith(each.pid(), marker)).toList();
      if (marked.isEmpty()) {
        return;
      }
      marked.forEach(ProcessHandle::destroyForcibly);
    }
  }

  private static Stream<ProcessHandle> others() {
    long self = ProcessHandle.current().pid();
    return ProcessHandle.allProcesses().filter(process -> process.pid() != self);
  }

  /** Whether the isolation stands and the job's own shell has begun. */
  boolean begun() {
    return Files.exists(runner.launch().resolve("begun"));
  }

  /** Whether a runner of an attempt is there that has not recorded itself yet. */
  static boolean unrecordedRunnerOf(ControlDirectory control) {
    String words = Machine.asRead("\0satchel-runner\0" + control.path() + "\0");
    return others().anyMatch(it -> Machine.commandLineOf(it.pid()).contains(words));
  }

  /** Whether the job has namespaces of its own. */
  boolean namespaced() {
    return jobRecord().length < 2; // Else the marker follows.
  }

  /** The runner's child that became the isolation, or the job. */
  private Optional<ProcessHandle> outermost() {
    String[] job = jobRecord();
    if (job[0].isEmpty() || !runner.alive()) {
      return Optional.empty();
    }
    return ProcessHandle.of(Long.parseLong(job[0]))
        .filter(process -> process.parent().filter(it -> it.pid() == runner.pid()).isPresent());
  }

  /** The job's main process. */
  Optional<ProcessHandle> job() {
    return namespaced() ? init().flatMap(ProcessTree::oldestChildOf) : outermost();
  }

  /** Process 1 of the job's namespaces, which is ours and stays in what the isolation made. */
  Optional<ProcessHandle> init() {
    return outermost()
        .flatMap(
            isolation ->
                isolation
                    .children()
                    .filter(process -> Machine.innermostPidOf(process.pid()) == 1)
                    .findFirst());
  }

  /**
   * Other children were left to process 1 by the job: their ids are higher, for a namespace does
   * not give its first 300 out once more.
   */
  private static Optional<ProcessHandle> oldestChildOf(ProcessHandle init) {
    NavigableMap<Long, ProcessHandle> children = new TreeMap<>();
    init.children().forEach(child -> children.put(Machine.innermostPidOf(child.pid()), child));
    return Optional.ofNullable(children.tailMap(2L).firstEntry()).map(Map.Entry::getValue);
  }

  /** The outermost process's id, then the marker where there is no namespace. */
  private String[] jobRecord() {
    Path file = runner.launch().resolve("job");
    try {
      return Files.readString(file).strip().split(" ", -1);
    } catch (IOException e) {
      return new String[] {""};
    }
  }
}
