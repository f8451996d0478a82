package dev.satchel.cli.discovery;

import dev.satchel.cli.session.CliException;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Surroundings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Finds the server and the token, in the order that {@code satchel --help} prints. A token goes
 * only to a server that was named by the user or that vouches for itself by a file of ours.
 */
public final class Discovery {
  private final Surroundings surroundings;
  private final @Nullable String givenUrl;
  private final @Nullable String givenData;
  private final Logins logins;

  /**
   * @param server the option; null where it was not given
   * @param data the option; null where it was not given
   */
  public Discovery(Surroundings surroundings, @Nullable String server, @Nullable String data) {
    this.surroundings = surroundings;
    this.givenUrl = server == null ? surroundings.variable("SATCHEL_URL") : server;
    this.givenData = data == null ? surroundings.variable("SATCHEL_DATA") : data;
    String config = surroundings.variable("XDG_CONFIG_HOME");
    this.logins =
        new Logins(config == null ? surroundings.home().resolve(".config") : Path.of(config));
  }

  public Logins logins() {
    return logins;
  }

  public Path dataDirectory() {
    return Target.dataDirectory(givenData, surroundings.workingDirectory(), surroundings.home());
  }

  /** What the data directory says about a server of this machine. */
  public ServerFile serverFile() {
    return ServerFile.in(dataDirectory());
  }

  /**
   * The server to talk to.
   *
   * @throws CliException where none is known, or no token for it
   */
  public Target target() {
    if (givenUrl != null) {
      String url = tidy(givenUrl);
      return withToken(url, url.equals(serverFile().url()));
    }
    String current = givenData == null ? logins.current() : null; // Named by the user goes first.
    if (current != null) {
      return withToken(current, false);
    }
    ServerFile own = serverFile();
    if (own.url() == null) {
      throw new CliException(
          ExitCode.UNREACHABLE,
          "No server is running here: " + own.objection() + ".",
          "satchel serve                    starts one on this machine",
          "satchel login URL                uses one that runs elsewhere",
          "SATCHEL_URL=… SATCHEL_TOKEN=…    does so for one command");
    }
    return withToken(tidy(own.url()), true);
  }

  private Target withToken(String url, boolean ofThisMachine) {
    String variable = surroundings.variable("SATCHEL_TOKEN");
    if (variable != null) {
      return new Target(url, variable.strip(), "the variable SATCHEL_TOKEN", ofThisMachine);
    }
    String named = surroundings.variable("SATCHEL_TOKEN_FILE");
    if (named != null) {
      Path file = surroundings.workingDirectory().resolve(named);
      return new Target(url, token(file), file + " (SATCHEL_TOKEN_FILE)", ofThisMachine);
    }
    String login = ofThisMachine && givenUrl == null ? null : logins.token(url);
    if (login != null) {
      return new Target(url, login, logins.file().toString(), ofThisMachine);
    }
    if (ofThisMachine) {
      Path file = dataDirectory().resolve("admin.token");
      return new Target(url, ownToken(file), file.toString(), true);
    }
    throw new CliException(
        ExitCode.FORBIDDEN,
        "No token is known for " + url + ".",
        "satchel login " + url + "    keeps one",
        "SATCHEL_TOKEN=…    gives one for one command");
  }

  private String ownToken(Path file) {
    String objection = OwnFiles.objection(file);
    if (objection != null) {
      throw new CliException(ExitCode.FORBIDDEN, "The token is not used: " + objection + ".");
    }
    return token(file);
  }

  private static String token(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException unreadable) {
      throw new CliException(ExitCode.FORBIDDEN, "The token file " + file + " cannot be read.");
    }
  }

  /** A URL as it is kept and compared: http or https, a host, no trailing slash. */
  public static String tidy(String url) {
    try {
      URI parsed = URI.create(url.contains("://") ? url : "http://" + url);
      boolean web = "http".equals(parsed.getScheme()) || "https".equals(parsed.getScheme());
      if (web && parsed.getHost() != null && parsed.getUserInfo() == null) {
        return parsed.toString().replaceAll("/+$", "");
      }
    } catch (IllegalArgumentException malformed) {
      // Told below, with the form that is wanted.
    }
    throw CliException.usage("A server's URL looks like https://satchel.example.com:8080.");
  }
}
