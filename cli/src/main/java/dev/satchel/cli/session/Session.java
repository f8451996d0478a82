package dev.satchel.cli.session;

import dev.satchel.cli.http.Answer;
import dev.satchel.cli.http.LogStream;
import dev.satchel.cli.http.Request;
import dev.satchel.cli.http.Transport;
import dev.satchel.cli.output.Screen;
import dev.satchel.sdk.discovery.Discovery;
import dev.satchel.sdk.discovery.DiscoveryException;
import dev.satchel.sdk.discovery.Target;
import dev.satchel.sdk.discovery.Trust;
import dev.satchel.sdk.json.Node;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a command has at hand. The server is looked for when the first request is made. */
public final class Session {
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final int PAGE = 1000;

  private final Surroundings surroundings;
  private final Globals globals;
  private final Screen screen;
  private final List<String> tail;
  private @Nullable Target target;
  private @Nullable Trust trust; // Of the server at trustedUrl.
  private String trustedUrl = "";

  /**
   * @param tail the words after {@code --}, which belong to the job and not to us
   */
  public Session(Surroundings surroundings, Globals globals, List<String> tail) {
    this.surroundings = surroundings;
    this.globals = globals;
    this.screen = new Screen(surroundings);
    this.tail = List.copyOf(tail);
  }

  public Surroundings surroundings() {
    return surroundings;
  }

  public Globals globals() {
    return globals;
  }

  public Screen screen() {
    return screen;
  }

  public List<String> tail() {
    return tail;
  }

  public boolean json() {
    return globals.json();
  }

  public boolean quiet() {
    return globals.quiet();
  }

  public Discovery discovery() {
    return new Discovery(
        surroundings.environment(),
        surroundings.workingDirectory(),
        surroundings.home(),
        globals.server(),
        globals.data());
  }

  public Target target() {
    if (target == null) {
      try {
        target = discovery().target();
      } catch (DiscoveryException missing) {
        throw CliException.of(missing);
      }
    }
    return target;
  }

  /** Whether what is asked for runs on another machine, as far as it is known without asking. */
  public boolean isForAnotherMachine() {
    return target != null && !target.ofThisMachine();
  }

  /** The server that was found; null before the first request. */
  public @Nullable Target targetIfKnown() {
    return target;
  }

  /** Lets the next request look anew: a server may have started meanwhile, on another port. */
  public void forgetTarget() {
    target = null;
    trust = null;
  }

  public Answer send(Request request) {
    return transport().send(request);
  }

  public LogStream follow(Request request) {
    return transport().follow(request);
  }

  /**
   * The items of a list, page after page.
   *
   * @param limit at most this many
   */
  public List<Node> items(Request request, int limit) {
    List<Node> items = new ArrayList<>();
    String next = null;
    do {
      int page = Math.min(PAGE, limit - items.size());
      Node answer = send(request.with("limit", page).with("page_token", next)).json();
      items.addAll(answer.at("items").items());
      next = answer.text("next_page_token");
    } while (!next.isEmpty() && items.size() < limit);
    return items;
  }

  /**
   * The items of a list of an application, page after page, in the words of nextmv.
   *
   * @param member which has the items
   * @param limit at most this many
   */
  public List<Node> partsOf(Request request, String member, int limit) {
    List<Node> items = new ArrayList<>();
    String next = null;
    do {
      Request ask = request.with("pagereturn", "true").with("pagetoken", next);
      Node answer = send(ask).json();
      items.addAll(answer.at(member).items());
      next = answer.text("next_page_token");
    } while (!next.isEmpty() && items.size() < limit);
    return items.subList(0, Math.min(limit, items.size()));
  }

  /** A list as the server would answer it in one page. */
  public static Map<String, Object> page(List<Node> items) {
    Map<String, Object> page = new LinkedHashMap<>();
    page.put("items", items);
    return page;
  }

  /** A transport to the server that was found. */
  public Transport transport() {
    Target found = target();
    return transport(found.url(), found.token());
  }

  /** A transport to a server that the user named, with a token that is not kept yet, or none. */
  public Transport transport(String url, @Nullable String token) {
    return new Transport(url, token, this::trace, PAUSE, trust(url));
  }

  /** Whose certificates that server may show; the same each time, as connections are kept by it. */
  public Trust trust(String url) {
    if (trust == null || !url.equals(trustedUrl)) {
      String named = globals.authorities();
      trust =
          named == null
              ? discovery().trust(url)
              : Trust.ofAuthorities(surroundings.workingDirectory().resolve(named));
      trustedUrl = url;
    }
    return trust;
  }

  private void trace(String line) {
    if (globals.verbose()) {
      screen.note("> " + line);
    }
  }
}
