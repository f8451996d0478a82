package dev.satchel.server.process;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.Engine;
import dev.satchel.core.workload.EngineIdentity;
import dev.satchel.core.workload.ExecCommand;
import dev.satchel.core.workload.ExecProcess;
import dev.satchel.core.workload.JobForm;
import dev.satchel.core.workload.Launch;
import dev.satchel.core.workload.LogSink;
import dev.satchel.core.workload.Observation;
import dev.satchel.core.workload.Remains;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs attempts as processes of this machine.
 *
 * <p>Each attempt has a parent of its own, a short shell script in its own session, which outlives
 * the server: it takes the start, records itself, runs the job in its isolation, keeps its output,
 * and writes its exit code. The server only reads what the runner wrote, so it may end at any
 * moment. {@link ControlDirectory} and {@link SecretDirectory} say what lies where.
 *
 * <p>What the isolation does for an owner's job, and what not: it sees neither the data directory
 * nor other attempts' secrets nor the server's processes, by any mount of their file systems and by
 * no device of a disk, and has no capabilities. It is the owner's all the same: where the server is
 * root, such a job may change programs and services that run later, or ask a daemon such as
 * Docker's to read the disk. Node files of disks outside of {@code /dev}, disks attached while it
 * runs, and overlay or network file systems that show the data directory under another device are
 * not found. Any other caller's job sees none of this: system directories alone, read-only.
 */
public final class ProcessEngine implements Engine, AutoCloseable {
  private static final Duration QUIET = Duration.ofMillis(500);
  private static final long SPOOL_MAX_BYTES = 4L * 1024 * 1024 * 1024;

  private final String installation;
  private final Path attempts;
  private final SecretDirectory secrets;
  private final MadePlaces made;
  private final IsolationChoice isolation;
  private final Starter starter;
  private final List<Ownership> ownerships = new ArrayList<>();
  private final AttemptWatch watch;
  private final Map<AttemptId, Thread> followers = new ConcurrentHashMap<>();
  private volatile boolean closed;

  /**
   * Opens the engine, and watches what an earlier life of the server started.
   *
   * @param installation a name of letters, digits, "_" and "-" that no other server on this machine
   *     has
   * @param dataDirectory the server's, 0700; nothing else is hidden from jobs, save {@code hidden}
   * @param hidden further directories that no job may see, and files that none may read
   * @throws IllegalStateException where the attempts of this installation are another data
   *     directory's, of which this one is a copy
   */
  public ProcessEngine(String installation, Path dataDirectory, Set<Path> hidden) {
    this(
        installation,
        dataDirectory,
        hidden,
        SecretDirectory.candidates(System.getenv("XDG_RUNTIME_DIR")),
        IsolationChoice.ofMachine(dataDirectory),
        SPOOL_MAX_BYTES);
  }

  ProcessEngine(
      String installation,
      Path dataDirectory,
      Set<Path> hidden,
      List<Path> secretCandidates,
      IsolationChoice isolation,
      long spoolMaxBytes) {
    if (!installation.matches("[A-Za-z0-9_-]{1,64}")) {
      throw new IllegalArgumentException("an installation's id is letters, digits, _ and -");
    }
    this.installation = installation;
    this.isolation = isolation;
    try {
      ControlDirectory.make(dataDirectory.resolve("attempts"));
      Path data = dataDirectory.toRealPath();
      this.attempts = data.resolve("attempts");
      this.secrets = new SecretDirectory(installation, secretCandidates);
      Set<Path> unseen = new LinkedHashSet<>(hidden);
      for (Path directory : installationDirectories()) {
        ownerships.add(Ownership.take(directory, data));
        Path root = directory.getParent(); // Where an earlier life chose to keep values.
        if (root != null && root.getNameCount() > 0) {
          unseen.add(root);
        }
      }
      this.made = new MadePlaces(attempts);
      this.starter = new Starter(data, attempts, unseen, secrets, made, isolation, spoolMaxBytes);
      this.watch = new AttemptWatch(this::observe, ProcessTree::killMarked);
      watch.onChange(id -> LockSupport.unpark(followers.get(id))); // It has perhaps read all.
      Set<AttemptId> earlier = AttemptNames.in(attempts);
      if (!earlier.isEmpty()) {
        JobCommand.endEarlier(installation);
      }
      earlier.forEach(watch::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where attempts of this installation are on tmpfs: here, and wherever a record says. */
  private Set<Path> installationDirectories() throws IOException {
    Set<Path> directories = new LinkedHashSet<>();
    for (AttemptId attempt : AttemptNames.in(attempts)) {
      RunnerRecord runner = control(attempt).runner();
      Path launches = runner == null ? null : runner.launch().getParent();
      Path directory = launches == null ? null : launches.getParent();
      if (directory != null && directory.endsWith(installation) && Files.isDirectory(directory)) {
        directories.add(directory);
      }
    }
    Path here = secrets.ofInstallation();
    if (here != null) {
      directories.add(here);
    }
    return directories;
  }

  @Override
  public String name() {
    return "process";
  }

  @Override
  public EngineIdentity identity() {
    return new EngineIdentity(Machine.id(), Machine.bootId());
  }

  @Override
  public String isolation() {
    return isolation.get().map(Isolation::name).orElse("unknown");
  }

  @Override
  public List<String> objections(JobForm form) {
    return starter.objections(form);
  }

  @Override
  public void start(Launch launch) {
    AttemptId attempt = launch.attempt();
    ControlDirectory control = control(attempt);
    if (control.forbidden()) {
      throw new RefusedException(Reason.START_FAILED, "The start of this attempt was forbidden.");
    }
    if (control.started()) {
      return;
    }
    Process runner = starter.spawn(launch, control);
    watch.add(attempt);
    var _ = runner.onExit().thenRun(() -> watch.look(attempt));
    BooleanSupplier starts = () -> runner.isAlive() || ProcessTree.unrecordedRunnerOf(control);
    new StartWait(control, runner, () -> observe(control, starts)).await();
    watch.look(attempt);
  }

  @Override
  public void follow(AttemptId id, LogSink sink) {
    ControlDirectory control = control(id);
    SpoolFollower follower =
        new SpoolFollower(
            () -> {
              RunnerRecord runner = control.runner();
              return runner == null ? null : runner.launch().resolve("spool");
            },
            () -> !watch.live(id) && over(control),
            () -> closed,
            sink);
    Thread thread =
        Thread.ofVirtual()
            .name("process-engine-follow-" + id)
            .unstarted(
                () -> {
                  try {
                    follower.run();
                  } finally {
                    followers.remove(id, Thread.currentThread());
                  }
                });
    followers.put(id, thread);
    thread.start();
  }

  /** Whether neither the job nor its runner nor the writer of its output is there any more. */
  private boolean over(ControlDirectory control) {
    return switch (observe(control.attempt())) {
      case Observation.Starting _ -> false;
      case Observation.Running _ -> false;
      case Observation.Absent _ -> true;
      case Observation.Exited _ -> true;
      case Observation.Gone _ -> quiet(control.runner());
    };
  }

  /** Whether the output's writer, which nobody waits for, had time to write all that it read. */
  private static boolean quiet(@Nullable RunnerRecord runner) {
    if (runner == null) {
      return true;
    }
    try {
      FileTime written = Files.getLastModifiedTime(runner.launch().resolve("spool"));
      return Math.abs(System.currentTimeMillis() - written.toMillis()) > QUIET.toMillis();
    } catch (IOException e) {
      return true; // There is no output.
    }
  }

  @Override
  public Remains remains(AttemptId id) {
    ControlDirectory control = control(id);
    return new Remains(control.work(), control.output());
  }

  @Override
  public Observation observe(AttemptId id) {
    ControlDirectory control = control(id);
    return observe(control, () -> ProcessTree.unrecordedRunnerOf(control));
  }

  /**
   * @param unrecorded whether a runner is there that has not recorded itself, which is asked only
   *     where none has: it may take long to find one
   */
  private static Observation observe(ControlDirectory control, BooleanSupplier unrecorded) {
    Observation seen = seen(control, unrecorded);
    return seen instanceof Observation.Gone
        ? seen(control, unrecorded) // It may have just written it.
        : seen;
  }

  private static Observation seen(ControlDirectory control, BooleanSupplier unrecorded) {
    Observation.Exited exit = control.exit();
    if (exit != null) {
      return exit;
    }
    if (control.failed()) {
      return new Observation.Gone("the job could not be isolated, and never began");
    }
    RunnerRecord runner = control.runner();
    if (runner == null) {
      return unrecorded(control, unrecorded);
    }
    if (!runner.ofThisBoot()) {
      return new Observation.Gone("the machine was restarted");
    }
    if (!runner.alive()) {
      return new Observation.Gone("its runner was killed, and the job with it");
    }
    return new ProcessTree(control.attempt(), runner).begun()
        ? new Observation.Running(control.changed("running"))
        : new Observation.Starting();
  }

  private static Observation unrecorded(ControlDirectory control, BooleanSupplier runs) {
    if (!control.started() || control.forbidden()) {
      return new Observation.Absent();
    }
    return runs.getAsBoolean()
        ? new Observation.Starting()
        : new Observation.Gone("its runner was killed before the job began");
  }

  @Override
  public void requireExec(AttemptId id) {
    ProcessTree _ = enterable(id);
  }

  @Override
  public ExecProcess exec(AttemptId id, String exec, ExecCommand command) {
    BooleanSupplier runs = () -> observe(id) instanceof Observation.Running;
    return JobCommand.start(installation, id, enterable(id), exec, command, runs);
  }

  /** The job's processes, whose namespaces a command can enter. */
  private ProcessTree enterable(AttemptId id) {
    RunnerRecord runner = control(id).runner();
    if (runner == null || !runner.alive()) {
      throw notRunning();
    }
    ProcessTree tree = new ProcessTree(id, runner);
    if (!tree.begun()) {
      throw notRunning();
    }
    if (!tree.namespaced()) {
      throw new RefusedException(
          Reason.UNSUPPORTED,
          "No command can be run inside a job of the engine \"process\" that this machine does not"
              + " isolate; install bubblewrap, or give the workload an image.");
    }
    if (!Tool.there("nsenter") || !Tool.there("setpriv")) {
      throw new RefusedException(
          Reason.UNSUPPORTED,
          "Commands inside jobs of the engine \"process\" need nsenter and setpriv on this machine:"
              + " install util-linux, or give the workload an image.");
    }
    return tree;
  }

  private static RefusedException notRunning() {
    return new RefusedException(
        Reason.ATTEMPT_NOT_RUNNING, "The job of this attempt is starting, or has just ended.");
  }

  @Override
  public boolean forbidStart(AttemptId id) {
    try {
      return control(id).forbid();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void stop(AttemptId id, Duration grace) {
    Thread.ofVirtual()
        .name("process-engine-stop-" + id)
        .start(() -> new Ending(control(id), this::observe).end(grace));
  }

  @Override
  public void remove(AttemptId id) {
    ControlDirectory control = control(id);
    try {
      RunnerRecord runner = control.runner();
      if (Files.isDirectory(control.path())) {
        control.forbid(); // A runner that is still to come loses.
        new Ending(control, this::observe).endNow();
        made.remove(control);
      }
      for (Path launches : launchesOf(id, runner)) {
        Deletion.ofTree(launches);
      }
      Deletion.ofTree(control.path());
      watch.forget(id);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where values may lie: the runner's word counts, should the tmpfs be chosen anew one day. */
  private Set<Path> launchesOf(AttemptId id, @Nullable RunnerRecord runner) {
    Set<Path> launches = new LinkedHashSet<>();
    Path now = secrets.of(id);
    if (now != null) {
      launches.add(now);
    }
    Path then = runner == null ? null : runner.launch().getParent();
    if (then != null && then.endsWith(Path.of(installation, id.toString()))) {
      launches.add(then);
    }
    return launches;
  }

  @Override
  public Set<AttemptId> known() {
    try {
      Set<AttemptId> known = new LinkedHashSet<>(AttemptNames.in(attempts));
      known.addAll(secrets.attempts());
      return known;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void onChange(Consumer<AttemptId> listener) {
    watch.onChange(listener);
  }

  /** Stops watching and following. What runs goes on, and the next engine finds it. */
  @Override
  public void close() {
    closed = true;
    watch.close();
    try {
      for (Ownership ownership : ownerships) {
        ownership.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ControlDirectory control(AttemptId id) {
    return ControlDirectory.of(attempts, id);
  }
}
