package dev.satchel.core.volume;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import java.io.IOException;

/**
 * Writes files of volumes: no more than a volume has room for, and none that outlives its volume.
 */
final class FileWrites {
  private final VolumeDriver driver;
  private final VolumeSweep sweep;

  FileWrites(VolumeDriver driver, VolumeSweep sweep) {
    this.driver = driver;
    this.sweep = sweep;
  }

  /** A write of so many bytes at most. */
  interface Writing {
    VolumeFiles.Content upTo(VolumeFiles files, long bytes) throws IOException;
  }

  /**
   * Writes as much as there is room for, and says so where it is too little.
   *
   * @throws RefusedException VOLUME_NOT_FOUND where the volume was deleted meanwhile
   */
  VolumeFiles.Content write(Volume volume, long maxBytes, Writing writing) throws IOException {
    VolumeFiles.Content written;
    boolean deleted = false;
    try {
      written = withinSize(volume, maxBytes, writing);
    } finally { // Also what failed may have been written, and only the answer was lost.
      deleted = sweep.removeLate(volume);
    }
    if (deleted) {
      throw Volumes.missing(Reason.VOLUME_NOT_FOUND, volume.name());
    }
    return written;
  }

  private VolumeFiles.Content withinSize(Volume volume, long maxBytes, Writing writing)
      throws IOException {
    long room = VolumeRules.room(volume, driver).orElse(maxBytes);
    try {
      return writing.upTo(driver.files(volume.data()), Math.clamp(room, 0, maxBytes));
    } catch (RefusedException refused) {
      throw refused.reason() == Reason.TOO_LARGE && room < maxBytes
          ? VolumeRules.full(Reason.TOO_LARGE, volume, "more with this file")
          : refused;
    }
  }
}
