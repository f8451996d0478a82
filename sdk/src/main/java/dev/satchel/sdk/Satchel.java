package dev.satchel.sdk;

import dev.satchel.api.Paths;
import dev.satchel.api.PlanDetail;
import dev.satchel.api.SecretDeleted;
import dev.satchel.api.SecretWritten;
import dev.satchel.api.WorkloadItem;
import dev.satchel.sdk.discovery.Discovery;
import dev.satchel.sdk.discovery.DiscoveryException;
import dev.satchel.sdk.discovery.Target;
import dev.satchel.sdk.discovery.Trust;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A client of one Satchel server. Thread-safe; one is enough for a program. Every blocking method
 * has a deadline, honours interruption, and has a twin named {@code …Async} whose future, when it
 * is cancelled, ends the request. What depends on such a future runs on the client's own threads
 * and should not block them.
 *
 * <p>Reads, and what carries an idempotency key, are repeated when no answer came or the server was
 * busy, after a pause that grows and is drawn; other requests only where they surely were not
 * carried out, and a POST without a key never.
 */
public final class Satchel implements ControlPlaneClient {
  private final Transport transport;
  private final Secrets secrets;
  private final Volumes volumes;
  private final Tokens tokens;
  private final Applications applications;

  private Satchel(Settings settings) {
    this.transport = new Transport(settings);
    this.secrets = new Secrets(transport);
    this.volumes = new Volumes(transport);
    this.tokens = new Tokens(transport);
    this.applications = new Applications(transport);
  }

  /**
   * A client of the server that this process's environment names, found as the command line finds
   * it: {@code SATCHEL_URL} and {@code SATCHEL_TOKEN} (or {@code SATCHEL_TOKEN_FILE}), else what
   * {@code satchel login} kept, else the server of this machine by its data directory.
   *
   * @return a client; nothing was asked of the server yet
   * @throws NotConfigured where none is known, or no token for it
   */
  public static Satchel fromEnvironment() {
    return builder().build();
  }

  /**
   * A client that is told some of it, and finds the rest as {@link #fromEnvironment} does.
   *
   * @return a builder
   */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public String url() {
    return transport.settings().url();
  }

  @Override
  public Secrets secrets() {
    return secrets;
  }

  @Override
  public Volumes volumes() {
    return volumes;
  }

  /**
   * The tokens of the server.
   *
   * @return of this client
   */
  public Tokens tokens() {
    return tokens;
  }

  /**
   * The applications: decision models, with their secrets collections and runs.
   *
   * @return of this client
   */
  public Applications applications() {
    return applications;
  }

  /**
   * One application. The server is not asked whether there is one.
   *
   * @param id of the application
   * @return a handle
   */
  public Application application(String id) {
    return new Application(transport, id);
  }

  /**
   * An app, whose methods run where this client's server has them run.
   *
   * @param name for people: calls bear it, with the method's
   * @return an app; nothing was asked of the server yet
   */
  public App app(String name) {
    return new App(name, () -> this, new Code());
  }

  Transport transport() {
    return transport;
  }

  /**
   * Creates a bundle of variables, or replaces all that the one of this name holds, which is how a
   * value is rotated. Where a bundle must not be replaced: {@link Secrets#createOnly}.
   *
   * @param name 1 to 64 letters, digits, {@code _} or {@code -}, a letter first
   * @param values by the names of their variables
   * @return the revision, and what was added, replaced and dropped
   * @throws Invalid where the server refuses a name or a size
   */
  public SecretWritten createSecret(String name, Map<String, String> values) {
    return Waiting.on(createSecretAsync(name, values));
  }

  /**
   * As {@link #createSecret}.
   *
   * @param name of the bundle
   * @param values by the names of their variables
   * @return what createSecret would answer or throw
   */
  public CompletableFuture<SecretWritten> createSecretAsync(
      String name, Map<String, String> values) {
    return secrets.putAsync(name, entries -> values.forEach(entries::env));
  }

  /**
   * Deletes a bundle.
   *
   * @param name of the bundle
   * @param force whether to delete it from under workloads too: what runs keeps what it has, its
   *     next start fails
   * @return what was deleted, and whom a forced delete passed over
   * @throws InUse where workloads that have not ended use it, and it is not forced
   * @throws NotFound where there is none
   */
  public SecretDeleted deleteSecret(String name, boolean force) {
    return secrets.delete(name, force);
  }

  /**
   * As {@link #deleteSecret}.
   *
   * @param name of the bundle
   * @param force as there
   * @return what deleteSecret would answer or throw
   */
  public CompletableFuture<SecretDeleted> deleteSecretAsync(String name, boolean force) {
    return secrets.deleteAsync(name, force);
  }

  /**
   * Submits a job that runs an image.
   *
   * @param image such as {@code ghcr.io/me/train:latest}
   * @param job is given what to fill
   * @return the job, which was accepted and has not begun yet
   * @throws NotFound where a bundle that it names is missing; nothing was then started
   * @throws Invalid where the server refuses what it is made of
   * @throws Unsupported where this server cannot run it
   */
  public Workload submit(String image, Consumer<Submission> job) {
    return Waiting.on(submitAsync(image, job));
  }

  /**
   * As {@link #submit(String, Consumer)}.
   *
   * @param image as there
   * @param job is given what to fill, before this returns
   * @return what submit would answer or throw
   */
  public CompletableFuture<Workload> submitAsync(String image, Consumer<Submission> job) {
    return submitAsync(filled -> job.accept(filled.image(image)));
  }

  /**
   * Submits a job that runs a command.
   *
   * @param job is given what to fill
   * @return the job, which was accepted and has not begun yet
   * @throws NotFound where a bundle that it names is missing; nothing was then started
   * @throws Invalid where the server refuses what it is made of
   * @throws Unsupported where this server cannot run it
   */
  public Workload submit(Consumer<Submission> job) {
    return Waiting.on(submitAsync(job));
  }

  /**
   * As {@link #submit(Consumer)}.
   *
   * @param job is given what to fill, before this returns
   * @return what submit would answer or throw
   */
  public CompletableFuture<Workload> submitAsync(Consumer<Submission> job) {
    return transport.send(filled(job).submit(), answer -> Workload.accepted(transport, answer));
  }

  /**
   * Declares a job that runs an image, to be submitted later, and more than once. Asks nothing.
   *
   * @param image such as {@code ghcr.io/me/train:latest}
   * @param job is given what to fill at each submit
   * @return what submits it
   */
  public DeclaredJob declare(String image, Consumer<Submission> job) {
    return declare(filled -> job.accept(filled.image(image)));
  }

  /**
   * Declares a job that runs a command, as {@link #declare(String, Consumer)}.
   *
   * @param job is given what to fill at each submit
   * @return what submits it
   */
  public DeclaredJob declare(Consumer<Submission> job) {
    return new DeclaredJob(this, job);
  }

  /**
   * What a submit would do, without doing it: where each variable and file of the job would come
   * from, and what would refuse it.
   *
   * @param job is given what to fill
   * @return the plan
   */
  public PlanDetail explain(Consumer<Submission> job) {
    return Waiting.on(explainAsync(job));
  }

  /**
   * As {@link #explain}.
   *
   * @param job is given what to fill, before this returns
   * @return what explain would answer or throw
   */
  public CompletableFuture<PlanDetail> explainAsync(Consumer<Submission> job) {
    return transport.send(filled(job).plan(), answer -> answer.as(PlanDetail.class));
  }

  private static Submission filled(Consumer<Submission> job) {
    Submission submission = new Submission();
    job.accept(submission);
    return submission;
  }

  /**
   * A workload that was submitted before. The server is not asked whether there is one.
   *
   * @param id as the submit answered it
   * @return a handle, whose logs begin at the newest attempt
   */
  public Workload workload(String id) {
    return new Workload(transport, id, 0);
  }

  /**
   * All workloads.
   *
   * @return the newest first
   */
  public Listing<WorkloadItem> workloads() {
    return new Listing<>(transport, Call.get(Paths.WORKLOADS), WorkloadItem.class);
  }

  /**
   * The workloads in some states.
   *
   * @param states such as {@code running,retrying}; {@code live} for all that have not ended
   * @return the newest first
   */
  public Listing<WorkloadItem> workloads(String states) {
    Call call = Call.get(Paths.WORKLOADS).with("state", states);
    return new Listing<>(transport, call, WorkloadItem.class);
  }

  @Override
  public void close() {
    transport.close();
  }

  @Override
  public String toString() {
    return "Satchel[" + url() + "]";
  }

  /** What a client is to be. Not thread-safe. */
  public static final class Builder {
    private @Nullable String url;
    private @Nullable String token;
    private @Nullable Path authorities;
    private Duration connectTimeout = Duration.ofSeconds(5);
    private Duration timeout = Duration.ofMinutes(1);
    private int retries = 3;
    private Duration outage = Duration.ofMinutes(1);

    private Builder() {}

    /**
     * The server; found in the environment where this is not called.
     *
     * @param server such as {@code https://satchel.example.com}
     * @return this
     */
    public Builder url(String server) {
      url = server;
      return this;
    }

    /**
     * The token; found in the environment, for that server, where this is not called.
     *
     * @param secret begins with {@code sat_}
     * @return this
     * @throws IllegalArgumentException where it has characters that no token has
     */
    public Builder token(String secret) {
      if (!secret.matches("[!-~]+")) {
        throw new IllegalArgumentException("A token is printable ASCII without spaces.");
      }
      token = secret;
      return this;
    }

    /**
     * The authority that signs the server's certificate, where it is none that Java knows; it alone
     * then counts. {@code SATCHEL_CA_CERT}, or what the login named, where this is not called.
     *
     * @param file of certificates in PEM
     * @return this
     */
    public Builder caCertificate(Path file) {
      authorities = file;
      return this;
    }

    /**
     * How long one connection may take to be made; 5 seconds where this is not called.
     *
     * @param limit more than nothing
     * @return this
     */
    public Builder connectTimeout(Duration limit) {
      connectTimeout = positive(limit);
      return this;
    }

    /**
     * How long one call may take, with all its repetitions; a minute where this is not called. A
     * file of a volume may take 10 minutes more to begin: the server reads it for its digest first.
     *
     * @param limit more than nothing
     * @return this
     */
    public Builder timeout(Duration limit) {
      timeout = positive(limit);
      return this;
    }

    /**
     * How often a call is repeated at most, where it may be; 3 where this is not called.
     *
     * @param most from 0
     * @return this
     */
    public Builder retries(int most) {
      if (most < 0) {
        throw new IllegalArgumentException("Retries count from 0.");
      }
      retries = most;
      return this;
    }

    /**
     * How long {@link Workload#await} and {@link LogStream} put up with a server that does not
     * answer, as while it is restarted; a minute where this is not called.
     *
     * @param limit more than nothing
     * @return this
     */
    public Builder outage(Duration limit) {
      outage = positive(limit);
      return this;
    }

    private static Duration positive(Duration limit) {
      if (limit.isNegative() || limit.isZero()) {
        throw new IllegalArgumentException("A limit is more than nothing.");
      }
      return limit;
    }

    /**
     * The client.
     *
     * @return nothing was asked of the server yet
     * @throws NotConfigured where no server is known, or no token for it, or the file of the
     *     authority is none
     */
    public Satchel build() {
      try {
        if (url != null && token != null) {
          return with(Discovery.tidy(url), token);
        }
        Target target = Discovery.ofThisProcess().preferring(url).target();
        return with(target.url(), token == null ? target.token() : token);
      } catch (DiscoveryException missing) {
        String hints = missing.hints().isEmpty() ? "" : " " + String.join("; ", missing.hints());
        throw new NotConfigured(missing.what() + hints);
      }
    }

    private Satchel with(String server, @Nullable String secret) {
      Trust trust =
          authorities == null
              ? Discovery.ofThisProcess().trust(server)
              : Trust.ofAuthorities(authorities);
      return new Satchel(
          new Settings(server, secret, trust, connectTimeout, timeout, retries, outage));
    }

    @Override
    public String toString() {
      return "Satchel.Builder[" + url + "]";
    }
  }
}
