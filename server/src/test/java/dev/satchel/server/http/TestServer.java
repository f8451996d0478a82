package dev.satchel.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.core.access.Actor;
import dev.satchel.core.access.Role;
import dev.satchel.core.access.Tokens;
import dev.satchel.core.application.ApplicationId;
import dev.satchel.core.application.ApplicationLimits;
import dev.satchel.core.application.CollectionName;
import dev.satchel.core.application.ExecutionClasses;
import dev.satchel.core.application.Leftovers;
import dev.satchel.core.application.PartId;
import dev.satchel.core.call.Calls;
import dev.satchel.core.call.JavaOfEngines;
import dev.satchel.core.call.ObjectCalls;
import dev.satchel.core.credential.Credentials;
import dev.satchel.core.secret.KeyRing;
import dev.satchel.core.secret.Sealer;
import dev.satchel.core.secret.Secrets;
import dev.satchel.core.store.Tx;
import dev.satchel.core.volume.Volumes;
import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.Changes;
import dev.satchel.core.workload.Engines;
import dev.satchel.core.workload.FakeEngine;
import dev.satchel.core.workload.FakeHosts;
import dev.satchel.core.workload.Logs;
import dev.satchel.core.workload.Workloads;
import dev.satchel.server.disk.DiskCalls;
import dev.satchel.server.disk.DiskChannel;
import dev.satchel.server.disk.DiskCode;
import dev.satchel.server.disk.DiskInputs;
import dev.satchel.server.disk.DiskJars;
import dev.satchel.server.disk.DiskLogs;
import dev.satchel.server.disk.DiskRuns;
import dev.satchel.server.disk.DiskTransfers;
import dev.satchel.server.disk.DiskVolumes;
import dev.satchel.server.disk.SharedPackages;
import dev.satchel.server.sodium.SodiumSealer;
import dev.satchel.server.store.SqliteStore;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A server on a free port, put together as {@code Server} does it, over a real database, with an
 * engine in memory under the name that submits expect. What it logs is searched for {@link
 * #MARKER}, which stands in every value and in every wrong name that a test sends.
 */
final class TestServer implements AutoCloseable {
  static final String MARKER = "Qq7pl4nted7qQ";

  /** The marker in a form that no name, variable, path or id has. */
  static final String WRONG = "Qq7 pl4nted\u0001" + MARKER;

  private final Path directory;
  private final RecordedLog log = new RecordedLog();
  final UnsureStore store;
  private final Workloads workloads;
  private final Api api;
  private final Leftovers leftovers;
  final Calls calls;
  private volatile Duration ahead = Duration.ZERO;

  final FakeEngine engine = new FakeEngine("process");
  final FakeEngine containers = new FakeEngine("docker");
  final FakeHosts hosts = new FakeHosts("docker");
  final Contract contract = new Contract();
  final Tokens tokens;
  final ApplicationParts applications;
  final int port;

  /** Asks as the first admin. */
  final Client admin;

  TestServer(Path directory) {
    this(directory, Workloads.LIVE_MAX, Bodies.ofHeap());
  }

  TestServer(Path directory, int liveMax, Bodies bodies) {
    this.directory = directory;
    InstantSource clock = () -> Instant.now().plus(ahead);
    Sealer sealer = new SodiumSealer();
    store =
        new UnsureStore(
            SqliteStore.open(directory.resolve("satchel.db"), "contract", clock.instant()));
    KeyRing ring = new KeyRing(sealer, new byte[Sealer.KEY_BYTES]);
    ring.open(store, new byte[Sealer.KEY_BYTES], clock.instant());
    tokens = new Tokens(store, sealer, clock);
    StringBuilder first = new StringBuilder();
    assertThat(tokens.createFirst(first::append)).isPresent();
    Changes changes = new Changes();
    Logs logs = new Logs(new DiskLogs(directory.resolve("logs")), changes, 1 << 24);
    Secrets secrets = new Secrets(store, ring, clock);
    Engines engines = new Engines(List.of(engine, containers), hosts);
    DiskInputs inputs = new DiskInputs(directory.resolve("inputs"), clock);
    SharedPackages packages = new SharedPackages(directory.resolve("packages"));
    DiskCode code = new DiskCode(directory.resolve("code"), packages, clock);
    DiskRuns runs = new DiskRuns(directory.resolve("runs"), packages, clock);
    DiskVolumes driver = new DiskVolumes(directory.resolve("volumes"), () -> "this-machine");
    DiskJars jars = new DiskJars(directory.resolve("jars"), clock);
    DiskCalls callFiles = new DiskCalls(directory.resolve("calls"), jars, clock);
    workloads =
        new Workloads(
            store,
            secrets,
            ring,
            engines,
            logs,
            changes,
            clock,
            new Workloads.Settings(4096, Duration.ofMillis(200), Duration.ofMillis(20), liveMax),
            runs,
            driver,
            callFiles,
            null);
    calls =
        new Calls(
            store,
            workloads,
            callFiles,
            jars,
            new JavaOfEngines(Path.of("/usr/bin/java"), 25),
            clock,
            Duration.ofDays(30));
    leftovers = new Leftovers(store, runs, inputs, code);
    applications =
        ApplicationParts.of(
            store,
            ring,
            clock,
            ApplicationLimits.DEFAULT,
            new ExecutionClasses(List.of()),
            workloads,
            runs,
            inputs,
            code,
            new DiskTransfers(directory.resolve("uploads"), clock));
    api =
        new Api(
            new Api.Parts(
                store,
                secrets,
                new Credentials(store, ring, clock),
                new Volumes(store, driver, clock),
                workloads,
                calls,
                new ObjectCalls(workloads, new DiskChannel(), callFiles),
                logs,
                tokens,
                applications),
            new Api.Settings("127.0.0.1", 0, false, "test", null, null),
            bodies);
    workloads.reconciler().start();
    port = api.start();
    admin = new Client(port, contract, first.toString());
  }

  Set<String> routes() {
    return api.routes();
  }

  /** Asks with the token of another, in the workspace that there is at first. */
  Client as(String name, Set<Role> roles, String... uses) {
    return as(Tokens.DEFAULT_WORKSPACE, name, roles, uses);
  }

  Client as(String workspace, String name, Set<Role> roles, String... uses) {
    Actor maker = new Actor(workspace, "", "test", Set.of(Role.ADMIN), Set.of(), "");
    return admin.with(tokens.create(maker, name, roles, Set.of(uses), null).secret());
  }

  /** Lets a run hold a collection, which no route does yet. */
  void hold(String application, String collection, String workload) {
    CollectionName name =
        new CollectionName(new ApplicationId(application), new PartId(collection));
    boolean _ =
        store.write(
            tx -> {
              tx.lock(Tokens.DEFAULT_WORKSPACE, name.application(), Tx.LockKind.SHARED);
              tx.lock(Tokens.DEFAULT_WORKSPACE, name, Tx.LockKind.SHARED);
              tx.holds().hold(Tokens.DEFAULT_WORKSPACE, name, workload);
              return true;
            });
  }

  /** Pushes code to an application, which no route does yet. */
  void push(String application) {
    Actor actor =
        new Actor(Tokens.DEFAULT_WORKSPACE, "", "pusher", Set.of(Role.ADMIN), Set.of(), "");
    String requirements = "{\"executable_type\":\"python\",\"runtime\":\"default\"}";
    var _ =
        applications
            .applications()
            .pushed(actor, new ApplicationId(application), requirements, "0".repeat(64));
  }

  /** Ends every hold of a workload. */
  void release(String workload) {
    boolean _ =
        store.write(
            tx -> {
              tx.holds().release(workload);
              return true;
            });
  }

  /** Forgets an attempt, as the server does long after its end. */
  void forget(AttemptId attempt) {
    boolean _ =
        store.write(
            tx -> {
              tx.workloads().removeAttempts(List.of(attempt));
              return true;
            });
  }

  /** Adds a workspace, for which there is no route yet. */
  void addWorkspace(String name) {
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + database());
        var insert = connection.prepareStatement("INSERT INTO workspaces VALUES (?, ?, 0)")) {
      insert.setString(1, name);
      insert.setString(2, name);
      insert.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The audit's rows, oldest first, each as its action, subject, outcome and detail. */
  List<String> audited() {
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + database());
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT action, subject, outcome, detail FROM audit ORDER BY id")) {
      List<String> lines = new ArrayList<>();
      while (rows.next()) {
        lines.add(
            String.join(
                "|", rows.getString(1), rows.getString(2), rows.getString(3), rows.getString(4)));
      }
      return lines;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  Leftovers leftovers() {
    return leftovers;
  }

  /** Lets the server's clock jump. */
  void advance(Duration by) {
    ahead = ahead.plus(by);
  }

  /** Ends the commands inside attempts, as the server's end does first. */
  void closeExecs() {
    workloads.execs().close();
  }

  @Override
  public void close() {
    workloads.reconciler().close();
    workloads.execs().close();
    api.close();
    store.close();
    log.close();
    assertThat(log.lines()).filteredOn(line -> line.contains(MARKER)).isEmpty();
  }

  private Path database() {
    return directory.resolve("satchel.db");
  }
}
