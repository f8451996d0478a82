package dev.satchel.cli.workload;

import dev.satchel.api.Paths;
import dev.satchel.cli.http.Request;
import dev.satchel.cli.http.RequestException;
import dev.satchel.cli.session.CliException;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Session;
import dev.satchel.sdk.json.Node;
import java.time.Duration;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the commands about workloads share. */
public final class Workloads {
  private static final Set<String> ENDS =
      Set.of("completed", "errored", "failed", "invalid", "terminated");
  private static final Duration LONG_POLL = Duration.ofSeconds(50);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final Session session;

  public Workloads(Session session) {
    this.session = session;
  }

  public static String path(String id) {
    return Paths.WORKLOADS + "/" + Request.segment(id);
  }

  static boolean hasEnded(Node workload) {
    return ENDS.contains(workload.text("state"));
  }

  /** What a command that waited for this workload exits with. */
  public static int exitCode(Node workload) {
    int own = (int) workload.number("exit_code", ExitCode.OK);
    return switch (workload.text("state")) {
      case "completed" -> ExitCode.OK;
      case "errored" -> own == ExitCode.OK ? ExitCode.JOB_FAILED : own;
      case "invalid" -> ExitCode.JOB_INVALID;
      case "terminated" -> ExitCode.JOB_TERMINATED;
      default -> ExitCode.JOB_FAILED;
    };
  }

  /** How it stands now, or at its end if that comes within the given time. */
  Node detail(String id, Duration wait) {
    long seconds = Math.min(wait.toSeconds(), LONG_POLL.toSeconds());
    Request request = Request.get(path(id)).with("wait_s", seconds > 0 ? seconds : null);
    return patiently(() -> session.send(request).json());
  }

  /**
   * Waits for the end.
   *
   * @param limit null to wait for as long as it takes
   * @throws CliException with the code of a timeout where the end has not come by then
   */
  public Node ended(String id, @Nullable Duration limit) {
    long begun = System.nanoTime();
    while (true) {
      Duration left =
          limit == null ? LONG_POLL : limit.minus(Duration.ofNanos(System.nanoTime() - begun));
      if (!left.isPositive()) {
        throw new CliException(
            ExitCode.TIMEOUT, id + " has not ended yet.", "satchel status " + id);
      }
      Node workload =
          detail(id, left.compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ofSeconds(1) : left);
      if (hasEnded(workload)) {
        return workload;
      }
    }
  }

  /** Asks again for a minute where the server does not answer: it may be starting anew. */
  <T> T patiently(Supplier<T> request) {
    long begun = System.nanoTime();
    for (int failures = 1; ; failures++) {
      try {
        return request.get();
      } catch (RequestException | CliException failed) {
        if (!isUnreachable(failed) || System.nanoTime() - begun > PATIENCE.toNanos()) {
          throw failed;
        }
        if (failures == 2) { // The first may be a connection that was cut while idle.
          session.screen().note("The server does not answer; trying for a minute.");
        }
        session.forgetTarget();
        pause();
      }
    }
  }

  private static boolean isUnreachable(RuntimeException failed) {
    return switch (failed) {
      case RequestException refused -> refused.status() == 0 || refused.status() == 503;
      case CliException expected -> expected.exitCode() == ExitCode.UNREACHABLE;
      default -> false;
    };
  }

  static void pause() {
    boolean _ = pause(PAUSE);
  }

  /** Waits so long; false where it was interrupted meanwhile. */
  static boolean pause(Duration time) {
    try {
      Thread.sleep(time);
      return true;
    } catch (InterruptedException asked) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
