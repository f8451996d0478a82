package dev.satchel.sdk;

import dev.satchel.sdk.discovery.Trust;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a client talks to its server.
 *
 * @param url without a trailing slash
 * @param token null to send none
 * @param trust whose certificates the server may show
 * @param connectTimeout for one connection
 * @param timeout for one call, with all its repetitions
 * @param retries how often a call is repeated at most
 * @param outage how long what waits for a job outlives a server that does not answer
 */
record Settings(
    String url,
    @Nullable String token,
    Trust trust,
    Duration connectTimeout,
    Duration timeout,
    int retries,
    Duration outage) {
  @Override
  public String toString() {
    return "Settings[" + url + "]";
  }
}
