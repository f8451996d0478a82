package dev.satchel.core.workload;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.credential.EngineAddress;
import dev.satchel.core.credential.RegistryLogin;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An engine in memory. It understands {@code sh -c} scripts of {@code echo WORD}, {@code sleep N},
 * {@code trap '' TERM} and {@code exit N}, parted by semicolons; a job that sleeps 60 seconds or
 * more, or is anything else, runs until it is told how it ends. Thread-safe.
 */
public final class FakeEngine implements Engine {
  private volatile @Nullable Path place; // Null where nobody asks for it.

  private volatile InstantSource clock = InstantSource.system();
  private volatile @Nullable String outage; // Null while it answers.
  private volatile Consumer<Consumer<String>> preparation = progress -> {};
  private final String name;
  private final Map<AttemptId, Job> jobs = new LinkedHashMap<>();
  private final List<Consumer<AttemptId>> listeners = new CopyOnWriteArrayList<>();
  private final List<String> objections = new ArrayList<>();
  private int objectAfter; // How often it is asked before it objects.
  private Runnable whenAsked = () -> {};
  private volatile Runnable whenSeen = () -> {};
  private final List<AttemptId> starts = new ArrayList<>();
  private @Nullable Runnable nextStart; // Throws; null where it works.
  private final List<FakeExec> execProcesses = new CopyOnWriteArrayList<>();
  private volatile boolean execs = true;
  private boolean slowStart;
  private int idleStops;
  private volatile Duration lastGrace = Duration.ZERO;
  private final List<String> logins = new CopyOnWriteArrayList<>();
  private volatile Map<String, String> labels = Map.of();
  private volatile @Nullable EngineAddress address; // Null for the server's own.
  private volatile boolean remembered;
  private volatile EngineIdentity identity = new EngineIdentity("fake", "1");

  /** What tells when a job begins. */
  public void clock(InstantSource one) {
    clock = one;
  }

  private static final class Job {
    private Observation state = new Observation.Absent();
    private boolean forbidden;
    private boolean deaf;
    private final Map<String, byte[]> variables = new LinkedHashMap<>();
    private final Map<String, byte[]> files = new LinkedHashMap<>();
    private final List<Mount> mounts = new ArrayList<>();
    private final List<HostMount> hostMounts = new ArrayList<>();
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private @Nullable LogSink sink; // Null until it is followed.
    private int sent; // What the sink holds back was sent to it all the same.
  }

  public FakeEngine() {
    this("fake");
  }

  /** An engine under the name of another, to stand in for it. */
  public FakeEngine(String name) {
    this.name = name;
  }

  /** Lets a running attempt end. */
  public void exit(AttemptId id, int code) {
    end(id, new Observation.Exited(clock.instant(), code));
  }

  /** Loses an attempt. */
  public void gone(AttemptId id, String why) {
    end(id, new Observation.Gone(why));
  }

  /** Loses all records of an attempt, as where somebody deletes them. */
  public synchronized void forget(AttemptId id) {
    jobs.remove(id);
  }

  /** Who follows an attempt. */
  synchronized LogSink sink(AttemptId id) {
    return Objects.requireNonNull(job(id).sink);
  }

  /** Sends nothing more to who follows an attempt, as where the server has died. */
  public synchronized void unfollow(AttemptId id) {
    job(id).sink = null;
  }

  /** Lets an attempt print. */
  public synchronized void print(AttemptId id, byte[] raw) {
    Job job = job(id);
    job.output.writeBytes(raw);
    send(job);
  }

  /**
   * Makes the next start refuse or fail; nothing is then started. What was refused is seen to be so
   * afterwards too.
   */
  public synchronized void failNextStart(RuntimeException failure) {
    nextStart =
        () -> {
          throw failure;
        };
  }

  /** The same with what no code expects. */
  public synchronized void failNextStart(Error failure) {
    nextStart =
        () -> {
          throw failure;
        };
  }

  /** What an attempt was started with. */
  public synchronized List<Mount> mounts(AttemptId id) {
    return List.copyOf(job(id).mounts);
  }

  /** The same of its own volumes. */
  public synchronized List<HostMount> hostMounts(AttemptId id) {
    return List.copyOf(job(id).hostMounts);
  }

  /** The volumes that it keeps. */
  public final Set<String> volumes = ConcurrentHashMap.newKeySet();

  @Override
  public boolean removeVolume(String workspace, String volumeId) {
    if (sight().state() != EngineSight.State.REACHABLE) {
      throw new EngineOutageException("It is away.");
    }
    volumes.remove(volumeId);
    return true;
  }

  /** Makes starts from now on stay at their beginning. */
  public synchronized void startSlowly() {
    slowStart = true;
  }

  /** How long the last job that was stopped had; zero where none was. */
  Duration lastGrace() {
    return lastGrace;
  }

  /** Makes so many stops have no effect. */
  public synchronized void ignoreStops(int count) {
    idleStops = count;
  }

  /** What {@link #objections} says from now on. */
  public void object(String... sentences) {
    objectAfter(0, sentences);
  }

  /** What {@link #objections} says once it was asked so often. */
  public synchronized void objectAfter(int asked, String... sentences) {
    objectAfter = asked;
    objections.clear();
    objections.addAll(Arrays.asList(sentences));
  }

  /** What happens whenever the engine is asked what it objects to. */
  public synchronized void whenAsked(Runnable act) {
    whenAsked = act;
  }

  /** Lets the engine be on another machine, or in another life of it, from now on. */
  public void identity(EngineIdentity changed) {
    identity = changed;
  }

  /** Lets nothing be asked of the engine, for this reason, until it is null. */
  public void outage(@Nullable String reason) {
    outage = reason;
  }

  /** What bringing a job's image is, from now on. */
  public void preparation(Consumer<Consumer<String>> act) {
    preparation = act;
  }

  @Override
  public void prepare(
      JobForm form, Supplier<Optional<RegistryLogin>> login, Consumer<String> progress) {
    preparation.accept(progress);
    if (form.container() != null) {
      login.get().ifPresent(this::loggedIn);
    }
  }

  private void loggedIn(RegistryLogin login) {
    try (login) {
      byte[] password = login.password().bytes();
      String text = login.username() + ":" + new String(password, StandardCharsets.UTF_8);
      logins.add(login.credential() + " " + login.server() + " " + text);
    }
  }

  /** Each login that an image was pulled with: its credential, server, user and password. */
  public List<String> logins() {
    return List.copyOf(logins);
  }

  /** Lets this be the engine at an address. */
  public FakeEngine at(EngineAddress place) {
    address = place;
    return this;
  }

  @Override
  public @Nullable EngineAddress address() {
    return address;
  }

  /** What the engine declares of its host from now on. */
  public void labels(Map<String, String> declared) {
    labels = Map.copyOf(declared);
  }

  @Override
  public Map<String, String> labels() {
    return labels;
  }

  /** What happens whenever somebody has seen how the engine stands. */
  public void whenSeen(Runnable act) {
    whenSeen = act;
  }

  @Override
  public EngineSight sight() {
    String reason = outage;
    whenSeen.run();
    return reason == null
        ? EngineSight.of(identity)
        : new EngineSight(
            EngineSight.State.UNREACHABLE, remembered ? identity : null, null, reason);
  }

  /** Says during outages which machine it was. */
  public void rememberIdentity() {
    remembered = true;
  }

  private void requireAnswer() {
    String reason = outage;
    if (reason != null) {
      throw new EngineOutageException(reason);
    }
  }

  /** Every start that was asked for, those that were idle too, in order. */
  public synchronized List<AttemptId> starts() {
    return List.copyOf(starts);
  }

  /** What an attempt was given as a variable; null where it was not. */
  public synchronized byte @Nullable [] variable(AttemptId id, String name) {
    return job(id).variables.get(name);
  }

  /** What an attempt was given as a file; null where it was not. */
  public synchronized byte @Nullable [] file(AttemptId id, String location) {
    return job(id).files.get(location);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public EngineIdentity identity() {
    return identity;
  }

  @Override
  public String isolation() {
    return "none";
  }

  @Override
  public List<String> objections(JobForm form) {
    requireAnswer();
    Runnable act;
    synchronized (this) {
      act = whenAsked;
    }
    act.run();
    synchronized (this) {
      return objectAfter-- > 0 ? List.of() : List.copyOf(objections);
    }
  }

  @Override
  public void start(Launch launch) {
    if (taken(launch)) {
      run(launch);
      tell(launch.attempt());
    }
  }

  private synchronized boolean taken(Launch launch) {
    starts.add(launch.attempt());
    Runnable failure = nextStart;
    nextStart = null;
    if (failure != null) {
      runRefused(job(launch.attempt()), failure);
    }
    Job job = job(launch.attempt());
    if (job.forbidden) {
      throw new RefusedException(Reason.START_FAILED, "The start of this attempt was forbidden.");
    }
    if (!(job.state instanceof Observation.Absent)) {
      return false;
    }
    job.mounts.addAll(launch.mounts());
    job.hostMounts.addAll(launch.hostMounts());
    launch.hostMounts().forEach(mount -> volumes.add(mount.volumeId()));
    launch.variables().forEach((name, value) -> job.variables.put(name, value.bytes().clone()));
    launch.files().forEach((name, value) -> job.files.put(name, value.bytes().clone()));
    job.state = slowStart ? new Observation.Starting() : new Observation.Running(clock.instant());
    return !slowStart;
  }

  private static void runRefused(Job job, Runnable failure) {
    try {
      failure.run();
    } catch (RefusedException refused) {
      job.state = new Observation.Gone(refused.detail());
      throw refused;
    }
  }

  private void run(Launch launch) {
    List<String> command = launch.form().command();
    if (command.size() != 3 || !command.get(1).equals("-c")) {
      return;
    }
    for (String part : command.get(2).split("; *", -1)) {
      String[] words = part.split(" ", 2);
      switch (words[0]) {
        case "echo" -> print(launch.attempt(), (words[1] + "\n").getBytes(StandardCharsets.UTF_8));
        case "trap" -> job(launch.attempt()).deaf = true;
        case "exit" -> exit(launch.attempt(), Integer.parseInt(words[1]));
        case "sleep" -> {
          if (Integer.parseInt(words[1]) >= 60) {
            return;
          }
        }
        default -> {
          return;
        }
      }
    }
  }

  @Override
  public synchronized void follow(AttemptId id, LogSink sink) {
    Job job = job(id);
    job.sink = sink;
    job.sent = (int) Math.min(sink.rawOffset(), job.output.size());
    send(job);
    if (ended(job)) {
      job.sink = null;
      sink.end();
    }
  }

  private static void send(Job job) {
    LogSink sink = job.sink;
    if (sink != null) {
      byte[] all = job.output.toByteArray();
      if (job.sent < all.length) {
        sink.write(all, job.sent, all.length - job.sent);
        job.sent = all.length;
      }
    }
  }

  /** Where every attempt works from now on; none before does anywhere. */
  public void worksIn(Path directory) {
    place = directory;
  }

  @Override
  public Remains remains(AttemptId id) {
    Path directory = place;
    return directory == null ? Engine.super.remains(id) : new Remains(directory, directory);
  }

  @Override
  public synchronized Observation observe(AttemptId id) {
    requireAnswer();
    Job job = jobs.get(id);
    return job == null ? new Observation.Absent() : job.state;
  }

  /** Lets no command run inside its jobs, as an engine that has no way to. */
  public void withoutExec() {
    execs = false;
  }

  @Override
  public void requireExec(AttemptId id) {
    if (!execs) {
      Engine.super.requireExec(id);
    }
    if (!(observe(id) instanceof Observation.Running)) {
      throw new RefusedException(Reason.ATTEMPT_NOT_RUNNING, "It does not run any more.");
    }
  }

  @Override
  public ExecProcess exec(AttemptId id, String exec, ExecCommand command) {
    requireExec(id);
    FakeExec process =
        new FakeExec(
            command.words(),
            name -> {
              byte[] value = variable(id, name);
              return value == null ? new byte[0] : value;
            });
    execProcesses.add(process);
    return process;
  }

  /** How many commands inside its jobs run. */
  public long execsThatRun() {
    return execProcesses.stream().filter(process -> !process.isOver()).count();
  }

  @Override
  public synchronized boolean forbidStart(AttemptId id) {
    Job job = job(id);
    if (!(job.state instanceof Observation.Absent)) {
      return false;
    }
    job.forbidden = true;
    return true;
  }

  @Override
  public void stop(AttemptId id, Duration grace) {
    lastGrace = grace;
    if (stopIsIdle()) {
      return;
    }
    switch (observe(id)) {
      case Observation.Starting _ -> gone(id, "it was ended before the job began");
      case Observation.Running _ -> exit(id, job(id).deaf ? 137 : 143);
      case Observation.Absent _, Observation.Exited _, Observation.Gone _ -> {}
    }
  }

  private synchronized boolean stopIsIdle() {
    if (idleStops == 0) {
      return false;
    }
    idleStops--;
    return true;
  }

  @Override
  public void remove(AttemptId id) {
    if (observe(id) instanceof Observation.Running) {
      exit(id, 137);
    }
    synchronized (this) {
      jobs.remove(id);
    }
  }

  @Override
  public synchronized Set<AttemptId> known() {
    return new LinkedHashSet<>(jobs.keySet());
  }

  @Override
  public void onChange(Consumer<AttemptId> listener) {
    listeners.add(listener);
  }

  private void end(AttemptId id, Observation end) {
    synchronized (this) {
      Job job = job(id);
      if (ended(job)) {
        return;
      }
      job.state = end;
      LogSink sink = job.sink;
      job.sink = null;
      if (sink != null) {
        sink.end();
      }
    }
    tell(id);
  }

  private static boolean ended(Job job) {
    return job.state instanceof Observation.Exited || job.state instanceof Observation.Gone;
  }

  private synchronized Job job(AttemptId id) {
    return jobs.computeIfAbsent(id, absent -> new Job());
  }

  private void tell(AttemptId id) {
    listeners.forEach(listener -> listener.accept(id));
  }
}
