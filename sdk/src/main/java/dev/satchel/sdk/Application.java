package dev.satchel.sdk;

import dev.satchel.api.ApplicationItem;
import dev.satchel.api.Paths;
import dev.satchel.api.RunDetail;
import dev.satchel.api.RunItem;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * An application on the server, known by its id: a decision model with its versions, instances,
 * secrets collections and runs. Immutable and thread-safe; holding one costs nothing.
 *
 * <p>A run that fails is answered as one that did, and thrown by nothing here.
 */
public final class Application {
  private final Transport transport;
  private final String id;
  private final Runs runs;
  private final SecretsCollections secretsCollections;
  private final Versions versions;
  private final Instances instances;
  private final ManagedInputs managedInputs;

  Application(Transport transport, String id) {
    this.transport = transport;
    this.id = id;
    this.runs = new Runs(transport, id);
    this.secretsCollections = new SecretsCollections(transport, id);
    this.versions = new Versions(transport, id);
    this.instances = new Instances(transport, id);
    this.managedInputs = new ManagedInputs(transport, id, runs);
  }

  static String path(String id) {
    return Paths.APPLICATIONS + "/" + Call.segment(id);
  }

  /**
   * Its id.
   *
   * @return as it was given
   */
  public String id() {
    return id;
  }

  /**
   * All that is told of it.
   *
   * @return how it stands now
   * @throws NotFound where there is none of this id
   */
  public ApplicationItem get() {
    return Waiting.on(getAsync());
  }

  /**
   * As {@link #get}.
   *
   * @return what get would answer or throw
   */
  public CompletableFuture<ApplicationItem> getAsync() {
    return transport.send(Call.get(path(id)), answer -> answer.as(ApplicationItem.class));
  }

  /**
   * Its secrets collections.
   *
   * @return of this application
   */
  public SecretsCollections secretsCollections() {
    return secretsCollections;
  }

  /**
   * Its versions.
   *
   * @return of this application
   */
  public Versions versions() {
    return versions;
  }

  /**
   * Its instances.
   *
   * @return of this application
   */
  public Instances instances() {
    return instances;
  }

  /**
   * Inputs that are kept for runs to come.
   *
   * @return of this application
   */
  public ManagedInputs managedInputs() {
    return managedInputs;
  }

  /**
   * Sends code, which becomes the newest executable: that of the instance {@code latest}, and of
   * the next version. What is sent is what the directory's {@code app.yaml} names, and no command
   * of it is run.
   *
   * @param directory with an {@code app.yaml}
   * @throws Invalid where the manifest cannot be read, names what is not there, or wants something
   *     done before, such as a build: {@link #pushPrepared} once that is done
   * @throws java.io.UncheckedIOException where a file cannot be read
   */
  public void push(Path directory) {
    Waiting.on(pushAsync(directory));
  }

  /**
   * As {@link #push}.
   *
   * @param directory with an {@code app.yaml}, which is read before this returns
   * @return fails with what push would throw
   */
  public CompletableFuture<Void> pushAsync(Path directory) {
    return runs.push(directory, false);
  }

  /**
   * As {@link #push}, of a directory where that is done which the manifest wants done before: its
   * build, and packages of Python below {@code .nextmv/python/deps}, which are sent too.
   *
   * @param directory with an {@code app.yaml}
   */
  public void pushPrepared(Path directory) {
    Waiting.on(pushPreparedAsync(directory));
  }

  /**
   * As {@link #pushPrepared}.
   *
   * @param directory with an {@code app.yaml}, which is read before this returns
   * @return fails with what pushPrepared would throw
   */
  public CompletableFuture<Void> pushPreparedAsync(Path directory) {
    return runs.push(directory, true);
  }

  /**
   * Submits a run. It is never submitted twice: where that may have happened without an answer,
   * {@link Unavailable} says so.
   *
   * @param run is given what to fill
   * @return the run's id
   * @throws NotFound where the application or the instance is missing
   * @throws Invalid where what it names is not there, such as a secrets collection, or the server
   *     refuses what it is made of
   * @throws Conflict where nothing was pushed yet
   */
  public String newRun(Consumer<RunRequest> run) {
    return Waiting.on(newRunAsync(run));
  }

  /**
   * As {@link #newRun}.
   *
   * @param run is given what to fill, before this returns
   * @return what newRun would answer or throw
   */
  public CompletableFuture<String> newRunAsync(Consumer<RunRequest> run) {
    RunRequest filled = new RunRequest();
    run.accept(filled);
    return runs.submit(filled);
  }

  /**
   * Submits a run and waits for its end, for an hour at the most.
   *
   * @param run is given what to fill
   * @return what it left, whether it ended well or not
   * @throws TimedOut where it has not ended by then; it runs on
   */
  public RunResult newRunWithResult(Consumer<RunRequest> run) {
    return newRunWithResult(run, PollingOptions.DEFAULT);
  }

  /**
   * Submits a run and waits for its end.
   *
   * @param run is given what to fill
   * @param polling how often it is asked after, and for how long
   * @return what it left, whether it ended well or not
   * @throws TimedOut where it has not ended by then; it runs on
   */
  public RunResult newRunWithResult(Consumer<RunRequest> run, PollingOptions polling) {
    return Waiting.on(newRunWithResultAsync(run, polling));
  }

  /**
   * As {@link #newRunWithResult(Consumer, PollingOptions)}, without a thread that waits.
   *
   * @param run is given what to fill, before this returns
   * @param polling how often it is asked after, and for how long
   * @return what newRunWithResult would answer or throw
   */
  public CompletableFuture<RunResult> newRunWithResultAsync(
      Consumer<RunRequest> run, PollingOptions polling) {
    return Steps.then(newRunAsync(run), submitted -> runResultAsync(submitted, polling));
  }

  /**
   * What a run has left by now.
   *
   * @param run its id
   * @return without output where it has not ended
   * @throws NotFound where this application has no such run
   */
  public RunResult runResult(String run) {
    return Waiting.on(runResultAsync(run));
  }

  /**
   * As {@link #runResult(String)}.
   *
   * @param run its id
   * @return what runResult would answer or throw
   */
  public CompletableFuture<RunResult> runResultAsync(String run) {
    return runs.result(run);
  }

  /**
   * Waits for a run's end.
   *
   * @param run its id
   * @param polling how often it is asked after, and for how long
   * @return what it left, whether it ended well or not
   * @throws TimedOut where it has not ended by then; it runs on
   * @throws NotFound where this application has no such run
   */
  public RunResult runResult(String run, PollingOptions polling) {
    return Waiting.on(runResultAsync(run, polling));
  }

  /**
   * As {@link #runResult(String, PollingOptions)}, without a thread that waits.
   *
   * @param run its id
   * @param polling how often it is asked after, and for how long
   * @return what runResult would answer or throw
   */
  public CompletableFuture<RunResult> runResultAsync(String run, PollingOptions polling) {
    return runs.resultAtEnd(run, polling);
  }

  /**
   * How a run stands.
   *
   * @param run its id
   * @return without its output
   * @throws NotFound where this application has no such run
   */
  public RunDetail runMetadata(String run) {
    return Waiting.on(runMetadataAsync(run));
  }

  /**
   * As {@link #runMetadata}.
   *
   * @param run its id
   * @return what runMetadata would answer or throw
   */
  public CompletableFuture<RunDetail> runMetadataAsync(String run) {
    return transport.send(runs.metadata(run), answer -> answer.as(RunDetail.class));
  }

  /**
   * Fetches a run's output as it is: JSON or text as the program printed it, otherwise a tar.gz of
   * the files that it left.
   *
   * @param run its id
   * @param to a file, which is there whole or not at all
   * @return that file
   * @throws NotFound where this application has no such run
   */
  public Path runOutput(String run, Path to) {
    return Waiting.on(runOutputAsync(run, to));
  }

  /**
   * As {@link #runOutput}.
   *
   * @param run its id
   * @param to a file, which is there whole or not at all
   * @return what runOutput would answer or throw
   */
  public CompletableFuture<Path> runOutputAsync(String run, Path to) {
    return runs.output(run, to);
  }

  /**
   * Fetches the files that a run left. No name leads out of the directory, and no link is made.
   *
   * @param run its id
   * @param to a directory, made where it is not there; files of the same names are replaced
   * @return that directory
   * @throws Invalid where the run's output is no files: {@link #runResult} or {@link #runOutput}
   * @throws NotFound where this application has no such run
   */
  public Path runFiles(String run, Path to) {
    return Waiting.on(runFilesAsync(run, to));
  }

  /**
   * As {@link #runFiles}.
   *
   * @param run its id
   * @param to a directory, made where it is not there
   * @return what runFiles would answer or throw
   */
  public CompletableFuture<Path> runFilesAsync(String run, Path to) {
    return runs.files(run, to);
  }

  /**
   * What a run has reported for people, such as charts. What it has reported as numbers stands in
   * its metadata: {@link dev.satchel.api.RunMetadata#statistics} and {@code metrics}.
   *
   * @param run its id
   * @return of this run; nothing is asked yet
   */
  public RunAssets runAssets(String run) {
    return new RunAssets(transport, runs.path(run));
  }

  /**
   * What a run has written to standard error by now, masked; of a long log the first 4 MiB.
   *
   * @param run its id
   * @return the text
   * @throws NotFound where this application has no such run
   */
  public String runLogs(String run) {
    return Waiting.on(runLogsAsync(run));
  }

  /**
   * As {@link #runLogs}.
   *
   * @param run its id
   * @return what runLogs would answer or throw
   */
  public CompletableFuture<String> runLogsAsync(String run) {
    return transport.send(Call.get(runs.path(run) + "/logs"), answer -> answer.json().text("log"));
  }

  /**
   * What a run writes to standard error, from its beginning to its end, as it is written, masked.
   *
   * @param run its id
   * @return a stream to be closed
   */
  public LogStream followRunLogs(String run) {
    return new LogStream(transport, run, 0, 0, true); // A run is a workload, and has its log.
  }

  /**
   * Asks a run to end. Returns before it has: {@link #runResult(String, PollingOptions)} for that.
   *
   * @param run its id
   * @throws NotFound where this application has no such run
   */
  public void cancelRun(String run) {
    Waiting.on(cancelRunAsync(run));
  }

  /**
   * As {@link #cancelRun}.
   *
   * @param run its id
   * @return fails with what cancelRun would throw
   */
  public CompletableFuture<Void> cancelRunAsync(String run) {
    Call call = Call.patch(runs.path(run) + "/cancel").repeated(Call.Repeat.FREELY);
    return transport.send(call, Answer::nothing); // Asked twice is asked once.
  }

  /**
   * Deletes a run that has ended, with its input, output and log.
   *
   * @param run its id
   * @throws Conflict where it has not ended
   * @throws NotFound where this application has no such run
   */
  public void deleteRun(String run) {
    Waiting.on(deleteRunAsync(run));
  }

  /**
   * As {@link #deleteRun}.
   *
   * @param run its id
   * @return fails with what deleteRun would throw
   */
  public CompletableFuture<Void> deleteRunAsync(String run) {
    return transport.send(Call.delete(runs.path(run)), Answer::nothing);
  }

  /**
   * All of its runs.
   *
   * @return the newest first
   */
  public Listing<RunItem> runs() {
    return Listing.ofApplication(transport, Call.get(path(id) + "/runs"), "runs", RunItem.class);
  }

  @Override
  public String toString() {
    return "Application[" + id + "]";
  }
}
