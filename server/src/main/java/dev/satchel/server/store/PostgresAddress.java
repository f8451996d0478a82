package dev.satchel.server.store;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Where a PostgreSQL database is and who asks for it: {@code postgresql://USER@HOST:PORT/DATABASE},
 * with the driver's parameters for TLS behind a question mark. Prints itself without the password.
 */
public final class PostgresAddress {
  private static final String FORM = "postgresql://USER@HOST:PORT/DATABASE";
  private static final int DEFAULT_PORT = 5432;
  private static final Set<String> PARAMETERS =
      Set.of("sslmode", "sslrootcert", "sslcert", "sslkey");
  private static final Set<String> MODES =
      Set.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full");

  private static final int CONNECT_TIMEOUT_S = 5;
  private static final int STATEMENT_TIMEOUT_MS = 15_000;
  private static final int LOCK_TIMEOUT_MS = 5_000;
  private static final int IDLE_IN_TRANSACTION_TIMEOUT_MS = 30_000;
  private static final int SOCKET_TIMEOUT_S = 20; // More than any statement takes.

  private final String host;
  private final int port;
  private final String user;
  private final String database;
  private final Map<String, String> parameters;
  private final @Nullable String password; // Null where there is none.

  private PostgresAddress(
      String host,
      int port,
      String user,
      String database,
      Map<String, String> parameters,
      @Nullable String password) {
    this.host = host;
    this.port = port;
    this.user = user;
    this.database = database;
    this.parameters = Map.copyOf(parameters);
    this.password = password;
  }

  /**
   * Reads a URL.
   *
   * @throws IllegalStateException where it is none; the message holds nothing of it
   */
  public static PostgresAddress of(String url) {
    try {
      URI uri = new URI(url.strip());
      String scheme = uri.getScheme();
      String path = uri.getRawPath();
      String user = uri.getRawUserInfo();
      if (scheme == null || !scheme.matches("postgres(ql)?")) {
        throw malformed("it does not begin with postgresql://");
      }
      if (uri.getHost() == null || path == null || path.length() < 2 || user == null) {
        throw malformed("user, host or database is missing");
      }
      String[] account = user.split(":", 2);
      return new PostgresAddress(
          uri.getHost(),
          uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort(),
          decoded(account[0]),
          decoded(path.substring(1)),
          parameters(uri.getRawQuery()),
          account.length == 1 ? null : decoded(account[1]));
    } catch (URISyntaxException | IllegalArgumentException e) { // Neither may be shown.
      throw malformed("it is no URL; in user and password write \"%\" and two digits for signs");
    }
  }

  private static Map<String, String> parameters(@Nullable String query) {
    Map<String, String> parameters = new TreeMap<>();
    if (query != null) {
      for (String each : query.split("&", -1)) {
        String[] pair = each.split("=", 2);
        if (pair.length != 2 || !PARAMETERS.contains(pair[0])) {
          throw malformed("behind \"?\" stand only " + String.join(", ", sorted(PARAMETERS)));
        }
        parameters.put(pair[0], decoded(pair[1]));
      }
    }
    String mode = parameters.get("sslmode");
    if (mode != null && !MODES.contains(mode)) {
      throw malformed("sslmode is one of " + String.join(", ", sorted(MODES)));
    }
    return parameters;
  }

  private static Set<String> sorted(Set<String> words) {
    return new java.util.TreeSet<>(words);
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static IllegalStateException malformed(String why) {
    return new IllegalStateException(
        "The database's URL cannot be used: " + why + ". It has the form " + FORM + ".");
  }

  /** Whether the URL itself holds a password. */
  public boolean hasPassword() {
    return password != null;
  }

  /** The password, for whoever connects; null where there is none. */
  public @Nullable String password() {
    return password;
  }

  /** The same with a password. */
  public PostgresAddress withPassword(String newPassword) {
    return new PostgresAddress(host, port, user, database, parameters, newPassword);
  }

  /** The same database by another way. */
  PostgresAddress at(String otherHost, int otherPort) {
    return new PostgresAddress(otherHost, otherPort, user, database, parameters, password);
  }

  /** What makes connections, every wait of which has an end. */
  PGSimpleDataSource source() {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setServerNames(new String[] {host.replaceAll("[\\[\\]]", "")});
    source.setPortNumbers(new int[] {port});
    source.setDatabaseName(database);
    source.setUser(user);
    if (password != null) {
      source.setPassword(password);
    }
    source.setSslMode(mode());
    setIfThere("sslrootcert", source::setSslRootCert);
    setIfThere("sslcert", source::setSslCert);
    setIfThere("sslkey", source::setSslKey);
    source.setApplicationName("satchel");
    source.setConnectTimeout(CONNECT_TIMEOUT_S);
    source.setLoginTimeout(2 * CONNECT_TIMEOUT_S);
    source.setSocketTimeout(SOCKET_TIMEOUT_S);
    source.setTcpKeepAlive(true);
    source.setLogServerErrorDetail(false); // It shows the rows themselves.
    source.setReWriteBatchedInserts(true);
    source.setOptions(
        "-c statement_timeout=%d -c lock_timeout=%d -c idle_in_transaction_session_timeout=%d"
            .formatted(STATEMENT_TIMEOUT_MS, LOCK_TIMEOUT_MS, IDLE_IN_TRANSACTION_TIMEOUT_MS));
    return source;
  }

  private void setIfThere(String name, java.util.function.Consumer<String> setter) {
    String value = parameters.get(name);
    if (value != null) {
      setter.accept(value);
    }
  }

  /**
   * What leaves the machine is encrypted and the server's name proven, unless the URL says less.
   */
  private String mode() {
    String mode = parameters.get("sslmode");
    if (mode != null) {
      return mode;
    }
    return isLoopback() ? "prefer" : "verify-full";
  }

  private boolean isLoopback() {
    return host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
  }

  @Override
  public String toString() {
    return "postgresql://" + user + "@" + host + ":" + port + "/" + database;
  }
}
