package dev.satchel.cli.volume;

import dev.satchel.cli.session.Session;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.Locale;

/** Counts what is copied, and says so on one line of a terminal while it goes on. Thread-safe. */
final class Progress {
  private static final long TOLD_EVERY_NANOS = 200_000_000;
  private static final String WIPE = "\r\u001b[K";
  private static final String[] UNITS = {"bytes", "kB", "MB", "GB", "TB"};

  private final PrintStream err;
  private final boolean shown;
  private int files;
  private long bytes;
  private long lastTold = System.nanoTime();
  private boolean drawn;

  Progress(Session session) {
    this.err = session.surroundings().err();
    this.shown = session.surroundings().terminals().err() && !session.quiet() && !session.json();
  }

  synchronized void file() {
    files++;
  }

  synchronized void bytes(long more) {
    bytes += more;
    long now = System.nanoTime();
    if (shown && now - lastTold >= TOLD_EVERY_NANOS) {
      lastTold = now;
      drawn = true;
      err.print(WIPE + files + (files == 1 ? " file, " : " files, ") + rounded(bytes));
      err.flush();
    }
  }

  private static String rounded(long count) {
    double left = count;
    int unit = 0;
    while (left >= 1000 && unit < UNITS.length - 1) {
      left /= 1000;
      unit++;
    }
    return unit == 0 ? count + " bytes" : String.format(Locale.ROOT, "%.1f %s", left, UNITS[unit]);
  }

  /** A stream whose bytes are counted as they are read. */
  InputStream counted(InputStream in) {
    return new FilterInputStream(in) {
      @Override
      public int read() throws IOException {
        int read = super.read();
        bytes(read < 0 ? 0 : 1);
        return read;
      }

      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        int read = super.read(into, offset, length);
        bytes(Math.max(read, 0));
        return read;
      }
    };
  }

  /** What was copied, in a sentence; the line is wiped. */
  synchronized String told() {
    if (drawn) {
      err.print(WIPE);
      err.flush();
    }
    return files + (files == 1 ? " file, " : " files, ") + bytes + " bytes";
  }
}
