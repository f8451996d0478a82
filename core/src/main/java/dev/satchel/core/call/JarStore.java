package dev.satchel.core.call;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/** Keeps jars, each under the SHA-256 of its bytes, apart for each workspace. */
public interface JarStore {
  /** A jar that nobody used since. */
  record Unused(String workspace, String digest) {}

  /**
   * Keeps what is sent, unless it is there already.
   *
   * @return how many bytes it has
   * @throws dev.satchel.core.RefusedException INVALID where its digest is another, TOO_LARGE
   */
  long keep(String workspace, String digest, InputStream bytes) throws IOException;

  /** Whether there is a jar, which counts as used from now on where there is. */
  boolean use(String workspace, String digest);

  /** Jars that were not used since, at most so many. */
  List<Unused> unused(Instant since, int limit);

  /** Removes jars, those excepted that were used since. */
  void remove(Collection<Unused> jars, Instant since);
}
