package dev.satchel.server.ssh;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process that runs until its input is closed, and what it said last. Thread-safe. */
final class KeptProcess {
  private static final Duration ENDING = Duration.ofSeconds(5);
  private static final Duration GRACE = Duration.ofSeconds(2);
  private static final int SAID_MAX_BYTES = 4 * 1024;

  private final Process process;
  private final Thread reader;
  private String said = ""; // Guarded by this.

  KeptProcess(Process process) {
    this.process = process;
    this.reader = // Reading a pipe holds the thread that would carry a virtual one.
        Thread.ofPlatform().daemon().name("ssh-words").start(this::read);
  }

  private void read() {
    byte[] buffer = new byte[SAID_MAX_BYTES];
    try (InputStream out = process.getInputStream()) {
      for (int length = out.read(buffer); length >= 0; length = out.read(buffer)) {
        heard(new String(Arrays.copyOf(buffer, length), StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      // It was ended.
    }
  }

  private synchronized void heard(String more) {
    String all = said + more;
    said = all.substring(Math.max(0, all.length() - SAID_MAX_BYTES));
  }

  boolean isAlive() {
    return process.isAlive();
  }

  int waitFor() throws InterruptedException {
    return process.waitFor();
  }

  /** What it said last, once it has ended. */
  String lastWords() throws InterruptedException {
    boolean _ = reader.join(ENDING);
    synchronized (this) {
      return said;
    }
  }

  /** With what it has started, which would outlive it. */
  private void kill() {
    List<ProcessHandle> all = process.descendants().toList();
    process.destroyForcibly();
    all.forEach(ProcessHandle::destroyForcibly);
  }

  void end() {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
        kill();
      }
    } catch (IOException e) {
      kill();
    } catch (InterruptedException e) {
      kill();
      Thread.currentThread().interrupt();
    }
  }
}
