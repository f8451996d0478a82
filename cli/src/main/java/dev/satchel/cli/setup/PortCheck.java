package dev.satchel.cli.setup;

import dev.satchel.cli.session.Surroundings;
import dev.satchel.sdk.discovery.ServerFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;

/** Looks whether the port of this machine's server is that server's, or free for one. */
final class PortCheck {
  private static final String USUAL_HOST = "127.0.0.1";
  private static final String USUAL_PORT = "8080";
  private static final int LAST_RESERVED = 1023;
  private static final int LAST = 65_535;
  private static final String NAME = "ports";

  private final Surroundings surroundings;
  private final ServerFile running;

  PortCheck(Surroundings surroundings, ServerFile running) {
    this.surroundings = surroundings;
    this.running = running;
  }

  Check check() {
    String url = running.url();
    return url == null ? free() : held(URI.create(url));
  }

  private static Check held(URI url) {
    String place = url.getHost() + ":" + url.getPort();
    PortHolder holder = PortHolder.of(url.getPort());
    return Check.ok(
        NAME, place + " is the running server's" + (holder == null ? "" : ": " + holder));
  }

  private Check free() {
    String host = orElse(surroundings.variable("SATCHEL_HOST"), USUAL_HOST);
    String given = orElse(surroundings.variable("SATCHEL_PORT"), USUAL_PORT);
    if (!given.matches("\\d{1,5}") || Integer.parseInt(given) > LAST) {
      return Check.fail(
          NAME, "SATCHEL_PORT is no port", "set a number from 0 to " + LAST + ", or unset it");
    }
    int port = Integer.parseInt(given);
    String place = host + ":" + port;
    try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getByName(host))) {
      return Check.ok(NAME, host + ":" + free.getLocalPort() + " is free for a server");
    } catch (UnknownHostException unknown) {
      return Check.fail(NAME, "SATCHEL_HOST is no address of this machine", "unset it");
    } catch (IOException taken) {
      return taken(place, port);
    }
  }

  private static Check taken(String place, int port) {
    PortHolder holder = PortHolder.of(port);
    if (holder != null) {
      return Check.fail(
          NAME,
          place + " is taken by " + holder,
          "satchel serve --port 0 takes any free one, as quickstart does; or end process "
              + holder.pid());
    }
    return port <= LAST_RESERVED && port > 0
        ? Check.fail(
            NAME,
            place + " cannot be had: ports below 1024 are root's",
            "satchel serve --port 8080")
        : Check.fail(
            NAME,
            place + " is taken, by a process that you may not see",
            "satchel serve --port 0 takes any free one; sudo ss -ltnp 'sport = :"
                + port
                + "' names who has it");
  }

  private static String orElse(@org.jspecify.annotations.Nullable String text, String other) {
    return text == null ? other : text;
  }
}
