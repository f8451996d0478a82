package dev.satchel.server.bucket;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Ports that no other user and no job can take while the server is away: jobs are without
 * capabilities. Source: ip(7), ip_unprivileged_port_start.
 */
final class LoopbackPort {
  private static final Path START = Path.of("/proc/sys/net/ipv4/ip_unprivileged_port_start");
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final int FIRST = 755; // From here to the last, hardly any service has its own.
  private static final int LAST = 850;
  private static final int CAP_NET_BIND_SERVICE = 10; // Source: capabilities(7).

  private LoopbackPort() {}

  /** Whether this process can take one. */
  static boolean canGuard() {
    return start() > FIRST && isCapable();
  }

  static boolean isGuarded(int port) {
    return port < start();
  }

  /** All of them, in no order: many servers may share a machine. */
  static List<Integer> guarded() {
    List<Integer> ports = new ArrayList<>();
    for (int port = FIRST; port < start() && port <= LAST; port++) {
      ports.add(port);
    }
    Collections.shuffle(ports);
    return ports;
  }

  private static int start() {
    try (InputStream file = Files.newInputStream(START)) {
      byte[] text = new byte[32];
      int length = file.read(text); // At once: the kernel tells it to the first read alone.
      return Integer.parseInt(
          new String(text, 0, Math.max(length, 0), StandardCharsets.US_ASCII).strip());
    } catch (IOException | NumberFormatException e) {
      return 0;
    }
  }

  private static boolean isCapable() {
    try {
      return Files.readAllLines(STATUS).stream()
          .filter(line -> line.startsWith("CapEff:"))
          .anyMatch(
              line ->
                  (Long.parseUnsignedLong(line.substring(7).strip(), 16)
                          & (1L << CAP_NET_BIND_SERVICE))
                      != 0);
    } catch (IOException e) {
      return false;
    }
  }
}
