package dev.satchel.runner;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Calls that somebody cancels: each a file in {@code cancels} of the call's name. One that waits is
 * withdrawn and answered at once; the one that runs is interrupted, and whether it heeds that is
 * its own.
 */
final class Cancels {
  private static final long LOOK_AGAIN_MS = 200;

  /** Who is told of answers that no call gave. */
  interface Withdrawn {
    void take(Path answer) throws IOException;
  }

  private final Path cancels;
  private final Path calls;
  private final Path answers;
  private final Withdrawn withdrawn;
  private boolean said; // What went wrong.
  private @Nullable Path current; // The newest that began; null before the first.
  private @Nullable Thread runner; // Null between two calls.
  private boolean cancelled;

  /**
   * @param withdrawn takes each answer that is written here, while another call may run
   */
  Cancels(Path directory, Withdrawn withdrawn) {
    this.withdrawn = withdrawn;
    this.cancels = directory.resolve("cancels");
    this.calls = directory.resolve("calls");
    this.answers = directory.resolve("answers");
  }

  /** Begins to look for them, where the server makes such a directory. */
  void watch() {
    if (Files.isDirectory(cancels)) {
      Thread watcher = new Thread(this::look, "satchel-cancel");
      watcher.setDaemon(true);
      watcher.start();
    }
  }

  private void look() {
    try (WatchService changes = FileSystems.getDefault().newWatchService()) {
      cancels.register(changes, StandardWatchEventKinds.ENTRY_CREATE);
      while (true) {
        heed();
        var key = changes.poll(LOOK_AGAIN_MS, TimeUnit.MILLISECONDS);
        if (key != null) {
          key.pollEvents();
          key.reset();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("calls cannot be cancelled", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** All that are there; what goes wrong with one is tried again, and hinders no other. */
  private void heed() {
    try (Stream<Path> all = Files.list(cancels)) {
      for (Path each : all.toList()) {
        try {
          cancel(each);
        } catch (IOException e) {
          say(e);
        }
      }
    } catch (IOException | UncheckedIOException e) {
      say(e);
    }
  }

  private void say(Exception wrong) {
    if (!said) { // Once: it is looked at again and again.
      said = true;
      System.err.println("A call cannot be cancelled: " + wrong);
    }
  }

  private synchronized void cancel(Path cancel) throws IOException {
    Path call = calls.resolve(cancel.getFileName());
    if (call.equals(current)) {
      if (runner != null) { // Else it has an answer, which is being written.
        cancelled = true;
        runner.interrupt();
      }
    } else if (Files.exists(call)) {
      Path answer = answers.resolve(cancel.getFileName());
      Answers.write(answer, Answers.cancelled());
      Files.deleteIfExists(call);
      withdrawn.take(answer);
    }
    Files.deleteIfExists(cancel);
  }

  /** Whether a call that is about to run is still there; from now on it may be interrupted. */
  synchronized boolean begin(Path call) {
    if (!Files.exists(call)) {
      return false;
    }
    current = call;
    runner = Thread.currentThread();
    cancelled = false;
    return true;
  }

  /** Whether it was cancelled. What a method leaves interrupted is not for the next one. */
  synchronized boolean end() {
    runner = null;
    boolean ignored = Thread.interrupted();
    return cancelled;
  }
}
