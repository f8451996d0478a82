package dev.satchel.server;

import dev.satchel.core.application.ExecutionClass;
import dev.satchel.core.application.ExecutionClasses;
import dev.satchel.core.bucket.BucketEndpoints;
import dev.satchel.server.store.PostgresAddress;
import dev.satchel.server.tls.CertificateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * What {@code satchel serve} takes. Every option is also {@code SATCHEL_…} in the environment, or a
 * line of --config.
 */
@Command(
    name = "satchel serve",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Starts the server. Prints \"ready http://HOST:PORT\" (or https) once it serves.")
final class ServeCommand {
  @Option(
      names = "--host",
      paramLabel = "HOST",
      defaultValue = "127.0.0.1",
      description = "Address to listen on (default: ${DEFAULT-VALUE}).")
  String host = "";

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "8080",
      description = "Port to listen on; 0 for any that is free (default: ${DEFAULT-VALUE}).")
  int port;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Directory that holds everything (default: ~/.satchel).")
  @Nullable Path data;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "File of OPTION=VALUE lines, such as port=9000; options given here and variables win.")
  @Nullable Path config;

  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description =
          "Speak HTTPS alone, with the certificate in this PEM file, those up to the authority's behind it; with --tls-key. Renewed files are taken up.")
  @Nullable Path tlsCertificate;

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description = "PEM file of the certificate's private key, without a passphrase.")
  @Nullable Path tlsKey;

  @Option(
      names = "--public-url",
      paramLabel = "URL",
      description =
          "What addresses begin with that are handed out, for uploads and downloads (default: what the caller asked).")
  @Nullable String publicUrl;

  @Option(
      names = "--master-key-file",
      paramLabel = "FILE",
      description =
          "File of the master key: 32 bytes in base64 (default: master.key in the data directory).")
  @Nullable Path masterKeyFile;

  @Option(
      names = "--database-url",
      paramLabel = "URL",
      description =
          "Keep state in PostgreSQL, at postgresql://USER@HOST:PORT/DATABASE (default: a file in the data directory).")
  @Nullable String databaseUrl;

  @Option(
      names = "--database-url-file",
      paramLabel = "FILE",
      description = "File that holds the URL, which may then hold the password too.")
  @Nullable Path databaseUrlFile;

  @Option(
      names = "--database-password-file",
      paramLabel = "FILE",
      description =
          "File that holds the password; or give it in the variable SATCHEL_DATABASE_PASSWORD.")
  @Nullable Path databasePasswordFile;

  /** Never an argument, which everybody on the machine could read. */
  @Option(names = ServeDefaults.PASSWORD, hidden = true)
  @Nullable String databasePassword;

  @Mixin final ObjectStoreOptions objectStore = new ObjectStoreOptions();

  @Option(names = "--metrics-open", description = "Answer /metrics without a token.")
  boolean metricsOpen;

  @Option(
      names = "--max-running",
      paramLabel = "N",
      defaultValue = "64",
      description =
          "How many attempts run at once; others wait in order (default: ${DEFAULT-VALUE}).")
  int maxRunning;

  @Option(
      names = "--max-waiting",
      paramLabel = "N",
      defaultValue = "10000",
      description =
          "How many workloads may have not ended, those that run and those that wait; further ones are refused (default: ${DEFAULT-VALUE}).")
  int maxWaiting;

  @Option(
      names = "--grace",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description = "Time a job has after SIGTERM before it is killed (default: ${DEFAULT-VALUE}).")
  int graceSeconds;

  @Option(
      names = "--retry-back-off-ms",
      paramLabel = "MS",
      defaultValue = "2000",
      description =
          "Wait before the first retry, doubled before each one after (default: ${DEFAULT-VALUE}).")
  int retryBackOffMs;

  @Option(
      names = "--log-max-bytes",
      paramLabel = "N",
      defaultValue = "1073741824",
      description =
          "Size of one attempt's log; what comes after is dropped (default: ${DEFAULT-VALUE}).")
  long logMaxBytes;

  @Option(
      names = "--keep-days",
      paramLabel = "DAYS",
      defaultValue = "30",
      description =
          "How long ended workloads, their logs, earlier attempts of those that go on, and tokens that open nothing any more are kept (default: ${DEFAULT-VALUE}).")
  int keepDays;

  @Option(
      names = "--keep-audit-days",
      paramLabel = "DAYS",
      defaultValue = "400",
      description = "How long the record of what was done is kept (default: ${DEFAULT-VALUE}).")
  int keepAuditDays;

  @Option(
      names = "--container-options",
      paramLabel = "OPTIONS",
      description =
          "Further options of docker create for every container, parted by spaces, such as --network=host; they win over Satchel's own.")
  @Nullable String containerOptions;

  @Option(
      names = "--container-cli",
      paramLabel = "docker|podman",
      description = "Which of them runs images, where both are here (default: docker).")
  @Nullable ContainerProgram containerCli;

  /** The programs that run images. */
  enum ContainerProgram {
    docker,
    podman
  }

  @Option(
      names = "--execution-class",
      split = "\\s+",
      paramLabel = "NAME=ENGINE[,cpus=N][,memory_mib=N][,image=IMAGE]",
      description =
          "What runs of applications get under an execution class; may be repeated, and 6c9500mb870s, on the engine process, is always there.")
  List<String> executionClasses = List.of();

  @Option(
      names = "--bucket-endpoints",
      paramLabel = "LIST",
      defaultValue = "public",
      description =
          "Which S3 services tokens other than an admin's may name for buckets: names of hosts, addresses, networks, public, any; parted by commas (default: ${DEFAULT-VALUE}).")
  String bucketEndpoints = "public";

  @Option(
      names = "--bucket-unwritten-mb",
      paramLabel = "N",
      defaultValue = "100000",
      description =
          "How many MB that a job wrote to a bucket may wait on this machine's disk to be uploaded; a job that goes beyond is ended (default: ${DEFAULT-VALUE}).")
  int bucketUnwrittenMb;

  @Option(
      names = "--check",
      description =
          "Start nothing: tell whether the master key opens what is there and the database is sound.")
  boolean checkOnly;

  /** Refuses numbers that nothing could be done with. */
  void check() {
    var _ = executionClasses();
    var _ = certificateFiles();
    var _ = publicUrl();
    var _ = bucketEndpoints();
    var _ = objectStore.place();
    requireRange("--port", port, 0, 65_535);
    requireRange("--max-running", maxRunning, 1, 100_000);
    requireRange("--max-waiting", maxWaiting, 1, 1_000_000);
    requireRange("--grace", graceSeconds, 0, 86_400);
    requireRange("--retry-back-off-ms", retryBackOffMs, 1, 300_000);
    requireRange("--keep-days", keepDays, 1, 36_500);
    requireRange("--keep-audit-days", keepAuditDays, 1, 36_500);
    requireRange("--bucket-unwritten-mb", bucketUnwrittenMb, 1, Integer.MAX_VALUE);
    requireRange("--log-max-bytes", logMaxBytes, 1024, Long.MAX_VALUE);
  }

  private static void requireRange(String option, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalStateException(
          option + " must be a number from " + least + " to " + most + ", not " + value + ".");
    }
  }

  Path dataDirectory() {
    return data != null ? data : Path.of(System.getProperty("user.home"), ".satchel");
  }

  /** Where the master key is, for a server of that data directory. */
  Path masterKeyFile(Path directory) {
    return masterKeyFile != null ? masterKeyFile : directory.resolve("master.key");
  }

  /** Where state is kept in PostgreSQL; null where it is in the data directory. */
  @Nullable PostgresAddress database() {
    String url = databaseUrlFile == null ? databaseUrl : read(databaseUrlFile);
    if (url == null || url.isEmpty()) {
      return null;
    }
    PostgresAddress address = PostgresAddress.of(url);
    String password = databasePasswordFile == null ? databasePassword : read(databasePasswordFile);
    return password == null || password.isEmpty() ? address : address.withPassword(password);
  }

  /** Where the certificate is; null to speak plain HTTP. */
  @Nullable CertificateFiles certificateFiles() {
    Path certificate = given(tlsCertificate);
    Path key = given(tlsKey);
    if (certificate == null && key == null) {
      return null;
    }
    if (certificate == null || key == null) {
      throw new IllegalStateException(
          "--tls-cert and --tls-key go together: give "
              + (key == null
                  ? "--tls-key FILE, the certificate's private key."
                  : "--tls-cert FILE.")
              + " One file may hold both.");
    }
    return new CertificateFiles(certificate, key);
  }

  /** A variable that is set to nothing sets nothing. */
  private static @Nullable Path given(@Nullable Path file) {
    return file == null || file.toString().isEmpty() ? null : file;
  }

  /** What addresses begin with, without a trailing slash; null for what the caller asked. */
  @Nullable String publicUrl() {
    return publicUrl == null || publicUrl.isEmpty() ? null : PublicUrl.tidy(publicUrl);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new IllegalStateException(
          "The file " + file + " cannot be read: " + e.getClass().getSimpleName() + ".", e);
    }
  }

  /** Files of the server's own secrets outside of the data directory, for jobs not to see. */
  Set<Path> secretFiles() {
    return Stream.concat(
            objectStore.secretFiles(),
            Stream.of(
                masterKeyFile,
                databaseUrlFile,
                databasePasswordFile,
                given(tlsKey),
                databasePassword == null && databaseUrl == null ? null : config))
        .filter(Objects::nonNull)
        .map(Path::toAbsolutePath)
        .collect(Collectors.toSet());
  }

  /** Where buckets of tokens other than an admin's may be. */
  BucketEndpoints bucketEndpoints() {
    try {
      return BucketEndpoints.of(bucketEndpoints);
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException(
          "--bucket-endpoints is a list such as public,minio.example.com,10.0.0.0/8: "
              + e.getMessage()
              + ".",
          e);
    }
  }

  /** The server's own, with what leads to the container engine. */
  Map<String, String> containerEnvironment() {
    Map<String, String> environment = new HashMap<>(System.getenv());
    if (containerCli != null) {
      environment.put("SATCHEL_CONTAINER_CLI", containerCli.name());
    }
    return environment;
  }

  List<String> containerOptions() {
    return containerOptions == null || containerOptions.isBlank()
        ? List.of()
        : List.of(containerOptions.strip().split("\\s+", -1));
  }

  /** The operator's execution classes, and the default. */
  ExecutionClasses executionClasses() {
    return new ExecutionClasses(
        executionClasses.stream().filter(text -> !text.isBlank()).map(ExecutionClass::of).toList());
  }

  Duration grace() {
    return Duration.ofSeconds(graceSeconds);
  }
}
