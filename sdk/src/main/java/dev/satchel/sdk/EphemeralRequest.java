package dev.satchel.sdk;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What an ephemeral volume is to be. Handed to the function that a call takes, and of use within it
 * only; not thread-safe.
 */
public final class EphemeralRequest {
  private String prefix = "satchel-ephemeral";
  private @Nullable String mountPath;
  private Duration lease = Duration.ofMinutes(1);

  EphemeralRequest() {}

  /**
   * What its name begins with; {@code satchel-ephemeral} where this is not called.
   *
   * @param start 1 to 43 letters, digits, {@code _} or {@code -}, a letter first
   * @return this
   */
  public EphemeralRequest prefix(String start) {
    prefix = start;
    return this;
  }

  /**
   * Where whoever is given its handle mounts it.
   *
   * @param path absolute
   * @return this
   */
  public EphemeralRequest mountPath(String path) {
    mountPath = path;
    return this;
  }

  /**
   * How long it outlives this program where that dies; a minute where this is not called. It is
   * renewed four times as often.
   *
   * @param length from two seconds to an hour
   * @return this
   */
  public EphemeralRequest lease(Duration length) {
    lease = length;
    return this;
  }

  String prefix() {
    return prefix;
  }

  @Nullable String mountPath() {
    return mountPath;
  }

  Duration lease() {
    return lease;
  }

  @Override
  public String toString() {
    return "EphemeralRequest[" + prefix + "]";
  }
}
