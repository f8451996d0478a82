package dev.satchel.server.docker;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.credential.EngineAddress;
import dev.satchel.core.credential.RegistryLogin;
import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.ContainerSpec;
import dev.satchel.core.workload.Engine;
import dev.satchel.core.workload.EngineIdentity;
import dev.satchel.core.workload.EngineOutageException;
import dev.satchel.core.workload.EngineSight;
import dev.satchel.core.workload.ExecCommand;
import dev.satchel.core.workload.ExecProcess;
import dev.satchel.core.workload.JobForm;
import dev.satchel.core.workload.Launch;
import dev.satchel.core.workload.LogSink;
import dev.satchel.core.workload.Observation;
import dev.satchel.core.workload.Remains;
import dev.satchel.server.ssh.SshTunnel;
import dev.satchel.server.tmpfs.SecretRoot;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs attempts as containers, through the container CLI: {@code docker}, or {@code podman} where
 * that is what there is.
 *
 * <p>A container is created, then started, under a name that only its attempt has; what was started
 * once is never told to start again. Containers outlive the server. What is seen of them comes from
 * {@link ContainerWatch} and is kept only while that is connected; what cannot be seen is never
 * taken for gone, and gone is believed only of the engine that had it.
 */
public final class DockerEngine implements Engine, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DockerEngine.class);
  private static final Duration ANSWER = Duration.ofMinutes(1);
  private static final String NO_CLI =
      "There is no container engine on the server's machine: install Docker (\"apt install docker.io\") or podman there.";

  private final Names names;
  private final AttemptDirectories directories;
  private final Map<String, String> environment;
  private final @Nullable EngineAddress address; // Null for the server's own.
  private final @Nullable SshTunnel tunnel; // Null where none leads there.
  private final @Nullable RemoteFiles remote; // The same.
  private final Containers containers;
  private final Images images;
  private final ContainerWatch watch;
  private final ContainerStarter starter;
  private final NamedVolumes volumes;
  private final Sightings sightings = new Sightings();
  private final Set<AttemptId> forbidden = ConcurrentHashMap.newKeySet();
  private final Set<AttemptId> asked = ConcurrentHashMap.newKeySet(); // To end, in this life.
  private final Set<AttemptId> open = ConcurrentHashMap.newKeySet(); // Too early to judge.
  private final Map<AttemptId, Object> locks = new ConcurrentHashMap<>();
  private final List<Consumer<AttemptId>> listeners = new CopyOnWriteArrayList<>();
  private volatile @Nullable String engineId; // Null until it answered once.
  private volatile Map<String, String> labels = Map.of(); // As when it last answered.
  private volatile @Nullable ContainerCli found; // Null until there is one.
  private volatile boolean closed;

  /**
   * Opens the engine; nothing is asked of it before there is something to run or to watch.
   *
   * @param installation a name that no other server has that uses the same container engine
   * @param dataDirectory the server's
   * @param operators options for each container, of whoever runs the server
   * @param environment of the server, with what leads to the engine
   */
  public DockerEngine(
      String installation,
      Path dataDirectory,
      List<String> operators,
      Map<String, String> environment) {
    this(
        installation,
        dataDirectory,
        operators,
        new SecretRoot(SecretRoot.candidates(environment.get("XDG_RUNTIME_DIR"))),
        environment);
  }

  /** The server's own engine. */
  DockerEngine(
      String installation,
      Path dataDirectory,
      List<String> operators,
      SecretRoot root,
      Map<String, String> environment) {
    this(
        new Names(installation),
        new AttemptDirectories(dataDirectory.resolve("docker"), root, installation, "docker"),
        operators,
        environment,
        null,
        null);
  }

  /**
   * @param environment of the server, with what leads the CLI to the engine at this address
   * @param address null for the server's own
   * @param tunnel what leads there; taken over, and closed with this; null where none does
   */
  DockerEngine(
      Names names,
      AttemptDirectories directories,
      List<String> operators,
      Map<String, String> environment,
      @Nullable EngineAddress address,
      @Nullable SshTunnel tunnel) {
    this.tunnel = tunnel;
    this.names = names;
    this.directories = directories;
    this.environment = Map.copyOf(environment);
    this.address = address;
    this.containers = new Containers(this::cli, names);
    this.images = new Images(this::cli, directories);
    this.watch = new ContainerWatch(this::cli, names, new Seen());
    this.remote =
        tunnel == null || address == null
            ? null
            : new RemoteFiles(tunnel, names.installation(), address.mark());
    this.volumes = new NamedVolumes(names);
    this.starter = new ContainerStarter(names, directories, List.copyOf(operators), remote);
    if (!directories.all().isEmpty()) {
      watch.begin();
    }
  }

  /** Takes what the watch tells. */
  private final class Seen implements ContainerWatch.Listener {
    @Override
    public void connected(EngineInfo info) {
      engineId = info.id();
      labels = info.labels();
      sightings.doubtWhatRuns();
      directories.all().forEach(DockerEngine.this::tell);
    }

    @Override
    public void began(AttemptId attempt) {
      if (!(sightings.seen(attempt) instanceof Observation.Running)) { // Else its start told.
        tell(attempt);
      }
    }

    @Override
    public void changed(AttemptId attempt) {
      changedNow(attempt);
    }
  }

  private void tell(AttemptId attempt) {
    listeners.forEach(listener -> listener.accept(attempt));
  }

  private ContainerCli cli() {
    ContainerCli cli = found;
    if (cli == null) {
      cli = ContainerCli.find(environment).orElseThrow(() -> new EngineOutageException(NO_CLI));
      found = cli;
    }
    if (tunnel != null) {
      tunnel.await();
    }
    return cli;
  }

  @Override
  public String name() {
    return "docker";
  }

  @Override
  public @Nullable EngineAddress address() {
    return address;
  }

  @Override
  public EngineSight sight() {
    watch.begin();
    ContainerWatch.Standing standing = watch.standing();
    String id = engineId;
    EngineSight.State state =
        standing.connected()
            ? EngineSight.State.REACHABLE
            : standing.outage() == null ? EngineSight.State.ASKED : EngineSight.State.UNREACHABLE;
    return new EngineSight(
        state, id == null ? null : new EngineIdentity(id, id), standing.since(), standing.outage());
  }

  @Override
  public Map<String, String> labels() {
    return labels;
  }

  @Override
  public EngineIdentity identity() {
    String id = engineId;
    if (id == null) {
      watch.awaitConnected();
      id = String.valueOf(engineId);
    }
    return new EngineIdentity(id, id); // Its containers outlive each of its lives.
  }

  @Override
  public String isolation() {
    return "container";
  }

  @Override
  public List<String> objections(JobForm form) {
    List<String> objections = new ArrayList<>();
    if (form.container() == null) {
      return List.of("The docker engine runs images: name one, or leave the engine out.");
    }
    if (directories.objection() != null) {
      objections.add(directories.objection());
    }
    if (address != null
        && !address.isOfThisMachine()
        && remote == null
        && !form.files().isEmpty()) {
      objections.add(noFiles(form));
    }
    if (!form.mounts().isEmpty() && address == null && isElsewhere()) {
      objections.add(noMounts(form));
    }
    if (form.command().stream().anyMatch(word -> word.indexOf('\0') >= 0)) {
      objections.add("A command's words cannot hold NUL.");
    }
    if (ContainerCli.find(environment).isEmpty()) {
      return List.of(NO_CLI);
    }
    if (objections.isEmpty()) { // Else it could not start, whether the engine answers or not.
      watch.awaitConnected();
      String files = remote == null || form.files().isEmpty() ? null : remote.objection();
      if (files != null) {
        objections.add(files);
      }
    }
    return objections;
  }

  /** Whether the engine sees another machine's files, as far as an address says so. */
  private boolean isElsewhere() {
    return address != null
        ? !address.isOfThisMachine()
        : !environment.getOrDefault("DOCKER_HOST", "unix:").startsWith("unix:");
  }

  private String noMounts(JobForm form) {
    return "The engine at "
        + environment.get("DOCKER_HOST")
        + " does not see this machine's files, so that volumes do not get there: "
        + String.join(", ", form.mounts())
        + ". Run the server on that machine, or name the engine by a credential: jobs there have"
        + " vast_local volumes, which it keeps itself.";
  }

  private String noFiles(JobForm form) {
    return "The engine at "
        + address
        + " does not see this machine's files, so that secret files do not get there: "
        + String.join(", ", form.files().stream().sorted().toList())
        + ". Give them as variables (--secret NAME:env=KEY), or reach the engine by a socket of its"
        + " own machine (host=unix:///…, on a server there).";
  }

  @Override
  public void prepare(
      JobForm form, Supplier<Optional<RegistryLogin>> login, Consumer<String> progress) {
    ContainerSpec container = form.container();
    if (container != null) {
      images.bring(container.image(), login, progress);
    }
  }

  @Override
  public void start(Launch launch) {
    AttemptId attempt = launch.attempt();
    if (!launch.mounts().isEmpty() && isElsewhere()) { // Docker would make empty directories.
      throw new RefusedException(
          Reason.UNSUPPORTED,
          "The engine of this attempt does not see the server's files, so that none are mounted.");
    }
    if (launch.staging() != null && isElsewhere()) {
      throw new RefusedException(
          Reason.UNSUPPORTED,
          "The engine at "
              + (address != null ? address : environment.get("DOCKER_HOST"))
              + " does not see this machine's files, so that neither code nor input gets there. Run"
              + " it on this server's own engine (leave credentials out), or on a server there.");
    }
    watch.begin();
    synchronized (lockOf(attempt)) {
      if (forbidden.contains(attempt)) {
        throw new RefusedException(Reason.START_FAILED, "The start of this attempt was forbidden.");
      }
      boolean begun = directories.engineOf(attempt) != null; // Else there is nothing to look at.
      Container before = begun ? containers.inspect(attempt) : null;
      String container = before == null ? created(launch) : unstarted(before);
      if (container != null) {
        start(launch, container);
      }
    }
  }

  private static @Nullable String unstarted(Container container) {
    return container.startedAt() == null ? container.id() : null;
  }

  /**
   * The id of the container that is created for an attempt, or that has its name by now; null where
   * that one was started already.
   */
  private @Nullable String created(Launch launch) {
    ContainerSpec container = launch.form().container();
    if (container == null) {
      throw new RefusedException(Reason.START_FAILED, "The docker engine runs images.");
    }
    Optional<String> created =
        starter.create(cli(), identity().host(), launch, container, images.of(container));
    if (created.isPresent()) {
      return created.get();
    }
    Container taken = containers.inspect(launch.attempt());
    if (taken == null) {
      throw new RefusedException(
          Reason.START_FAILED,
          "The name "
              + names.of(launch.attempt())
              + " is taken by a container that is not this server's; remove that one.");
    }
    return unstarted(taken);
  }

  private void start(Launch launch, String container) {
    AttemptId attempt = launch.attempt();
    directories.start(attempt);
    int turn = sightings.turn(attempt);
    ContainerCli.Answer answer = cli().run(ANSWER, "start", container);
    if (answer.succeeded()) {
      sightings.keep(attempt, new Observation.Running(Instant.now()), container, turn);
      return;
    }
    Container after = containers.inspect(attempt);
    if (after == null || after.startedAt() == null) {
      throw new RefusedException(
          Reason.START_FAILED,
          "The container was not started: "
              + StartFailure.told(Words.without(launch.variables().values(), answer.err())));
    }
  }

  @Override
  public void follow(AttemptId id, LogSink sink) {
    LogFollower follower =
        new LogFollower(following -> logs(id, following), () -> stage(id), () -> closed, sink);
    Thread.ofPlatform() // It reads a pipe, which holds a thread.
        .name("docker-engine-follow-" + id)
        .daemon()
        .start(follower::run);
  }

  private Process logs(AttemptId id, boolean following) throws java.io.IOException {
    return following
        ? cli().stream("logs", "--follow", names.of(id))
        : cli().stream("logs", names.of(id));
  }

  private LogFollower.Stage stage(AttemptId id) {
    return switch (observe(id)) {
      case Observation.Starting _, Observation.Running _ -> LogFollower.Stage.RUNS;
      case Observation.Exited _ -> LogFollower.Stage.ENDED;
      case Observation.Absent _, Observation.Gone _ ->
          containers.inspect(id) == null ? LogFollower.Stage.GONE : LogFollower.Stage.ENDED;
    };
  }

  @Override
  public Remains remains(AttemptId id) {
    return StagedRun.remains(directories.staged(id));
  }

  @Override
  public Observation observe(AttemptId id) {
    Observation known = known(id);
    if (known != null) {
      return known;
    }
    watch.begin();
    return sightings.look(id, () -> known(id), () -> looked(id));
  }

  private @Nullable Observation known(AttemptId id) {
    Observation seen = sightings.seen(id);
    return watch.connected() || seen instanceof Observation.Exited ? seen : null;
  }

  private Observation looked(AttemptId id) {
    int turn = sightings.turn(id);
    Container container = containers.inspect(id);
    if (container == null) {
      return unseen(id);
    }
    Instant startedAt = container.startedAt();
    if (startedAt != null
        && !asked.contains(id)
        && EngineRestart.isOpen(container, Instant.now())) {
      lookAgain(id);
      return new Observation.Running(startedAt);
    }
    Observation now = EngineRestart.judged(container, watch.absence(), booted());
    if (!(now instanceof Observation.Absent)) {
      sightings.keep(id, now, container.id(), turn);
    }
    return now;
  }

  private @Nullable Instant booted() {
    return address == null || address.isOfThisMachine() ? EngineRestart.booted() : null;
  }

  /** Once, when it is no longer too early to say what an end means. */
  private void lookAgain(AttemptId id) {
    if (open.add(id)) {
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  Thread.sleep(EngineRestart.MOMENT);
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
                open.remove(id);
                changedNow(id);
              });
    }
  }

  private void changedNow(AttemptId id) {
    sightings.changed(id);
    tell(id);
  }

  /** What it means that there is no container: nothing, where another engine says so. */
  private Observation unseen(AttemptId id) {
    String placedOn = directories.engineOf(id);
    String before = placedOn == null ? identity().host() : placedOn;
    String now = EngineInfo.of(cli()).id();
    if (!now.equals(before)) {
      engineId = now;
      throw new EngineOutageException(
          "Another container engine answers than the one that it was started on.");
    }
    return directories.started(id)
        ? new Observation.Gone("Its container was removed, and not by Satchel.")
        : new Observation.Absent();
  }

  @Override
  public void requireExec(AttemptId id) {
    if (!runs(id)) {
      throw new RefusedException(
          Reason.ATTEMPT_NOT_RUNNING,
          "The container of this attempt does not run any more; its end is being recorded.");
    }
  }

  @Override
  public ExecProcess exec(AttemptId id, String exec, ExecCommand command) {
    requireExec(id);
    return ContainerExec.start(
        cli(), names.of(id), exec, command.words(), command.stdin(), () -> runs(id));
  }

  private boolean runs(AttemptId id) {
    Container container = containers.inspect(id);
    return container != null && container.running();
  }

  @Override
  public boolean forbidStart(AttemptId id) {
    synchronized (lockOf(id)) {
      Container container = containers.inspect(id);
      boolean removed = container != null && container.startedAt() == null;
      if (container != null && removed) {
        cli().run(ANSWER, "rm", container.id()); // Refused where it was started meanwhile.
        container = containers.inspect(id);
      }
      if (container != null || (directories.started(id) && !removed)) {
        return false;
      }
      forbidden.add(id);
      directories.forbid(id);
      return true;
    }
  }

  @Override
  public void stop(AttemptId id, Duration grace) {
    asked.add(id);
    Thread.ofVirtual().name("docker-engine-stop-" + id).start(() -> stopNow(id, grace));
  }

  private void stopNow(AttemptId id, Duration grace) {
    long seconds = Math.ceilDiv(grace.toMillis(), 1000);
    try {
      if (containers.inspect(id) == null) {
        return;
      }
      ContainerCli.Answer answer =
          seconds == 0
              ? cli().run(ANSWER, "kill", names.of(id))
              : cli().await(grace.plus(ANSWER), "stop", "-t", Long.toString(seconds), names.of(id));
      if (!answer.succeeded()) {
        log.debug("Attempt {} was not stopped: {}", id, Words.shortened(answer.err()));
      }
    } catch (EngineOutageException e) { // Whoever asked asks again.
      log.warn("Attempt {} could not be told to end: {}", id, e.getMessage());
    }
  }

  @Override
  public void remove(AttemptId id) {
    synchronized (lockOf(id)) {
      boolean files = remote != null && directories.hasRemote(id);
      if (files && !answersAs(directories.engineOf(id))) {
        directories.removeHere(id);
        return; // The rest of it once its own host is back.
      }
      containers.remove(id, sightings.container(id));
      if (remote != null && files) {
        remote.remove(id);
      }
      directories.remove(id);
      sightings.remove(id);
      forbidden.remove(id);
      asked.remove(id);
    }
    locks.remove(id);
  }

  @Override
  public boolean removeVolume(String workspace, String volumeId) {
    return volumes.remove(cli(), workspace, volumeId);
  }

  /** Whether what answers is an engine, and not another machine at its address. */
  private boolean answersAs(@Nullable String engine) {
    String now = watch.connected() ? engineId : EngineInfo.of(cli()).id();
    return engine == null || engine.equals(now);
  }

  @Override
  public Set<AttemptId> known() {
    Set<AttemptId> known = new LinkedHashSet<>(directories.all());
    if (watch.begun()) {
      try {
        known.addAll(watch.list(cli()).keySet());
      } catch (EngineOutageException e) {
        log.debug("The containers that there are cannot be listed now: {}", e.getMessage());
      }
    }
    return known;
  }

  @Override
  public void onChange(Consumer<AttemptId> listener) {
    listeners.add(listener);
  }

  /** Stops watching and following. What runs goes on, and the next engine finds it. */
  @Override
  public void close() {
    closed = true;
    watch.close();
    if (tunnel != null) {
      tunnel.close();
    }
  }

  private Object lockOf(AttemptId id) {
    return locks.computeIfAbsent(id, absent -> new Object());
  }
}
