package dev.satchel.runner;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/** The answers that stay for whoever asks late: the newest, and more of those nobody fetched. */
final class LastAnswers {
  /** Of answers that were fetched, and so may be asked for only where that one was lost. */
  static final int ANSWERS_MAX = 1000;

  private static final long ANSWERS_MAX_BYTES = 64L << 20;

  /** Of all, those too that nobody has fetched: so many times as much. */
  static final int UNFETCHED_TIMES = 10;

  /** How many files are looked at for one answer, taken over many. */
  private static final int LOOKS = 10;

  /** One file. The server dates one that it gave out to 1970. */
  private record Kept(Path file, long bytes) {
    boolean fetched() {
      return file.toFile().lastModified() == 0; // So is one that is not there any more.
    }
  }

  private final Deque<Kept> kept = new ArrayDeque<>();
  private long keptBytes;
  private int looks; // That are left; below 0 where a look had to go far.

  /** Takes one that was just written, and removes those for which there is no more room. */
  synchronized void add(Path answer) throws IOException {
    Kept one = new Kept(answer, Files.size(answer));
    kept.add(one);
    keptBytes += one.bytes();
    looks = Math.min(looks + LOOKS, LOOKS);
    if (looks > 0) {
      removeFetched();
    }
    while (isOver(UNFETCHED_TIMES) && kept.size() > 1) {
      discard(kept.remove());
    }
  }

  private void removeFetched() throws IOException {
    for (Iterator<Kept> each = kept.iterator(); each.hasNext() && isOver(1); ) {
      Kept oldest = each.next();
      looks--;
      if (oldest.fetched()) {
        each.remove();
        discard(oldest);
      }
    }
  }

  private boolean isOver(int times) {
    return kept.size() > times * ANSWERS_MAX || keptBytes > times * ANSWERS_MAX_BYTES;
  }

  private void discard(Kept one) throws IOException {
    keptBytes -= one.bytes();
    Files.deleteIfExists(one.file());
  }
}
