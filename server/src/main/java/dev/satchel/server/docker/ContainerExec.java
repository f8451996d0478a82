package dev.satchel.server.docker;

import dev.satchel.core.workload.EngineOutageException;
import dev.satchel.core.workload.ExecEnd;
import dev.satchel.core.workload.ExecProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A command inside a container, by {@code exec} of the container CLI. Ending the CLI does not end
 * what it started, so that is looked for by a variable that it and its children have, with what the
 * container's own image has to look with.
 */
final class ContainerExec implements ExecProcess {
  /** What a command and all it starts have in their environment. */
  static final String MARK = "SATCHEL_EXEC_ID";

  private static final Logger log = LoggerFactory.getLogger(ContainerExec.class);
  private static final Duration ENDING = Duration.ofSeconds(10);
  private static final Duration LAST = Duration.ofSeconds(2);
  private static final int KILLED = 137;

  /** Ends every process that was given the mark, first gently. */
  private static final String END_ALL =
      """
      marked() {
        for one in /proc/[0-9]*; do
          grep -q "$1" "$one/environ" 2>/dev/null && echo "${one#/proc/}"
        done
      }
      all=$(marked "$1")
      [ -n "$all" ] || exit 0
      kill -TERM $all 2>/dev/null
      for wait in 1 2 3 4 5 6 7 8 9 10; do
        [ -n "$(marked "$1")" ] || exit 0
        sleep 0.1 2>/dev/null || sleep 1
      done
      kill -KILL $(marked "$1") 2>/dev/null
      exit 0
      """;

  private final ContainerCli cli;
  private final String container;
  private final String mark;
  private final Process process;
  private final BooleanSupplier runs;

  /**
   * @param runs whether the container runs, asked anew; throws where that is not known
   */
  private ContainerExec(
      ContainerCli cli, String container, String mark, Process process, BooleanSupplier runs) {
    this.cli = cli;
    this.container = container;
    this.mark = mark;
    this.process = process;
    this.runs = runs;
  }

  /**
   * Starts a command.
   *
   * @param words which stand behind the container, where none is an option any more
   */
  static ContainerExec start(
      ContainerCli cli,
      String container,
      String id,
      List<String> words,
      boolean stdin,
      BooleanSupplier runs) {
    String mark = MARK + "=" + id;
    try {
      Process process = cli.exec(container, mark, END_ALL, words, stdin);
      return new ContainerExec(cli, container, mark, process, runs);
    } catch (IOException e) {
      throw new EngineOutageException("The container CLI could not be run: " + e.getMessage());
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
    try {
      return code == 0 || stillRuns(code)
          ? ExecEnd.exited(code)
          : ExecEnd.because(
              code, ExecEnd.Cause.ATTEMPT_ENDED, "The attempt ended, and the command with it.");
    } catch (EngineOutageException outage) {
      return ExecEnd.because(
          null, ExecEnd.Cause.ENGINE_UNAVAILABLE, String.valueOf(outage.getMessage()));
    }
  }

  /** A container's end kills what is inside it a moment before the engine says that it ended. */
  private boolean stillRuns(int code) throws InterruptedException {
    for (int again = code == KILLED ? 5 : 0; again > 0 && runs.getAsBoolean(); again--) {
      Thread.sleep(Duration.ofMillis(100));
    }
    return runs.getAsBoolean();
  }

  @Override
  public void close() {
    boolean ran = process.isAlive();
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    if (ran) {
      endInside();
    }
    try {
      boolean _ = process.waitFor(LAST.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void endInside() {
    try {
      ContainerCli.Answer answer =
          cli.run(
              ENDING, "exec", "--", container, "/bin/sh", "-c", END_ALL, "satchel-exec-end", mark);
      if (!answer.succeeded()) {
        log.debug("A command in {} may run on: {}", container, Words.shortened(answer.err()));
      }
    } catch (EngineOutageException e) {
      log.debug("A command in {} may run on: {}", container, e.getMessage());
    }
  }
}
