package dev.satchel.core.application;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/** Keeps what was pushed, by digest. */
public interface CodeStore {
  /**
   * Keeps an archive, and answers its digest.
   *
   * @throws dev.satchel.core.RefusedException INVALID or TOO_LARGE where it could not be unpacked
   */
  String keep(Path archive);

  Path of(String digest);

  /** What is kept for longer than a push takes, sorted, after one, at most so many. */
  List<String> digests(String after, int limit);

  /** Removes some of these; what was kept anew meanwhile stays. */
  void remove(Collection<String> digests);
}
