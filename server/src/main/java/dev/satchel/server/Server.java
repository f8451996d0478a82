package dev.satchel.server;

import dev.satchel.core.access.Tokens;
import dev.satchel.core.application.ApplicationLimits;
import dev.satchel.core.application.Leftovers;
import dev.satchel.core.bucket.BucketMounts;
import dev.satchel.core.call.Calls;
import dev.satchel.core.call.JavaOfEngines;
import dev.satchel.core.call.ObjectCalls;
import dev.satchel.core.credential.Credentials;
import dev.satchel.core.secret.KeyRing;
import dev.satchel.core.secret.Sealer;
import dev.satchel.core.secret.Secrets;
import dev.satchel.core.volume.PlacedVolumes;
import dev.satchel.core.volume.VolumeDriver;
import dev.satchel.core.volume.Volumes;
import dev.satchel.core.workload.Changes;
import dev.satchel.core.workload.EngineVolumes;
import dev.satchel.core.workload.Engines;
import dev.satchel.core.workload.Logs;
import dev.satchel.core.workload.Retention;
import dev.satchel.core.workload.Workloads;
import dev.satchel.server.bucket.CredentialEndpoint;
import dev.satchel.server.bucket.EitherMounts;
import dev.satchel.server.disk.DataDirectory;
import dev.satchel.server.disk.DiskCalls;
import dev.satchel.server.disk.DiskChannel;
import dev.satchel.server.disk.DiskCode;
import dev.satchel.server.disk.DiskInputs;
import dev.satchel.server.disk.DiskJars;
import dev.satchel.server.disk.DiskLogs;
import dev.satchel.server.disk.DiskRuns;
import dev.satchel.server.disk.DiskTransfers;
import dev.satchel.server.disk.DiskVolumes;
import dev.satchel.server.disk.MasterKeyFile;
import dev.satchel.server.disk.SharedPackages;
import dev.satchel.server.docker.DockerEngine;
import dev.satchel.server.docker.DockerHosts;
import dev.satchel.server.http.Api;
import dev.satchel.server.http.ApplicationParts;
import dev.satchel.server.process.ProcessEngine;
import dev.satchel.server.s3.S3Volumes;
import dev.satchel.server.sodium.SodiumSealer;
import dev.satchel.server.store.SqlStore;
import dev.satchel.server.tls.CertificateFiles;
import dev.satchel.server.tls.ServerTls;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One running server: all its parts, put together in the order in which they need one another. */
final class Server implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Server.class);
  private static final int LEASE_SWEEP_S = 2;

  /** A rotated key reaches a mount that late; for as long mounts do without the server. */
  private static final Duration KEYS_FRESH = Duration.ofSeconds(60);

  private static final Duration WRITING_STALLED_MAX = Duration.ofMinutes(10);

  private final DataDirectory directory;
  private final SqlStore store;
  private final ProcessEngine engine;
  private final DockerEngine containers;
  private final DockerHosts hosts;
  private final CredentialEndpoint bucketKeys;
  private final EitherMounts mounts;
  private final @Nullable S3Volumes objects; // Null where all volumes are on disk.
  private final Workloads workloads;
  private final Api api;
  private final @Nullable ServerTls tls; // Null for plain HTTP.
  private final String url;
  private final ScheduledExecutorService sweeper =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("retention").factory());
  private final ScheduledExecutorService leases =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("leases").factory());
  private final ScheduledExecutorService tender =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("bucket-mounts").factory());
  private final CountDownLatch closed = new CountDownLatch(1);

  private Server(
      ServeCommand command, DataDirectory directory, SqlStore store, @Nullable ServerTls tls) {
    InstantSource clock = InstantSource.system();
    Instant now = clock.instant();
    this.directory = directory;
    this.tls = tls;
    this.store = store;
    Sealer sealer = new SodiumSealer();
    KeyRing ring = new KeyRing(sealer, masterKey(command));
    ring.open(store, randomKey(), now);
    Tokens tokens = new Tokens(store, sealer, clock);
    tokens
        .createFirst(secret -> directory.write("admin.token", secret + "\n"))
        .ifPresent(_ -> LOG.info("made an admin token in {}", directory.resolve("admin.token")));
    Changes changes = new Changes();
    Logs logs = new Logs(new DiskLogs(directory.resolve("logs")), changes, command.logMaxBytes);
    Secrets secrets = new Secrets(store, ring, clock);
    Credentials credentials = new Credentials(store, ring, clock);
    this.engine = new ProcessEngine(store.installation(), directory.path(), command.secretFiles());
    this.containers =
        new DockerEngine(
            store.installation(),
            directory.path(),
            command.containerOptions(),
            command.containerEnvironment());
    this.hosts =
        new DockerHosts(
            store.installation(),
            directory.path(),
            command.containerOptions(),
            command.containerEnvironment(),
            credentials);
    Engines engines = new Engines(List.of(engine, containers), hosts);
    SharedPackages packages = new SharedPackages(directory.resolve("packages"));
    DiskRuns runs = new DiskRuns(directory.resolve("runs"), packages, clock);
    DiskInputs inputs = new DiskInputs(directory.resolve("inputs"), clock);
    DiskCode code = new DiskCode(directory.resolve("code"), packages, clock);
    DiskTransfers transfers = new DiskTransfers(directory.resolve("uploads"), clock);
    DiskJars jars = new DiskJars(directory.resolve("jars"), clock);
    DiskCalls callFiles = new DiskCalls(directory.resolve("calls"), jars, clock);
    Path bucketDirectory = directory.resolve("buckets");
    this.bucketKeys = new CredentialEndpoint(bucketDirectory, clock, KEYS_FRESH);
    this.mounts =
        new EitherMounts(
            bucketDirectory,
            directory.resolve("synced"),
            System.getenv().getOrDefault("PATH", ""),
            bucketKeys.port(),
            clock,
            command.bucketUnwrittenMb * 1_000_000L);
    this.objects = ObjectStoreStart.open(command.objectStore, clock);
    VolumeDriver driver =
        new PlacedVolumes(
            new DiskVolumes(directory.resolve("volumes"), () -> engine.identity().host()),
            objects,
            new EngineVolumes(store, engines));
    Volumes volumes = new Volumes(store, driver, clock);
    BucketMounts buckets =
        new BucketMounts(
            store,
            secrets,
            ring,
            mounts,
            clock,
            WRITING_STALLED_MAX,
            command.bucketEndpoints(),
            objects);
    bucketKeys.start(buckets::keys);
    this.workloads =
        new Workloads(
            store,
            secrets,
            ring,
            engines,
            logs,
            changes,
            clock,
            new Workloads.Settings(
                command.maxRunning,
                command.grace(),
                Duration.ofMillis(command.retryBackOffMs),
                command.maxWaiting),
            runs,
            driver,
            callFiles,
            buckets);
    Calls calls =
        new Calls(
            store,
            workloads,
            callFiles,
            jars,
            JavaOfEngines.ofThisProcess(),
            clock,
            Duration.ofDays(command.keepDays));
    Retention retention =
        new Retention(
            store,
            logs,
            clock,
            Duration.ofDays(command.keepDays),
            Duration.ofDays(command.keepAuditDays),
            runs);
    Leftovers leftovers = new Leftovers(store, runs, inputs, code);
    List<Runnable> sweeps =
        List.of(
            retention::sweep,
            leftovers::sweep,
            transfers::sweep,
            volumes.sweep()::sweepData,
            calls::sweep,
            () -> mounts.sweep(Duration.ofDays(command.keepDays)));
    var _ =
        sweeper.scheduleWithFixedDelay(
            () -> sweeps.forEach(Server::swept), 1, 60, TimeUnit.MINUTES);
    var _ = tender.scheduleWithFixedDelay(() -> tend(buckets, workloads), 0, 2, TimeUnit.SECONDS);
    this.api =
        new Api(
            new Api.Parts(
                store,
                secrets,
                credentials,
                volumes,
                workloads,
                calls,
                new ObjectCalls(workloads, new DiskChannel(), callFiles),
                logs,
                tokens,
                ApplicationParts.of(
                    store,
                    ring,
                    clock,
                    ApplicationLimits.DEFAULT,
                    command.executionClasses(),
                    workloads,
                    runs,
                    inputs,
                    code,
                    transfers)),
            new Api.Settings(
                command.host,
                command.port,
                command.metricsOpen,
                version(),
                command.publicUrl(),
                tls == null ? null : tls.factory()));
    workloads.reconciler().start();
    String scheme = tls == null ? "http" : "https";
    this.url = scheme + "://" + bracketed(command.host) + ":" + api.start();
    var _ = // Not before clients can renew their leases.
        leases.scheduleWithFixedDelay(
            volumes.sweep()::sweep, LEASE_SWEEP_S, LEASE_SWEEP_S, TimeUnit.SECONDS);
    directory.write("server.json", mark());
    if (tls != null) {
      tls.watch(() -> directory.write("server.json", mark()));
    }
  }

  /** Starts everything, or nothing: what was opened before a failure is closed again. */
  static Server start(ServeCommand command) {
    CertificateFiles certificate = command.certificateFiles();
    ServerTls tls = certificate == null ? null : new ServerTls(certificate);
    DataDirectory directory = DataDirectory.take(command.dataDirectory());
    try {
      return open(command, directory, tls);
    } catch (RuntimeException e) {
      directory.close();
      throw e;
    }
  }

  private static Server open(
      ServeCommand command, DataDirectory directory, @Nullable ServerTls tls) {
    SqlStore store = StoreChoice.open(command, directory);
    try {
      return new Server(command, directory, store, tls);
    } catch (RuntimeException e) {
      store.close(); // So that a refused start leaves no file beside the database.
      throw e;
    }
  }

  String url() {
    return url;
  }

  void awaitClose() {
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Answers what is being asked, finishes what is being written, and leaves attempts to run on. */
  @Override
  public void close() {
    if (tls != null) {
      tls.close(); // First: it may be about to write the file anew.
    }
    directory.remove("server.json");
    sweeper.shutdownNow();
    leases.shutdownNow();
    tender.shutdownNow();
    workloads.reconciler().close();
    workloads.execs().close();
    api.close();
    engine.close();
    containers.close();
    hosts.close();
    mounts.close();
    bucketKeys.close();
    if (objects != null) {
      objects.close();
    }
    store.close();
    directory.close();
    closed.countDown();
  }

  private byte[] masterKey(ServeCommand command) {
    Path path = command.masterKeyFile(directory.path());
    MasterKeyFile file = new MasterKeyFile(path);
    var rows = store.read(tx -> tx.keys().all());
    if (!file.exists()) {
      if (!rows.isEmpty()) {
        throw new IllegalStateException(
            "The master key file "
                + path
                + " is missing, and there is data that needs it (data key "
                + rows.getFirst().id()
                + ", wrapped by master key "
                + rows.getFirst().masterId()
                + "). Put the file back, or name it with --master-key-file. Nothing was changed.");
      }
      file.create(randomKey());
      LOG.info(
          "made the master key in {}: keep a copy of it elsewhere; without it nothing opens", path);
    }
    return file.read();
  }

  /** What tells clients on this machine where the server is, and that it is this process. */
  private String mark() {
    ProcessHandle self = ProcessHandle.current();
    long started = self.info().startInstant().orElse(Instant.EPOCH).toEpochMilli();
    String certificate =
        tls == null ? "" : ",\"certificate_sha256\":\"" + tls.identity().fingerprint() + "\"";
    return """
    {"url":"%s","pid":%d,"pid_started":"%d","version":"%s"%s}
    """
        .formatted(url, self.pid(), started, version(), certificate);
  }

  private static byte[] randomKey() {
    byte[] key = new byte[Sealer.KEY_BYTES];
    new SecureRandom().nextBytes(key);
    return key;
  }

  private static void tend(BucketMounts buckets, Workloads workloads) {
    try {
      buckets.tend().forEach(workloads.reconciler()::wake);
    } catch (RuntimeException e) { // The next time is soon.
      LOG.warn("bucket mounts could not be tended", e);
    }
  }

  /** One that cannot be done keeps no other from being done. */
  private static void swept(Runnable sweep) {
    try {
      sweep.run();
    } catch (RuntimeException e) { // The next sweep is in an hour.
      LOG.warn("what ended long ago could not be removed", e);
    }
  }

  private static String bracketed(String host) {
    return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
  }

  static String version() {
    String version = Server.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
