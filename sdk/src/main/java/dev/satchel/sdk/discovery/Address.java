package dev.satchel.sdk.discovery;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/** Where the server says that a file is sent or fetched; no token goes there. */
public final class Address {
  private Address() {}

  /**
   * How to reach an address. One of this very server is reached by the URL that is known to: a
   * proxy may speak for it, which the server cannot see.
   *
   * @param server its URL, without a trailing slash
   * @param address as it gave it
   * @return null where that is none
   */
  public static @Nullable URI reached(String server, String address) {
    URI given;
    try {
      given = URI.create(address);
    } catch (IllegalArgumentException none) {
      return null;
    }
    if (URI.create(server).getAuthority().equals(given.getAuthority())) {
      String query = given.getRawQuery();
      return URI.create(server + given.getRawPath() + (query == null ? "" : "?" + query));
    }
    boolean http = "http".equals(given.getScheme()) || "https".equals(given.getScheme());
    return http ? given : null;
  }
}
