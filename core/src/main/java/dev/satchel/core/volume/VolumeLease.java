package dev.satchel.core.volume;

import java.time.Instant;

/**
 * That a volume is there only as long as somebody says so, again and again.
 *
 * @param seconds how long each time
 * @param expiresAt when it goes, unless it is renewed or a workload holds it
 */
public record VolumeLease(int seconds, Instant expiresAt) {
  static VolumeLease from(Instant now, int seconds) {
    return new VolumeLease(seconds, now.plusSeconds(seconds));
  }

  public VolumeLease renewed(Instant now) {
    return from(now, seconds);
  }
}
