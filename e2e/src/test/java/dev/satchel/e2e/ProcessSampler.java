package dev.satchel.e2e;

import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Looks again and again at what anybody may see of processes: the arguments of all, and of the
 * server's own processes (not of jobs) what they were started with.
 */
final class ProcessSampler implements AutoCloseable {
  private final Sweep sweep;
  private final Set<String> found = new ConcurrentSkipListSet<>();
  private final Set<Long> seenRunners = new ConcurrentSkipListSet<>();
  private final Set<Long> seenMounts = new ConcurrentSkipListSet<>();
  private final Thread thread;
  private final AtomicLong rounds = new AtomicLong();
  private volatile boolean closed;
  private volatile @Nullable Throwable failure; // Null where all goes well.

  ProcessSampler(String marker) {
    this.sweep = new Sweep(marker);
    this.thread = Thread.ofPlatform().daemon().name("process-sampler").start(this::run);
  }

  private void run() {
    try {
      while (!closed) {
        ProcessHandle.allProcesses().forEach(process -> look(process.pid()));
        long _ = rounds.incrementAndGet();
      }
    } catch (RuntimeException | Error e) {
      failure = e;
    }
  }

  private void look(long pid) {
    String words = Remains.commandLine(pid);
    sweep.in(words).forEach(form -> found.add(form + " in the arguments of " + pid));
    boolean runner = words.contains("satchel-runner");
    boolean isolation = words.startsWith("bwrap ") || words.contains(" init /bin/sh -s");
    String variables = Remains.proc(pid, "environ");
    boolean mount = variables.contains("AWS_CONTAINER_AUTHORIZATION_TOKEN="); // And its children.
    if (runner || isolation || mount || words.contains("dev.satchel.server.Main")) {
      sweep.in(variables).forEach(form -> found.add(form + " in the variables of " + words));
    }
    if (runner) {
      seenRunners.add(pid);
    }
    if (mount) {
      seenMounts.add(pid);
    }
  }

  /** How many runners were looked at while they ran. */
  int runners() {
    return seenRunners.size();
  }

  /** How many processes that serve buckets were looked at while they ran. */
  int mounts() {
    return seenMounts.size();
  }

  /** Stops looking; answers what was found. */
  Set<String> stop() {
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (failure != null) {
      throw new AssertionError("the sampler failed", failure);
    }
    if (rounds.get() == 0) {
      throw new AssertionError("the sampler has not looked once");
    }
    return new TreeSet<>(found);
  }

  @Override
  public void close() {
    closed = true;
  }
}
