package dev.satchel.cli.session;

import dev.satchel.api.Paths;
import dev.satchel.cli.http.Request;
import dev.satchel.sdk.json.Node;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Names that the server has at this moment, for a shell to complete; each may be followed by a tab
 * and what it is. Asked for when they are gone through. Nobody who presses a key is kept waiting or
 * told of an error: there are none where the server does not answer at once.
 */
public final class LiveNames implements Iterable<String> {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final int MOST = 200;

  private final Session session;
  private final Supplier<Request> request;
  private final Function<Node, String> told;

  private LiveNames(Session session, Supplier<Request> request, Function<Node, String> told) {
    this.session = session;
    this.request = request;
    this.told = told;
  }

  public static LiveNames ofSecrets(Session session) {
    return new LiveNames(
        session,
        () -> Request.get(Paths.SECRETS),
        secret -> secret.text("name") + "\trevision " + secret.text("revision"));
  }

  public static LiveNames ofCredentials(Session session) {
    return new LiveNames(
        session,
        () -> Request.get(Paths.CREDENTIALS),
        credential -> credential.text("name") + "\t" + credential.text("kind"));
  }

  public static LiveNames ofVolumes(Session session) {
    return new LiveNames(
        session,
        () -> Request.get(Paths.VOLUMES),
        volume -> volume.text("name") + "\t" + volume.text("backend"));
  }

  public static LiveNames ofTokens(Session session) {
    return new LiveNames(
        session,
        () -> Request.get(Paths.TOKENS),
        token -> token.text("id") + "\t" + token.text("name"));
  }

  /** The newest workloads, whether they have ended or not. */
  public static LiveNames ofWorkloads(Session session) {
    return new LiveNames(session, () -> Request.get(Paths.WORKLOADS), LiveNames::workload);
  }

  /** The newest workloads that have not ended. */
  public static LiveNames ofLiveWorkloads(Session session) {
    return new LiveNames(
        session, () -> Request.get(Paths.WORKLOADS).with("state", "live"), LiveNames::workload);
  }

  public static LiveNames ofApplications(Session session) {
    return new LiveNames(
        session,
        () -> Request.get(Paths.APPLICATIONS).with("pagereturn", true),
        application -> application.text("id") + "\t" + application.text("name"));
  }

  /**
   * What an application has.
   *
   * @param application the one that was typed before
   * @param kind the last segment of the list's path
   */
  public static LiveNames ofApplication(
      Session session, Supplier<String> application, String kind) {
    return ofApplication(session, application, () -> kind);
  }

  private static LiveNames ofApplication(
      Session session, Supplier<String> application, Supplier<String> list) {
    return new LiveNames(
        session,
        () ->
            Request.get(
                    Paths.APPLICATIONS
                        + "/"
                        + Request.segment(application.get())
                        + "/"
                        + list.get())
                .with("pagereturn", true),
        part ->
            part.text("id") + "\t" + (part.text("name") + " " + part.text("status_v2")).strip());
  }

  /**
   * The assets of a run.
   *
   * @param application the one that was typed before
   * @param run the one that was typed after it
   */
  public static LiveNames ofAssets(
      Session session, Supplier<String> application, Supplier<String> run) {
    return ofApplication(
        session, application, () -> "runs/" + Request.segment(run.get()) + "/assets");
  }

  private static String workload(Node workload) {
    return workload.text("id")
        + "\t"
        + (workload.text("name") + " " + workload.text("state")).strip();
  }

  @Override
  public Iterator<String> iterator() {
    BlockingQueue<List<String>> answer = new LinkedBlockingQueue<>();
    Thread.ofVirtual().start(() -> answer.add(asked()));
    try {
      List<String> names = answer.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      return names == null ? List.<String>of().iterator() : names.iterator();
    } catch (InterruptedException asked) {
      Thread.currentThread().interrupt();
      return List.<String>of().iterator();
    }
  }

  private List<String> asked() {
    try {
      Node page = session.transport().trySend(request.get().with("limit", MOST)).json();
      List<String> names = new ArrayList<>();
      page.at("items").items().forEach(item -> names.add(told.apply(item)));
      page.at("runs").items().forEach(item -> names.add(told.apply(item)));
      return names;
    } catch (RuntimeException e) { // No server, no token, no right: nothing to complete.
      return List.of();
    }
  }
}
