package dev.satchel.sdk.discovery;

import dev.satchel.sdk.discovery.DiscoveryException.Kind;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the server and the token, in the order that {@code satchel --help} prints. A token goes
 * only to a server that was named by the user or that vouches for itself by a file of ours.
 */
public final class Discovery {
  private final Map<String, String> environment;
  private final Path workingDirectory;
  private final Path home;
  private final @Nullable String givenUrl;
  private final @Nullable String givenData;
  private final Logins logins;

  /**
   * Looks at nothing yet.
   *
   * @param environment the variables
   * @param workingDirectory what relative paths are relative to
   * @param home the user's
   * @param server the URL that goes before SATCHEL_URL; null where none does
   * @param data the data directory that goes before SATCHEL_DATA; null where none does
   */
  public Discovery(
      Map<String, String> environment,
      Path workingDirectory,
      Path home,
      @Nullable String server,
      @Nullable String data) {
    this.environment = Map.copyOf(environment);
    this.workingDirectory = workingDirectory;
    this.home = home;
    this.givenUrl = server == null ? variable("SATCHEL_URL") : server;
    this.givenData = data == null ? variable("SATCHEL_DATA") : data;
    String config = variable("XDG_CONFIG_HOME");
    this.logins = new Logins(config == null ? home.resolve(".config") : Path.of(config));
  }

  /**
   * With what this process was started with.
   *
   * @return a discovery that prefers nothing to the variables
   */
  public static Discovery ofThisProcess() {
    return new Discovery(
        System.getenv(),
        Path.of("").toAbsolutePath(),
        Path.of(System.getProperty("user.home", "/")),
        null,
        null);
  }

  /**
   * The same with another server named.
   *
   * @param server goes before the variables; null to leave it to them
   * @return another discovery
   */
  public Discovery preferring(@Nullable String server) {
    return new Discovery(environment, workingDirectory, home, server, givenData);
  }

  /** The variable's value; null where it is not set, or empty where that means the same. */
  private @Nullable String variable(String name) {
    String value = environment.get(name);
    return value == null || value.isEmpty() ? null : value;
  }

  /**
   * The tokens that logins have kept.
   *
   * @return of this user
   */
  public Logins logins() {
    return logins;
  }

  /**
   * The data directory that is meant.
   *
   * @return the option, else SATCHEL_DATA, else ~/.satchel
   */
  public Path dataDirectory() {
    return givenData == null
        ? home.resolve(".satchel")
        : workingDirectory.resolve(givenData).normalize();
  }

  /**
   * What the data directory says about a server of this machine.
   *
   * @return a URL, or why there is none
   */
  public ServerFile serverFile() {
    return ServerFile.in(dataDirectory());
  }

  /**
   * The server to talk to.
   *
   * @return with its token
   * @throws DiscoveryException where none is known, or no token for it
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
      throw new DiscoveryException(
          Kind.NO_SERVER,
          "No server is running here: " + own.objection() + ".",
          "satchel serve                    starts one on this machine",
          "satchel login URL                uses one that runs elsewhere",
          "SATCHEL_URL=… SATCHEL_TOKEN=…    does so for one command");
    }
    return withToken(tidy(own.url()), true);
  }

  /**
   * Whose certificates a server may show: of this machine's server the one that it wrote down; else
   * of the authority that SATCHEL_CA_CERT names, else of the one that was named at its login, else
   * of those that Java knows.
   *
   * @param url of the server, without a trailing slash
   * @return no file was read for it that the user named
   */
  public Trust trust(String url) {
    if (!url.startsWith("https:")) {
      return Trust.USUAL;
    }
    ServerFile own = serverFile();
    if (own.certificate() != null && url.equals(own.url())) {
      return Trust.ofCertificate(own.certificate());
    }
    String named = variable("SATCHEL_CA_CERT");
    if (named != null) {
      return Trust.ofAuthorities(workingDirectory.resolve(named));
    }
    Path kept = logins.authorities(url);
    return kept == null ? Trust.USUAL : Trust.ofAuthorities(kept);
  }

  private Target withToken(String url, boolean ofThisMachine) {
    String variable = variable("SATCHEL_TOKEN");
    if (variable != null) {
      return new Target(url, variable.strip(), "the variable SATCHEL_TOKEN", ofThisMachine);
    }
    String named = variable("SATCHEL_TOKEN_FILE");
    if (named != null) {
      Path file = workingDirectory.resolve(named);
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
    throw new DiscoveryException(
        Kind.NO_TOKEN,
        "No token is known for " + url + ".",
        "satchel login " + url + "    keeps one",
        "SATCHEL_TOKEN=…    gives one for one command");
  }

  private String ownToken(Path file) {
    String objection = OwnFiles.objection(file);
    if (objection != null) {
      throw new DiscoveryException(Kind.NO_TOKEN, "The token is not used: " + objection + ".");
    }
    return token(file);
  }

  private static String token(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException unreadable) {
      throw new DiscoveryException(Kind.NO_TOKEN, "The token file " + file + " cannot be read.");
    }
  }

  /**
   * A URL as it is kept and compared: http or https, a host, no trailing slash.
   *
   * @param url as somebody typed it
   * @return the same server
   * @throws DiscoveryException where it is none
   */
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
    throw new DiscoveryException(
        Kind.WRONG_URL, "A server's URL looks like https://satchel.example.com:8080.");
  }
}
