package dev.satchel.sdk.discovery;

import org.jspecify.annotations.Nullable;

/**
 * A server and the token that may be sent to it.
 *
 * @param url without a trailing slash
 * @param token the token itself; null where none was asked for
 * @param tokenFrom the variable or file that the token came from
 * @param ofThisMachine whether it is the server of this machine, found by its data directory
 */
public record Target(String url, @Nullable String token, String tokenFrom, boolean ofThisMachine) {
  @Override
  public String toString() {
    return "Target[" + url + ", token from " + tokenFrom + "]";
  }
}
