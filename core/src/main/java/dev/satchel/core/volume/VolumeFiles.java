package dev.satchel.core.volume;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The files of one volume. No path leads out of it: a symbolic link is never followed. Paths are
 * relative and plain; an empty one is the volume itself. What is not there is refused with
 * VOLUME_FILE_NOT_FOUND, what is of another kind with VOLUME_FILE_CONFLICT.
 */
public interface VolumeFiles {
  /** What a name in a directory stands for. */
  enum Kind {
    FILE,
    DIRECTORY,
    LINK,
    OTHER
  }

  /**
   * A name in a directory.
   *
   * @param sizeBytes of a file; 0 of anything else
   */
  record Item(String name, Kind kind, long sizeBytes, Instant modifiedAt) {}

  /**
   * A file as it was read or written.
   *
   * @param sha256 in lower-case hexadecimal
   */
  record Content(long sizeBytes, String sha256, Instant modifiedAt) {}

  /** Where a file that is read goes. */
  interface Sink {
    /** Told before the first byte; answers where the bytes go. */
    OutputStream begin(Content content) throws IOException;

    /** How many of its first bytes are left out, at most all; asked once it has begun. */
    default long skippedBytes() {
      return 0;
    }
  }

  /** What a path stands for. */
  Kind kindOf(String path);

  /**
   * What is in a directory, by name.
   *
   * @param after the name that the page comes after; empty for the first
   */
  List<Item> list(String path, String after, int limit);

  /** Reads a file, its digest first. */
  void read(String path, Sink to) throws IOException;

  /**
   * Writes a file, and the directories above it: nobody sees a part of it, and where this throws,
   * what was there before is there still.
   *
   * @param maxBytes TOO_LARGE above it
   * @param sha256 what it must be; null where nobody knows. INVALID where it is not.
   */
  Content write(String path, InputStream bytes, long maxBytes, @Nullable String sha256)
      throws IOException;

  /**
   * Removes a file, a link, or a directory.
   *
   * @param all whether a directory goes with all that is in it; else it must be empty
   */
  void remove(String path, boolean all);
}
