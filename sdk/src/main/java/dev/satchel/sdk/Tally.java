package dev.satchel.sdk;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Adds up what is copied by several at once, and tells of it, now and then. Thread-safe. */
final class Tally {
  private static final long TOLD_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Consumer<TransferProgress> listener;
  private int files;
  private long bytes;
  private long lastTold = System.nanoTime() - TOLD_EVERY_NANOS;

  Tally(Consumer<TransferProgress> listener) {
    this.listener = listener;
  }

  Part part(String path, long sizeBytes) {
    return new Part(path, sizeBytes);
  }

  synchronized Transferred total() {
    return new Transferred(files, bytes);
  }

  /** One file of it. */
  final class Part {
    private final String path;
    private final long sizeBytes;
    private long have;

    private Part(String path, long sizeBytes) {
      this.path = path;
      this.sizeBytes = sizeBytes;
    }

    /** What there is of it: less than before where it begins anew. */
    void at(long position) {
      synchronized (Tally.this) {
        bytes += position - have;
        have = position;
        long now = System.nanoTime();
        if (now - lastTold >= TOLD_EVERY_NANOS) {
          lastTold = now;
          tell();
        }
      }
    }

    void add(long more) {
      synchronized (Tally.this) {
        at(have + more);
      }
    }

    /** All of it is there. */
    void end() {
      synchronized (Tally.this) {
        files++;
        lastTold = System.nanoTime();
        tell();
      }
    }

    private void tell() {
      listener.accept(new TransferProgress(path, have, sizeBytes, files, bytes));
    }
  }
}
