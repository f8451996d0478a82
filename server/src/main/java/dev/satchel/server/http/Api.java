package dev.satchel.server.http;

import dev.satchel.api.HealthDetail;
import dev.satchel.api.Paths;
import dev.satchel.core.RefusedException;
import dev.satchel.core.access.Actor;
import dev.satchel.core.access.Permission;
import dev.satchel.core.access.Tokens;
import dev.satchel.core.audit.Acts;
import dev.satchel.core.call.Calls;
import dev.satchel.core.call.ObjectCalls;
import dev.satchel.core.credential.Credentials;
import dev.satchel.core.secret.Secrets;
import dev.satchel.core.store.Store;
import dev.satchel.core.volume.Volumes;
import dev.satchel.core.workload.Logs;
import dev.satchel.core.workload.Workloads;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import io.javalin.http.MethodNotAllowedResponse;
import io.javalin.util.JavalinException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server's face: every route, who may use it, and what a failure looks like. */
public final class Api implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Api.class);
  private static final Set<String> HEAD_ROUTES = Set.of(Paths.HEALTH, Paths.READY);
  private static final String FULL =
      "Writes are refused for want of space: free some on the disk of the data directory. Reads go on.";
  private static final long IDLE_TIMEOUT_MS = 120_000;
  private static final int ACCEPT_QUEUE_MAX = 1024; // A burst of submits must not be reset.
  private static final long STOP_TIMEOUT_MS = 500;
  private static final long STOP_IDLE_MS = 50; // Of connections that are kept for the next request.

  /** Everything that routes act on. */
  public record Parts(
      Store store,
      Secrets secrets,
      Credentials credentials,
      Volumes volumes,
      Workloads workloads,
      Calls calls,
      ObjectCalls objects,
      Logs logs,
      Tokens tokens,
      ApplicationParts applications) {}

  /**
   * How it serves.
   *
   * @param port 0 for any that is free
   * @param metricsOpen whether metrics need no token
   * @param publicUrl what addresses begin with that are handed out, without a trailing slash; null
   *     for what the caller asked
   * @param tls null to speak plain HTTP
   */
  public record Settings(
      String host,
      int port,
      boolean metricsOpen,
      String version,
      @Nullable String publicUrl,
      SslContextFactory.@Nullable Server tls) {}

  private final Parts parts;
  private final Settings settings;
  private final Metrics metrics;
  private final Acts acts;
  private final Bodies bodies;
  private final byte[] openApi = openApi();
  private final Javalin javalin;

  public Api(Parts parts, Settings settings) {
    this(parts, settings, Bodies.ofHeap());
  }

  Api(Parts parts, Settings settings, Bodies bodies) {
    this.parts = parts;
    this.bodies = bodies;
    this.settings = settings;
    this.metrics = new Metrics(parts.store());
    this.acts = new Acts(parts.store());
    this.javalin = Javalin.create(this::configure);
  }

  /** Serves from now on; answers the port. */
  public int start() {
    try {
      return javalin.start().port();
    } catch (JavalinException e) {
      throw new IllegalStateException(
          "The server cannot listen on "
              + settings.host()
              + " port "
              + settings.port()
              + ": is it in use? Choose another with --port.",
          e);
    }
  }

  /** Answers what is being asked, for half a second at the most, then closes. */
  @Override
  public void close() {
    try {
      javalin.stop();
    } catch (JavalinException e) { // Somebody still followed a log; the connection is cut.
      LOG.debug("not everybody was answered before the end", e);
    }
  }

  /** Every method and path that is served, such as {@code GET /v1/secrets}. */
  Set<String> routes() {
    return javalin.unsafe.internalRouter.allHttpHandlers().stream()
        .map(handler -> handler.endpoint)
        .filter(endpoint -> endpoint.method.isHttpMethod())
        .map(
            endpoint ->
                endpoint.method.name() + " " + endpoint.path.replace('<', '{').replace('>', '}'))
        .collect(Collectors.toSet());
  }

  private void configure(JavalinConfig config) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.startup.startupWatcherEnabled = false;
    config.concurrency.useVirtualThreads = true;
    config.http.prefer405over404 = true;
    config.http.generateEtags = false;
    config.http.compressionStrategy = io.javalin.compression.CompressionStrategy.NONE;
    config.router.treatMultipleSlashesAsSingleSlash = false;
    config.router.ignoreTrailingSlashes = false;
    config.jetty.modifyServer(
        server -> {
          server.setStopTimeout(STOP_TIMEOUT_MS);
          server.setErrorHandler(new UnreadableRequests());
        });
    config.jetty.modifyServletContextHandler(
        context -> context.setErrorHandler(new UnreadableRequests()));
    config.jetty.addConnector(
        (server, http) -> {
          http.setSendServerVersion(false);
          http.setRequestHeaderSize(UnreadableRequests.HEADER_MAX_BYTES);
          http.addCustomizer((request, headers) -> new WithoutWebSocket(request));
          ServerConnector connector = new ServerConnector(server, 1, 1, connections(http));
          connector.setHost(settings.host());
          connector.setPort(settings.port());
          connector.setIdleTimeout(IDLE_TIMEOUT_MS);
          connector.setAcceptQueueSize(ACCEPT_QUEUE_MAX);
          connector.setShutdownIdleTimeout(STOP_IDLE_MS);
          return connector;
        });
    config.requestLogger.http((context, ms) -> metrics.request(context, ms));
    routes(config.routes);
    failures(config.routes);
  }

  private ConnectionFactory[] connections(HttpConfiguration http) {
    return settings.tls() == null
        ? new ConnectionFactory[] {new HttpConnectionFactory(http)}
        : HttpsConnections.of(http, settings.tls());
  }

  private void routes(RoutesConfig routes) {
    routes.before(
        context -> {
          context.header("Cache-Control", "no-store");
          refuseHead(context);
        });
    SecretRoutes secrets = new SecretRoutes(parts.secrets());
    routes.get(Paths.SECRETS, secured(Permission.READ_SECRETS, secrets::list));
    routes.get(Paths.SECRETS + "/{name}", secured(Permission.READ_SECRETS, secrets::get));
    Permission write = Permission.WRITE_SECRETS;
    routes.put(Paths.SECRETS + "/{name}", acting(write, "secret.write", secrets::put));
    routes.delete(Paths.SECRETS + "/{name}", acting(write, "secret.delete", secrets::delete));
    routes.post(Paths.SECRETS + "/{name}/changes", acting(write, "secret.change", secrets::change));

    WorkloadRoutes workloads = new WorkloadRoutes(parts.workloads(), parts.calls());
    LogRoute logs = new LogRoute(parts.workloads(), parts.logs(), parts.tokens());
    Permission run = Permission.RUN_WORKLOADS;
    routes.post(Paths.PLANS, secured(run, workloads::plan));
    routes.post(Paths.WORKLOADS, acting(run, "workload.submit", workloads::submit));
    routes.get(Paths.WORKLOADS, secured(Permission.READ_WORKLOADS, workloads::list));
    routes.get(Paths.WORKLOADS + "/{id}", secured(Permission.READ_WORKLOADS, workloads::get));
    routes.delete(
        Paths.WORKLOADS + "/{id}", acting(run, "workload.terminate", workloads::terminate));
    routes.post(
        Paths.WORKLOADS + "/{id}/resubmissions",
        acting(run, "workload.resubmit", workloads::resubmit));
    routes.get(Paths.WORKLOADS + "/{id}/logs", secured(run, logs::get));
    ExecRoutes execs = new ExecRoutes(parts.workloads().execs(), parts.tokens());
    routes.post(Paths.WORKLOADS + "/{id}/exec", acting(run, "workload.exec", execs::start));
    routes.post(
        Paths.WORKLOADS + "/{id}/exec/{exec}/input",
        acting(run, "workload.exec_input", execs::input));

    CallRoutes calls = new CallRoutes(parts.calls(), parts.objects());
    routes.post(Paths.WORKLOADS + "/{id}/calls", acting(run, "workload.call", calls::call));
    routes.get(Paths.CALLS + "/{id}", secured(run, calls::get));
    routes.delete(Paths.CALLS + "/{id}", acting(run, "workload.cancel", calls::cancel));
    routes.post(Paths.CODE, acting(run, "code.keep", calls::keep));
    routes.addHttpHandler(
        HandlerType.HEAD, Paths.CODE + "/{digest}", secured(run, calls::requireJar));

    CredentialRoutes credentials = new CredentialRoutes(parts.credentials());
    Permission keep = Permission.MANAGE_CREDENTIALS;
    routes.get(Paths.CREDENTIALS, secured(keep, credentials::list));
    routes.get(Paths.CREDENTIALS + "/{name}", secured(keep, credentials::get));
    routes.put(Paths.CREDENTIALS + "/{name}", acting(keep, "credential.write", credentials::put));
    routes.delete(
        Paths.CREDENTIALS + "/{name}", acting(keep, "credential.delete", credentials::delete));

    HostRoutes hosts = new HostRoutes(parts.workloads().hosts());
    routes.get(Paths.HOSTS, secured(Permission.MANAGE_HOSTS, hosts::list));
    routes.delete(Paths.HOSTS + "/{id}", acting(Permission.MANAGE_HOSTS, "host.lose", hosts::lose));

    volumes(routes);

    TokenRoutes tokens = new TokenRoutes(parts.tokens());
    Permission manage = Permission.MANAGE_TOKENS;
    routes.post(Paths.TOKENS, acting(manage, "token.create", tokens::create));
    routes.get(Paths.TOKENS, secured(manage, tokens::list));
    routes.delete(Paths.TOKENS + "/{id}", acting(manage, "token.revoke", tokens::revoke));

    new ApplicationApi(parts.applications(), parts.logs(), bodies).addTo(routes, this);
    new Anycloud(parts).addTo(routes, this);

    for (HandlerType method : List.of(HandlerType.GET, HandlerType.HEAD)) {
      routes.addHttpHandler(method, Paths.HEALTH, context -> health(context, 200, "ok"));
      routes.addHttpHandler(method, Paths.READY, this::ready);
    }
    routes.get(Paths.OPENAPI, context -> context.contentType("application/json").result(openApi));
    routes.get(
        Paths.METRICS,
        settings.metricsOpen()
            ? metrics::answer
            : secured(Permission.READ_METRICS, exchange -> metrics.answer(exchange.context())));
  }

  private void volumes(RoutesConfig routes) {
    VolumeRoutes volumes = new VolumeRoutes(parts.volumes());
    String one = Paths.VOLUMES + "/{name}";
    Permission write = Permission.WRITE_VOLUMES;
    routes.post(Paths.VOLUMES, acting(write, "volume.create", volumes::create));
    routes.get(Paths.VOLUMES, secured(Permission.READ_VOLUMES, volumes::list));
    routes.get(one, secured(Permission.READ_VOLUMES, volumes::get));
    routes.delete(one, acting(write, "volume.delete", volumes::delete));
    routes.put(one + "/lease", acting(write, "volume.renew", volumes::renew));
    VolumeFileRoutes files = new VolumeFileRoutes(parts.volumes());
    String file = one + "/files/<path>";
    routes.get(one + "/files", secured(Permission.READ_VOLUME_FILES, files::listAll));
    routes.get(file, secured(Permission.READ_VOLUME_FILES, files::get));
    routes.put(file, acting(write, "volume.file_write", files::put));
    routes.delete(file, acting(write, "volume.file_delete", files::delete));
    routes.post(one + "/copies", acting(write, "volume.file_write", files::copy));
  }

  private void failures(RoutesConfig routes) {
    routes.exception(
        RefusedException.class,
        (refused, context) -> {
          if (!Streamed.brokenOff(context, refused)) {
            Problems.refused(context, refused);
          }
        });
    routes.exception(
        HttpResponseException.class, (response, context) -> refusedByServer(context, response));
    routes.exception(
        Exception.class,
        (failure, context) -> {
          if (!Streamed.brokenOff(context, failure)) {
            Problems.failed(context, failure);
          }
        });
  }

  private static void refusedByServer(Context context, HttpResponseException response) {
    switch (response.getStatus()) {
      case 404 ->
          Problems.write(
              context,
              404,
              "NO_SUCH_ROUTE",
              "There is no such route; " + Paths.OPENAPI + " lists them all.",
              Map.of());
      case 405 -> {
        context.header("Allow", String.join(", ", new TreeSet<>(response.getDetails().values())));
        Problems.write(
            context,
            405,
            "METHOD_NOT_ALLOWED",
            "This route does not take that method; " + Paths.OPENAPI + " lists those it takes.",
            Map.of());
      }
      default ->
          Problems.write(
              context, response.getStatus(), "REFUSED", "The request was refused.", Map.of());
    }
  }

  /**
   * Javalin would answer HEAD with 200 wherever there is a GET, without asking it, or for a token.
   */
  private static void refuseHead(Context context) {
    String path = context.path();
    boolean answered = HEAD_ROUTES.contains(path) || path.startsWith(Paths.CODE + "/");
    if (HandlerType.HEAD.equals(context.method()) && !answered) {
      throw new MethodNotAllowedResponse("HEAD", Map.of("", "GET"));
    }
  }

  io.javalin.http.Handler secured(Permission permission, Consumer<Exchange> route) {
    return context -> {
      try (var exchange = exchange(context)) {
        exchange.actor().require(permission);
        route.accept(exchange);
      }
    };
  }

  /**
   * A route that changes something. Whatever refuses it once its caller is known leaves a row: the
   * permission, the form of what was sent, a rule.
   */
  io.javalin.http.Handler acting(Permission permission, String action, Consumer<Exchange> route) {
    return context -> {
      try (var exchange = exchange(context)) {
        Supplier<Boolean> act =
            () -> {
              exchange.actor().require(permission);
              route.accept(exchange);
              return true;
            };
        Boolean _ = acts.recorded(Instant.now(), exchange.actor(), action, exchange.subject(), act);
      }
    };
  }

  private Exchange exchange(Context context) {
    Actor actor = parts.tokens().authenticate(bearer(context), context.ip());
    return new Exchange(context, actor, bodies, settings.publicUrl());
  }

  /** What stands behind "Bearer" in the header, the only place where a token is taken from. */
  private static String bearer(Context context) {
    @Nullable String header = context.header("Authorization");
    if (header == null || !header.regionMatches(true, 0, "Bearer ", 0, 7)) {
      throw Tokens.unauthenticated();
    }
    return header.substring(7).strip();
  }

  private void ready(Context context) {
    String failure = parts.store().failure();
    if (!failure.isEmpty()) {
      health(context, 503, failure);
    } else {
      health(context, 200, parts.store().isFull() ? FULL : "ok"); // Reads go on.
    }
  }

  private void health(Context context, int code, String status) {
    context
        .status(code)
        .contentType("application/json")
        .result(Json.bytes(new HealthDetail(status, settings.version())));
  }

  private static byte[] openApi() {
    try (InputStream in =
        Objects.requireNonNull(HealthDetail.class.getResourceAsStream("openapi.json"))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
