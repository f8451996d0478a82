package dev.satchel.sdk;

import dev.satchel.api.Paths;
import dev.satchel.api.WorkloadAccepted;
import dev.satchel.api.WorkloadDetail;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** A job on the server, known by its id. Immutable and thread-safe; holding one costs nothing. */
public final class Workload {
  private static final Set<String> ENDS =
      Set.of("completed", "errored", "failed", "invalid", "terminated");

  private final Transport transport;
  private final String id;
  private final int attempt;

  /**
   * @param attempt the one that made this handle; 0 where none did
   */
  Workload(Transport transport, String id, int attempt) {
    this.transport = transport;
    this.id = id;
    this.attempt = attempt;
  }

  static Workload accepted(Transport transport, Answer answer) {
    WorkloadAccepted accepted = answer.as(WorkloadAccepted.class);
    return new Workload(transport, accepted.id(), accepted.attempt());
  }

  static String path(String id) {
    return Paths.WORKLOADS + "/" + Call.segment(id);
  }

  /**
   * Whether a workload in this state has ended for good.
   *
   * @param state as {@link WorkloadDetail#state} has it
   * @return true for completed, errored, failed, invalid and terminated
   */
  public static boolean isEnd(String state) {
    return ENDS.contains(state);
  }

  /**
   * Its id.
   *
   * @return as the server gave it
   */
  public String id() {
    return id;
  }

  /**
   * The attempt that the submit or resubmission made which answered this handle.
   *
   * @return from 1; 0 for a handle that was made of an id
   */
  public int attempt() {
    return attempt;
  }

  /**
   * How it stands.
   *
   * @return now
   * @throws NotFound where there is none of this id, or it ended long ago
   */
  public WorkloadDetail status() {
    return Waiting.on(statusAsync());
  }

  /**
   * As {@link #status}.
   *
   * @return what status would answer or throw
   */
  public CompletableFuture<WorkloadDetail> statusAsync() {
    return transport.send(Call.get(path(id)), answer -> answer.as(WorkloadDetail.class));
  }

  /**
   * Waits for its end, through retries and recoveries, and through restarts of the server.
   *
   * @param limit how long
   * @return how it ended, well or not: see {@link WorkloadDetail#state} and {@link
   *     WorkloadDetail#exitCode}
   * @throws TimedOut where it has not ended by then; it runs on
   * @throws Unavailable where the server has not answered for longer than the client puts up with
   */
  public WorkloadDetail await(Duration limit) {
    return Waiting.on(awaitAsync(limit));
  }

  /**
   * As {@link #await}, without a thread that waits.
   *
   * @param limit how long
   * @return what await would answer or throw
   */
  public CompletableFuture<WorkloadDetail> awaitAsync(Duration limit) {
    return Awaiting.ofWorkload(transport, id, limit).begin();
  }

  /**
   * What it prints, from this handle's attempt to the end of the workload. What it printed before
   * is there too.
   *
   * @return a stream to be closed
   */
  public LogStream logs() {
    return new LogStream(transport, id, attempt, 0, true);
  }

  /**
   * What one attempt has printed until now; nothing is waited for.
   *
   * @param number of the attempt, from 1
   * @return a stream to be closed
   */
  public LogStream logsSoFar(int number) {
    return new LogStream(transport, id, number, 0, false);
  }

  /**
   * What it prints, from where a reader of before stopped.
   *
   * @param number of the attempt that the reader stood in: {@link LogStream#attempt}
   * @param cursor the bytes of it that the reader has: {@link LogStream#cursor}
   * @return a stream to be closed
   */
  public LogStream logsFrom(int number, long cursor) {
    return new LogStream(transport, id, number, cursor, true);
  }

  /**
   * Runs a command inside the attempt that runs, without anything to read.
   *
   * @param command the program and what it is told; no shell reads these words
   * @return the command, which runs by now; to be closed
   * @throws Conflict where no attempt runs
   * @throws Unsupported where there is no way to, as where the server's machine isolates no jobs
   * @throws Forbidden where this token may not use what the job uses
   * @throws Unavailable where too many run at once, or no answer came
   */
  public Exec exec(String... command) {
    return exec(ExecRequest.of(command));
  }

  /**
   * As {@link #exec(String...)}.
   *
   * @param command the program and what it is told; no shell reads these words
   * @return what exec would answer or throw
   */
  public CompletableFuture<Exec> execAsync(String... command) {
    return execAsync(ExecRequest.of(command));
  }

  /**
   * Runs a command inside a running attempt.
   *
   * @param request what runs, where, and whether it reads
   * @return the command, which runs by now; to be closed
   * @throws NotFound where there is no such attempt
   * @throws Conflict where the attempt does not run
   * @throws Unsupported where there is no way to, as where the server's machine isolates no jobs
   * @throws Forbidden where this token may not use what the job uses
   * @throws Unavailable where too many run at once, or no answer came
   */
  public Exec exec(ExecRequest request) {
    return Waiting.on(execAsync(request));
  }

  /**
   * As {@link #exec(ExecRequest)}.
   *
   * @param request what runs, where, and whether it reads
   * @return what exec would answer or throw
   */
  public CompletableFuture<Exec> execAsync(ExecRequest request) {
    return Exec.start(transport, id, request);
  }

  /**
   * Asks it to end. Returns before it has: {@link #await} for that.
   *
   * @return how it stood
   */
  public WorkloadAccepted terminate() {
    return Waiting.on(terminateAsync());
  }

  /**
   * As {@link #terminate}.
   *
   * @return what terminate would answer or throw
   */
  public CompletableFuture<WorkloadAccepted> terminateAsync() {
    Call call = Call.delete(path(id)).repeated(Call.Repeat.FREELY); // Asked twice is asked once.
    return transport.send(call, answer -> answer.as(WorkloadAccepted.class));
  }

  /**
   * Starts it anew, with what its bundles hold now. A running attempt is stopped first.
   *
   * @return the same workload, whose logs begin at the new attempt
   * @throws NotFound where a bundle is missing; a running attempt is then left alone
   */
  public Workload resubmit() {
    return Waiting.on(resubmitAsync());
  }

  /**
   * As {@link #resubmit()}.
   *
   * @return what resubmit would answer or throw
   */
  public CompletableFuture<Workload> resubmitAsync() {
    return resubmitted(Map.of());
  }

  /**
   * Starts it anew, with what its bundles hold now and other visible variables.
   *
   * @param env replaces all visible variables
   * @return the same workload, whose logs begin at the new attempt
   * @throws NotFound where a bundle is missing; a running attempt is then left alone
   */
  public Workload resubmit(Map<String, String> env) {
    return Waiting.on(resubmitAsync(env));
  }

  /**
   * As {@link #resubmit(Map)}.
   *
   * @param env replaces all visible variables
   * @return what resubmit would answer or throw
   */
  public CompletableFuture<Workload> resubmitAsync(Map<String, String> env) {
    return resubmitted(Map.of("env", Map.copyOf(env)));
  }

  private CompletableFuture<Workload> resubmitted(Map<String, Object> body) {
    return transport.send(
        Call.post(path(id) + "/resubmissions", body).keyed(null),
        answer -> accepted(transport, answer));
  }

  @Override
  public String toString() {
    return "Workload[" + id + "]";
  }
}
