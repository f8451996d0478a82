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
 * A command beside a job: in its namespaces and its working directory, as its user, with no
 * capability and with the variables that the job was started with. Those reach it by its input,
 * before what it reads itself, so that no value is in an argument or in the environment of a tool.
 * Source: nsenter(1), setpriv(1), 2.38.
 */
final class JobCommand implements ExecProcess {
  /** What a command and all it starts have in their environment. */
  static final String MARK = "SATCHEL_EXEC_ID";

  private static final String SCRIPT = Resources.text("inside.sh");
  private static final int KILLED = 137;
  private static final Duration GRACE = Duration.ofSeconds(1);
  private static final Duration BEGINNING = Duration.ofSeconds(5);
  private static final Duration LAST = Duration.ofSeconds(2);
  private static final long LOOK_AGAIN_MS = 50;

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
  private final BooleanSupplier runs;

  private JobCommand(Process process, String mark, BooleanSupplier runs) {
    this.process = process;
    this.mark = mark;
    this.runs = runs;
  }

  /**
   * Starts one.
   *
   * @param job its main process, which is in namespaces of its own
   * @param runs whether the job runs, asked anew
   */
  static JobCommand start(
      AttemptId attempt,
      ProcessHandle job,
      String exec,
      ExecCommand command,
      BooleanSupplier runs) {
    String mark = MARK + "=" + exec;
    long pid = job.pid();
    byte[] script = new byte[0];
    try {
      script = JobEnvironment.beside(environmentOf(attempt, pid), mark, exec, command);
      ProcessBuilder builder =
          new ProcessBuilder(words(pid, Machine.effectiveUserOf(pid), exec))
              .directory(new File("/"));
      builder.environment().clear();
      builder.environment().put("PATH", JobEnvironment.STANDARD_PATH);
      builder.environment().put("LC_ALL", "C"); // A shell is to take bytes as they are.
      JobCommand started = new JobCommand(builder.start(), mark, runs);
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
    List<String> words = new ArrayList<>(List.of("nsenter", "--target", Long.toString(pid)));
    for (List<String> namespace : NAMESPACES) {
      String name = namespace.getFirst();
      if (!Machine.namespaceOf(pid, name).equals(Machine.namespaceOfThis(name))) {
        words.addAll(namespace.subList(1, namespace.size()));
      }
    }
    words.addAll(List.of("--wd", "--", "setpriv"));
    if (Machine.userId() == 0 && user != 0) {
      words.addAll(List.of("--reuid=" + user, "--regid=" + user, "--clear-groups"));
    }
    words.addAll(List.of("--inh-caps=-all", "--bounding-set=-all", "--no-new-privs"));
    words.addAll(List.of("/bin/sh", "-c", SCRIPT, "satchel-exec"));
    words.add(Machine.namespaceOf(pid, "pid") + " " + Machine.namespaceOf(pid, "mnt"));
    words.add(exec);
    return words;
  }

  /** What has ended by then reads nothing any more, and said why. */
  private void give(byte[] script) {
    try {
      process.getOutputStream().write(script);
      process.getOutputStream().flush();
    } catch (IOException e) {
      // As above.
    }
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
    int code = process.waitFor();
    return code == 0 || stillRuns(code)
        ? ExecEnd.exited(code)
        : ExecEnd.because(
            code, ExecEnd.Cause.ATTEMPT_ENDED, "The attempt ended, and the command with it.");
  }

  /** The end of a namespace kills what is in it a moment before the job is seen to have ended. */
  private boolean stillRuns(int code) throws InterruptedException {
    for (int again = code == KILLED ? 10 : 0; again > 0 && runs.getAsBoolean(); again--) {
      Thread.sleep(Duration.ofMillis(LOOK_AGAIN_MS));
    }
    return runs.getAsBoolean();
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
    return ProcessHandle.allProcesses().filter(one -> Machine.startedWith(one.pid(), mark));
  }
}
