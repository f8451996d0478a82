package dev.satchel.cli.setup;

import dev.satchel.api.Paths;
import dev.satchel.cli.http.Answer;
import dev.satchel.cli.http.Request;
import dev.satchel.cli.http.RequestException;
import dev.satchel.cli.session.CliException;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Session;
import dev.satchel.sdk.discovery.DiscoveryException;
import dev.satchel.sdk.discovery.ServerFile;
import dev.satchel.sdk.discovery.Target;
import dev.satchel.sdk.json.Node;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Asks the server that the next command would talk to. */
final class ServerChecks {
  private static final Duration MOST_SKEW = Duration.ofSeconds(5);

  private final Session session;
  private final ServerFile running;
  private @Nullable Answer ready; // Null where the server did not say that it is ready.

  ServerChecks(Session session, ServerFile running) {
    this.session = session;
    this.running = running;
  }

  /** Whether it answers, and is ready. Comes first: the others go on from it. */
  Check server() {
    try {
      Target target = session.target();
      ready = session.transport().trySend(Request.get(Paths.READY));
      String version = ready.json().text("version");
      return Check.ok(
          "server", target.url() + " is ready" + (version.isEmpty() ? "" : ", version " + version));
    } catch (DiscoveryException wrong) { // Of the authority's file.
      return Check.fail("server", wrong.what(), wrong.hints().getFirst());
    } catch (CliException unknown) {
      return unknown.exitCode() == ExitCode.UNREACHABLE
          ? Check.note("server", "none runs here: " + running.objection(), "satchel serve")
          : Check.fail("server", unknown.what(), hint(unknown));
    } catch (RequestException refused) {
      return Check.fail("server", refused.detail(), fixOf(refused));
    }
  }

  private static String hint(CliException unknown) {
    return unknown.hints().isEmpty() ? "satchel login URL" : unknown.hints().getFirst();
  }

  private String fixOf(RequestException refused) {
    String log = session.discovery().dataDirectory().resolve("server.log").toString();
    if (refused.untrusted()) {
      return refused.remedy();
    }
    if (refused.status() != 0) {
      return "see the server's log (quickstart writes " + log + "), then restart it";
    }
    return session.target().ofThisMachine()
        ? "satchel serve, once its process has ended; its log may say why: " + log
        : "look on its machine, or name another: satchel login URL";
  }

  /** Whether the token is accepted; null where no server is ready to say so. */
  @Nullable Check token() {
    if (ready == null) {
      return null;
    }
    String from = session.target().tokenFrom();
    try {
      session.send(Request.get(Paths.SECRETS).with("limit", 1));
      return Check.ok("token", "accepted, from " + from);
    } catch (RequestException refused) {
      return switch (refused.status()) {
        case 401 ->
            Check.fail(
                "token", "not accepted, from " + from, "satchel login " + session.target().url());
        case 403 -> Check.ok("token", "accepted, from " + from + "; it may not list secrets");
        default -> Check.fail("token", refused.detail(), "satchel doctor, in a while");
      };
    }
  }

  /** What the server says that it would run a job with; null where it was not asked, or cannot. */
  @Nullable Check engines() {
    if (ready == null) {
      return null;
    }
    try {
      Map<String, Object> job = Map.of("kind", "job", "command", List.of("true"));
      Node plan = session.send(Request.post(Paths.PLANS, job)).json();
      List<String> problems = plan.at("problems").texts();
      String engine = plan.text("engine");
      return problems.isEmpty()
          ? Check.ok(
              "engines", engine + ": runs jobs, with the isolation " + plan.text("isolation"))
          : Check.fail(
              "engines", engine + ": " + String.join(" ", problems), "see the lines below");
    } catch (RequestException mayNot) {
      return null;
    }
  }

  /** The clocks of both; without a server, ours against what the data remembers. */
  Check clock(Instant newestWrite) {
    Instant now = session.screen().now();
    if (ready != null && ready.date().toEpochMilli() != 0) {
      Duration skew = Duration.between(ready.date(), now).abs();
      return skew.compareTo(MOST_SKEW) <= 0
          ? Check.ok("clock", "within " + MOST_SKEW.toSeconds() + " s of the server's")
          : Check.fail("clock", skew.toSeconds() + " s from the server's", "set both by NTP");
    }
    return now.plus(MOST_SKEW).isBefore(newestWrite)
        ? Check.fail(
            "clock",
            "it is " + now + " here, but the data was written at " + newestWrite,
            "set the clock by NTP: sudo timedatectl set-ntp true")
        : Check.ok("clock", now.toString().substring(0, 16).replace('T', ' ') + " UTC");
  }
}
