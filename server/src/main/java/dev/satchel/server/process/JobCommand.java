package dev.satchel.server.process;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.ExecCommand;
import dev.satchel.core.workload.ExecEnd;
import dev.satchel.core.workload.ExecProcess;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * A command beside a job: in the namespaces of its process 1, which the job cannot leave for
 * others, in its working directory and as its user, in a session of its own, with no capability and
 * with the variables that the job was started with. Those reach it by its input, before what it
 * reads itself, so that no value is in an argument or in the environment of a tool. Source:
 * nsenter(1), setpriv(1), 2.38.
 */
final class JobCommand implements ExecProcess {
  /** What a command and all it starts have in their environment. */
  static final String MARK = "SATCHEL_EXEC_ID";

  /** What has the tools that enter a job in its environment: whose server started them. */
  static final String OF = "SATCHEL_EXEC_OF";

  private static final String SCRIPT = Resources.text("inside.sh");
  private static final int KILLED = 137;
  private static final Duration GRACE = Duration.ofSeconds(1);
  private static final Duration BEGINNING = Duration.ofSeconds(5);
  private static final Duration LAST = Duration.ofSeconds(2);
  private static final long LOOK_AGAIN_MS = 50;
  private static final long STILL_RUNS_MS = 1000;

  /** The kernel's names of namespaces, and the options that enter them, in the order to enter. */
  private static final List<List<String>> NAMESPACES =
      List.of(
          List.of("user", "--user", "--preserve-credentials"),
          List.of("ipc", "--ipc"),
          List.of("uts", "--uts"),
          List.of("net", "--net"),
          List.of("pid", "--pid"),
          List.of("mnt", "--mount"));

  private final Process process;
  private final String mark;
  private final String namespace;
  private final ProcessHandle job;
  private final BooleanSupplier runs;

  /**
   * @param namespace of the ids of the job's processes, as the kernel names it
   */
  private JobCommand(
      Process process, String mark, String namespace, ProcessHandle job, BooleanSupplier runs) {
    this.process = process;
    this.mark = mark;
    this.namespace = namespace;
    this.job = job;
    this.runs = runs;
  }

  /**
   * Starts one.
   *
   * @param installation of this server
   * @param tree of a job that is in namespaces of its own
   * @param runs whether the job runs, asked anew
   */
  static JobCommand start(
      String installation,
      AttemptId attempt,
      ProcessTree tree,
      String exec,
      ExecCommand command,
      BooleanSupplier runs) {
    ProcessHandle init = tree.init().orElseThrow(JobCommand::notRunning);
    ProcessHandle job = tree.job().orElseThrow(JobCommand::notRunning);
    String mark = MARK + "=" + exec;
    byte[] script = new byte[0];
    try {
      script = JobEnvironment.beside(environmentOf(attempt, job.pid()), mark, exec, command);
      String namespace = ownNamespace(init);
      List<String> words = words(init.pid(), Machine.effectiveUserOf(job.pid()), exec);
      words.add(Long.toString(Machine.innermostPidOf(job.pid())));
      if (!init.isAlive() || !job.isAlive()) { // Else their numbers may be others' by now.
        throw notRunning();
      }
      ProcessBuilder builder = new ProcessBuilder(words).directory(new File("/"));
      builder.environment().clear();
      builder.environment().put("PATH", JobEnvironment.STANDARD_PATH);
      builder.environment().put("LC_ALL", "C"); // A shell is to take bytes as they are.
      builder.environment().put(OF, installation);
      JobCommand started = new JobCommand(builder.start(), mark, namespace, job, runs);
      started.give(script);
      return started;
    } catch (IOException e) {
      throw new RefusedException(
          Reason.ATTEMPT_NOT_RUNNING,
          "The command could not be started inside this attempt: " + e.getMessage() + ".");
    } finally {
      Arrays.fill(script, (byte) 0);
    }
  }

  /**
   * Ends the commands that an earlier life of this server left. One that is stopped, and with it
   * who waits for it here, would keep the namespace of its job from ending, and the attempt with
   * it.
   */
  static void endEarlier(String installation) {
    String of = OF + "=" + installation;
    ProcessHandle.allProcesses()
        .filter(one -> Machine.startedWith(one.pid(), of))
        .forEach(
            one -> {
              one.descendants().forEach(ProcessHandle::destroyForcibly);
              one.destroyForcibly();
            });
  }

  private static RefusedException notRunning() {
    return new RefusedException(
        Reason.ATTEMPT_NOT_RUNNING, "The job of this attempt is starting, or has just ended.");
  }

  private static String ownNamespace(ProcessHandle init) throws IOException {
    for (String kind : List.of("mnt", "pid")) {
      if (Machine.namespaceOf(init.pid(), kind).equals(Machine.namespaceOfThis(kind))) {
        throw notRunning(); // It is no process of a job's any more.
      }
    }
    return Machine.namespaceOf(init.pid(), "pid");
  }

  /**
   * What the job was started with, once it was: until then its process is a shell of ours, with
   * nothing of the job's, and perhaps as another user.
   */
  private static byte[] environmentOf(AttemptId attempt, long pid) throws IOException {
    String marker = JobEnvironment.MARKER + "=" + attempt;
    long deadline = System.nanoTime() + BEGINNING.toNanos();
    while (!Machine.startedWith(pid, marker)) {
      if (System.nanoTime() > deadline) {
        throw new RefusedException(
            Reason.UNSUPPORTED,
            "What this job was started with cannot be seen: its main process has written over it, or"
                + " has not begun. Run a command that starts it as its child, such as a shell.");
      }
      LockSupport.parkNanos(LOOK_AGAIN_MS * 100_000);
    }
    return Machine.environmentOf(pid);
  }

  private static List<String> words(long pid, int user, String exec) throws IOException {
    List<String> words = new ArrayList<>(List.of("setsid", "nsenter", "--target"));
    words.add(Long.toString(pid));
    for (List<String> namespace : NAMESPACES) {
      String name = namespace.getFirst();
      if (!Machine.namespaceOf(pid, name).equals(Machine.namespaceOfThis(name))) {
        words.addAll(namespace.subList(1, namespace.size()));
      }
    }
    words.addAll(List.of("--", "setpriv"));
    if (Machine.userId() == 0 && user != 0) {
      words.addAll(List.of("--reuid=" + user, "--regid=" + user, "--clear-groups"));
    }
    words.addAll(List.of("--inh-caps=-all", "--bounding-set=-all", "--no-new-privs"));
    words.addAll(List.of("/bin/sh", "-c", SCRIPT, "satchel-exec"));
    words.add(Machine.namespaceOf(pid, "pid") + " " + Machine.namespaceOf(pid, "mnt"));
    words.add(exec);
    return words;
  }

  /**
   * What has ended by then reads nothing any more, and said why; a job may keep it from reading.
   */
  private void give(byte[] script) {
    Thread giving =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    process.getOutputStream().write(script);
                    process.getOutputStream().flush();
                  } catch (IOException e) {
                    // As above.
                  }
                });
    try {
      if (giving.join(BEGINNING)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    close(); // After which the writing fails.
    throw notRunning();
  }

  @Override
  public OutputStream stdin() {
    return process.getOutputStream();
  }

  @Override
  public InputStream stdout() {
    return process.getInputStream();
  }

  @Override
  public InputStream stderr() {
    return process.getErrorStream();
  }

  @Override
  public ExecEnd await() throws InterruptedException {
    while (!process.waitFor(STILL_RUNS_MS, TimeUnit.MILLISECONDS)) {
      if (!jobRuns()) { // It is stopped, and with it who waits for it.
        process.destroyForcibly();
      }
    }
    int code = process.exitValue();
    return code == 0 || stillRuns(code)
        ? ExecEnd.exited(code)
        : ExecEnd.because(
            code, ExecEnd.Cause.ATTEMPT_ENDED, "The attempt ended, and the command with it.");
  }

  /** The end of a namespace kills what is in it a moment before the job is seen to have ended. */
  private boolean stillRuns(int code) throws InterruptedException {
    for (int again = code == KILLED ? 10 : 0; again > 0 && jobRuns(); again--) {
      Thread.sleep(Duration.ofMillis(LOOK_AGAIN_MS));
    }
    return jobRuns();
  }

  private boolean jobRuns() {
    return job.isAlive() && runs.getAsBoolean();
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      marked().forEach(ProcessHandle::destroy);
      try {
        boolean _ = process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    for (int round = 0; round < 20 && killMarked(); round++) {} // They may fork meanwhile.
    try {
      boolean _ = process.waitFor(LAST.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean killMarked() {
    List<ProcessHandle> left = marked().toList();
    left.forEach(ProcessHandle::destroyForcibly);
    return !left.isEmpty();
  }

  private Stream<ProcessHandle> marked() {
    return ProcessHandle.allProcesses()
        .filter(one -> isOfTheJob(one.pid()) && Machine.startedWith(one.pid(), mark));
  }

  private boolean isOfTheJob(long pid) {
    try {
      return Machine.namespaceOf(pid, "pid").equals(namespace);
    } catch (IOException e) {
      return false; // It has ended, or is another user's.
    }
  }
}
