package dev.satchel.server;

import java.net.URI;

/** The URL by which others know this server, such as a proxy's in front of it. */
final class PublicUrl {
  private static final int MAX_LENGTH = 1024;

  private PublicUrl() {}

  /**
   * The URL without a trailing slash.
   *
   * @throws IllegalStateException where it is none that a path can be put behind
   */
  static String tidy(String url) {
    try {
      URI parsed = URI.create(url);
      boolean web = "http".equals(parsed.getScheme()) || "https".equals(parsed.getScheme());
      boolean bare =
          parsed.getRawUserInfo() == null
              && parsed.getRawQuery() == null
              && parsed.getRawFragment() == null;
      if (web && bare && parsed.getHost() != null && url.length() <= MAX_LENGTH) {
        return url.replaceAll("/+$", "");
      }
    } catch (IllegalArgumentException e) {
      // Told below, with the form that is wanted; it may hold a password.
    }
    throw new IllegalStateException(
        "--public-url must be the URL by which clients reach this server, such as"
            + " https://satchel.example.com or https://example.com/satchel: http or https, a host,"
            + " no user, query or fragment.");
  }
}
