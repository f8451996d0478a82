package dev.satchel.core.credential;

import dev.satchel.core.RefusedException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A registry of images by its host, with a port where it has one. Docker's own has several names
 * and is always {@code docker.io} here.
 */
public record RegistryServer(String host) {
  private static final Pattern FORM =
      Pattern.compile("([a-z0-9]([a-z0-9.-]{0,252})|\\[[0-9a-f:.]{2,45}])(:[0-9]{1,5})?");
  private static final Set<String> DOCKER_IO =
      Set.of("docker.io", "index.docker.io", "registry-1.docker.io", "www.docker.io");

  public RegistryServer {
    if (!FORM.matcher(host).matches()) {
      throw RefusedException.invalid(
          "fields.server",
          "A registry's server is its host, with a port where it has one, such as ghcr.io or 127.0.0.1:5000.");
    }
  }

  /** As people write it, perhaps with a scheme before it and a version's path after it. */
  public static RegistryServer of(String written) {
    String bare =
        written.toLowerCase(Locale.ROOT).replaceFirst("^https?://", "").replaceFirst("/.*$", "");
    return new RegistryServer(DOCKER_IO.contains(bare) ? "docker.io" : bare);
  }

  /**
   * Where an image is pulled from. What stands before the first slash is a host where it has a dot
   * or a colon, or is {@code localhost}. Source: distribution/reference, normalize.go.
   */
  public static RegistryServer ofImage(String reference) {
    int slash = reference.indexOf('/');
    String first = slash < 0 ? "" : reference.substring(0, slash);
    boolean named =
        first.indexOf('.') >= 0
            || first.indexOf(':') >= 0
            || first.equals("localhost")
            || !first.equals(first.toLowerCase(Locale.ROOT));
    if (named && !FORM.matcher(first.toLowerCase(Locale.ROOT)).matches()) {
      throw RefusedException.invalid(
          "image", "What stands before the first \"/\" of image is no registry's host.");
    }
    return of(named ? first : "docker.io");
  }

  @Override
  public String toString() {
    return host;
  }
}
