package dev.satchel.sdk;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How a handle comes to a server: by a client of the caller's, by an address, or by what the
 * environment names. What is made for the last two is kept for as long as the program runs.
 */
final class Reach {
  private static final int ADDRESSES_MAX = 64;
  private static final Map<String, Satchel> KEPT = new HashMap<>();

  /** What the environment names. */
  static final Reach DEFAULT = new Reach(() -> kept("", Satchel::fromEnvironment));

  private final Supplier<Satchel> client;

  private Reach(Supplier<Satchel> client) {
    this.client = client;
  }

  static Reach by(ControlPlaneClient client) {
    Satchel only = (Satchel) client; // There is no other.
    return new Reach(() -> only);
  }

  static Reach at(URI baseUrl) {
    String url = baseUrl.toString();
    return new Reach(() -> kept(url, () -> Satchel.builder().url(url).build()));
  }

  Satchel client() {
    return client.get();
  }

  private static Satchel kept(String url, Supplier<Satchel> maker) {
    synchronized (KEPT) {
      @Nullable Satchel known = KEPT.get(url);
      if (known != null) {
        return known;
      }
      if (KEPT.size() > ADDRESSES_MAX) {
        throw new NotConfigured(
            "More than "
                + ADDRESSES_MAX
                + " servers were named by their addresses alone. Make a ControlPlaneClient for each,"
                + " and close it afterwards.");
      }
      Satchel made = maker.get();
      KEPT.put(url, made);
      return made;
    }
  }
}
