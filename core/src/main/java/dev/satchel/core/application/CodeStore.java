package dev.satchel.core.application;

import java.nio.file.Path;

/** Keeps what was pushed, by digest. */
public interface CodeStore {
  /**
   * Keeps an archive, and answers its digest.
   *
   * @throws dev.satchel.core.RefusedException INVALID or TOO_LARGE where it could not be unpacked
   */
  String keep(Path archive);

  Path of(String digest);
}
