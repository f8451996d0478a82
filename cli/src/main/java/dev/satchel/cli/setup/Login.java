package dev.satchel.cli.setup;

import dev.satchel.api.Paths;
import dev.satchel.cli.http.Request;
import dev.satchel.cli.http.RequestException;
import dev.satchel.cli.session.CliException;
import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.Session;
import dev.satchel.cli.session.Surroundings;
import dev.satchel.sdk.discovery.Discovery;
import dev.satchel.sdk.discovery.Logins;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;

/** Keeps a token for a server, after the server has accepted it. */
public final class Login implements Command {
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  private final Session session;

  private String url = "";

  public Login(Session session, Form form) {
    this.session = session;
    form.footer("The token is asked for without echo, or read from standard input.")
        .argument(value -> url = value, "URL", "The server.");
  }

  @Override
  public int run() throws IOException {
    String server = Discovery.tidy(url);
    URI parsed = URI.create(server);
    if ("http".equals(parsed.getScheme()) && !LOOPBACK.contains(parsed.getHost())) {
      session.screen().note("Note: " + server + " is not encrypted; the token can be overheard.");
    }
    String token = token();
    check(server, token);
    Logins logins = session.discovery().logins();
    logins.keep(server, token, session.trust(server).authorities());
    if (session.json()) {
      session.screen().json(Map.of("url", server, "file", logins.file().toString()));
    } else if (!session.quiet()) {
      session.screen().line("Logged in to " + server + " (" + logins.file() + ").");
    }
    return ExitCode.OK;
  }

  private String token() throws IOException {
    Surroundings surroundings = session.surroundings();
    String read;
    if (surroundings.terminals().in()) {
      char[] typed = surroundings.prompt().apply("Token: ");
      read = typed == null ? "" : new String(typed);
    } else {
      read = new String(surroundings.in().readAllBytes(), StandardCharsets.UTF_8);
    }
    if (read.isBlank()) {
      throw CliException.usage("No token was given.", "satchel login " + url + " < token.txt");
    }
    return read.strip();
  }

  private void check(String server, String token) {
    try {
      session.transport(server, token).send(Request.get(Paths.SECRETS).with("limit", 1));
    } catch (RequestException refused) {
      if (refused.status() == 401) {
        throw new CliException(
            ExitCode.FORBIDDEN,
            server + " does not accept this token; nothing was kept.",
            "satchel token create NAME --role ROLE    makes one, on the server's machine");
      }
      if (refused.status() != 403) { // A good token that may not list is a good token.
        throw refused;
      }
    }
  }
}
