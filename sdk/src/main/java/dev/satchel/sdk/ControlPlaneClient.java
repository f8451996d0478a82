package dev.satchel.sdk;

import java.net.URI;

/**
 * A client of one server, as handles such as {@link Secret} and {@link Volume} take it. {@link
 * Satchel} is the one there is, with all that a server can do; this is its other name, so that
 * there is one client and one set of connections. Thread-safe; one is enough for a program.
 */
public sealed interface ControlPlaneClient extends AutoCloseable permits Satchel {
  /**
   * A client of the server that this process's environment names, as {@link
   * Satchel#fromEnvironment}.
   *
   * @return a client; nothing was asked of the server yet
   * @throws NotConfigured where none is known, or no token for it
   */
  static ControlPlaneClient fromEnvironment() {
    return Satchel.fromEnvironment();
  }

  /**
   * A client of one server, with the token that the environment or a login has for it.
   *
   * @param baseUrl such as {@code https://satchel.example.com}
   * @return a client; nothing was asked of the server yet
   * @throws NotConfigured where there is no token for it
   */
  static ControlPlaneClient at(URI baseUrl) {
    return builder().url(baseUrl.toString()).build();
  }

  /**
   * A client that is told some of it, and finds the rest as {@link #fromEnvironment} does.
   *
   * @return a builder
   */
  static Satchel.Builder builder() {
    return Satchel.builder();
  }

  /**
   * The server.
   *
   * @return its URL, without a trailing slash
   */
  String url();

  /**
   * The bundles of secrets, with every route that there is.
   *
   * @return of this client
   */
  Secrets secrets();

  /**
   * The volumes, with every route that there is.
   *
   * @return of this client
   */
  Volumes volumes();

  /** Ends what is still being asked; those who wait for it get {@link Cancelled}. */
  @Override
  void close();
}
