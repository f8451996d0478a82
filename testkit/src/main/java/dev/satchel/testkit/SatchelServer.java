package dev.satchel.testkit;

import dev.satchel.api.WorkloadItem;
import dev.satchel.sdk.Satchel;
import dev.satchel.sdk.SatchelException;
import dev.satchel.sdk.Workload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A whole server for a test, on a free port, with a data directory of its own: nothing outside of
 * it is read or left. On Java 25 it runs in the test's own JVM, before that in a process beside it,
 * which needs a Java 25 somewhere and ends with the test, however that ends. Where the test is
 * killed, what was kept stays in the directory for temporary files. Thread-safe.
 *
 * <pre>{@code
 * try (SatchelServer server = SatchelServer.start()) {
 *   Satchel satchel = server.client();
 *   satchel.createSecret("db", Map.of("PASS", "test"));
 *   satchel.submit(s -> s.command("./job.sh").secrets("db")).await(Duration.ofMinutes(1));
 * }
 * }</pre>
 */
public final class SatchelServer implements AutoCloseable {
  private static final Duration JOBS_END = Duration.ofSeconds(20); // All of them together.
  private static final Duration AWAIT_MIN = Duration.ofMillis(100);

  private final Running running;
  private final Path directory;
  private final Satchel client;
  private final AtomicBoolean closed = new AtomicBoolean();

  private SatchelServer(Running running, Path directory) {
    this.running = running;
    this.directory = directory;
    this.client = Satchel.builder().url(running.url()).token(token()).build();
  }

  private static SatchelServer started(Running running, Path directory) {
    try {
      return new SatchelServer(running, directory);
    } catch (RuntimeException | Error failed) {
      running.close();
      throw failed;
    }
  }

  /**
   * Starts one as it is best here.
   *
   * @return which serves
   * @throws IllegalStateException where it does not start; the message says why
   */
  public static SatchelServer start() {
    return builder().start();
  }

  /**
   * One that is told how to run.
   *
   * @return a builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Where it serves.
   *
   * @return its URL, without a trailing slash
   */
  public String url() {
    return running.url();
  }

  /**
   * The token of its admin.
   *
   * @return which opens everything
   */
  public String token() {
    try {
      return Files.readString(data().resolve("admin.token")).strip();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /**
   * A client with the token of its admin.
   *
   * @return which is closed with this
   */
  public Satchel client() {
    return client;
  }

  /**
   * Where it keeps everything.
   *
   * @return a directory that goes with this; what {@code SATCHEL_DATA} takes
   */
  public Path data() {
    return directory.resolve("data");
  }

  /** Ends its jobs, then the server, and removes all that it kept. Twice is once. */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    try {
      endJobs();
    } catch (SatchelException unreachable) {
      // It has ended itself, or its store has.
    } finally {
      try {
        client.close();
      } finally {
        end(running, directory);
      }
    }
  }

  private static void end(Running running, Path directory) {
    try {
      running.close();
    } finally {
      remove(directory);
    }
  }

  private void endJobs() {
    List<Workload> live = new ArrayList<>();
    for (WorkloadItem item : client.workloads("live")) {
      live.add(client.workload(item.id()));
    }
    live.forEach(job -> attempt(job::terminate));
    long begun = System.nanoTime();
    for (Workload job : live) {
      Duration left = JOBS_END.minusNanos(System.nanoTime() - begun);
      attempt(() -> job.await(left.compareTo(AWAIT_MIN) < 0 ? AWAIT_MIN : left));
    }
  }

  /** One that cannot be ended leaves the others to be ended. */
  private static void attempt(Runnable step) {
    try {
      step.run();
    } catch (SatchelException failed) {
      // It has ended by now, or runs on.
    }
  }

  private static void remove(Path directory) {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    } catch (IOException left) {
      throw new UncheckedIOException(left);
    }
  }

  @Override
  public String toString() {
    return "SatchelServer[" + url() + "]";
  }

  /** How a server is to run. Not thread-safe. */
  public static final class Builder {
    private final List<String> options = new ArrayList<>();
    private boolean beside = !JavaHomes.isThisOne();
    private @Nullable Path javaHome; // Null for one that is found.

    private Builder() {}

    /**
     * Runs it in a process beside this one, on this Java or one that is found.
     *
     * @return this
     */
    public Builder inAProcessOfItsOwn() {
      beside = true;
      return this;
    }

    /**
     * Runs it in a process beside this one, on that Java; {@code SATCHEL_JAVA_HOME} where this is
     * not called.
     *
     * @param home of Java 25 or later
     * @return this
     */
    public Builder javaHome(Path home) {
      beside = true;
      javaHome = home;
      return this;
    }

    /**
     * Options of {@code satchel serve}, such as {@code --max-running 2}.
     *
     * @param words each of them, but no port and no data directory
     * @return this
     */
    public Builder options(String... words) {
      options.addAll(List.of(words));
      return this;
    }

    /**
     * Starts it.
     *
     * @return which serves
     * @throws IllegalStateException where it does not start; the message says why
     */
    public SatchelServer start() {
      Path directory = directory();
      try {
        return started(running(directory), directory);
      } catch (RuntimeException | Error failed) {
        remove(directory);
        throw failed;
      }
    }

    private static Path directory() {
      try {
        return Files.createTempDirectory("satchel-testkit-");
      } catch (IOException unwritable) {
        throw new UncheckedIOException(unwritable);
      }
    }

    private Running running(Path directory) {
      List<String> all = new ArrayList<>(List.of("--port", "0"));
      all.addAll(List.of("--data", directory.resolve("data").toString()));
      all.addAll(options);
      if (!beside) {
        return InThisJvm.start(all);
      }
      Path home = javaHome == null ? JavaHomes.home() : javaHome;
      return ChildProcess.start(home, all, directory.resolve("server.log"));
    }

    @Override
    public String toString() {
      return "SatchelServer.Builder" + options;
    }
  }
}
