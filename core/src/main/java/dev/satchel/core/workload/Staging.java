package dev.satchel.core.workload;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The files of an attempt that works on files: what lies in its fresh working directory before it
 * starts, what it reads, and what becomes of what it prints.
 */
public interface Staging {
  /**
   * Fills the working directory, which is empty.
   *
   * @throws dev.satchel.core.RefusedException INVALID or TOO_LARGE where what would fill it must
   *     not
   */
  void fill(Path directory) throws IOException;

  /**
   * Directories of many files that it is shown and cannot change, by where they lie in its working
   * directory: places that {@link #fill} has made and left empty.
   */
  default Map<String, Path> shared() throws IOException {
    return Map.of();
  }

  /** The file that its standard input is; null for none. */
  @Nullable Path input();

  /**
   * Whether what it prints is its output, kept as it is, and not log. What it prints to standard
   * error is always log.
   */
  boolean keepsOutput();

  /** How large each file that it writes may become, its output too. */
  long fileMaxBytes();
}
