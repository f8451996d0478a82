package dev.satchel.server.process;

import dev.satchel.server.process.IsolationChoice.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries whether this machine gives an isolation. What it does not give, jobs do without for the
 * server's life, so a no must be sure: said in the same words each of several times, none of which
 * speaks of a want that may pass, while as many processes as a trial takes can be had.
 */
final class IsolationTrial {
  private static final Logger log = LoggerFactory.getLogger(IsolationTrial.class);

  static final int WORKS = 42;

  private static final int TIMES = 3;
  private static final Duration PAUSE = Duration.ofMillis(300);

  /** EAGAIN, ENOMEM, EMFILE and ENFILE, ENOSPC, and what shells make of the first. */
  private static final List<String> WANTS =
      List.of(
          "temporarily unavailable",
          "annot allocate memory",
          "Too many open files",
          "No space left",
          "ENOSPC",
          "annot fork");

  private static final List<String> CONTROL =
      List.of("/bin/sh", "-c", "for i in 1 2 3 4 5 6 7; do sleep 0.1 & done; wait; exit 42");

  private IsolationTrial() {}

  /**
   * Tries a command.
   *
   * @param command which ends with {@link #WORKS} where the isolation stands
   * @param limit of each time
   */
  static Answer of(List<String> command, Duration limit) {
    if (!Tool.there(command.getFirst())) {
      return Answer.REFUSED;
    }
    Set<String> words = new HashSet<>();
    for (int time = 0; time < TIMES; time++) {
      Tool.Outcome outcome;
      try {
        pause(time);
        outcome = Tool.heard(command, limit);
        if (outcome.code() == WORKS) {
          return Answer.WORKS;
        }
        words.add(outcome.said());
        if (!isRefusal(outcome) || Tool.run(CONTROL, limit) != WORKS) {
          return unsure(command, outcome.said());
        }
      } catch (IOException e) { // Nor does a machine answer that has no process left to give.
        return unsure(command, String.valueOf(e.getMessage()));
      }
    }
    return words.size() == 1 ? Answer.REFUSED : unsure(command, String.join("; ", words));
  }

  private static Answer unsure(List<String> command, String said) {
    log.info("{} gave no sure answer: {}", command.getFirst(), said);
    return Answer.NONE;
  }

  /** A refusal says why; a program that was ended, or whose shell could not fork, does not. */
  private static boolean isRefusal(Tool.Outcome outcome) {
    if (outcome.code() == Tool.NO_ANSWER || outcome.code() > 128 || outcome.said().isBlank()) {
      return false;
    }
    return WANTS.stream().noneMatch(outcome.said()::contains) || namespacesAreForbidden();
  }

  /** Source: namespaces(7): a limit of 0 is said as ENOSPC, as one that is reached is. */
  private static boolean namespacesAreForbidden() {
    for (String kind : List.of("user", "mnt", "pid")) {
      try {
        Path limit = Path.of("/proc/sys/user/max_" + kind + "_namespaces");
        if (Files.exists(limit) && Files.readString(limit).strip().equals("0")) {
          return true;
        }
      } catch (IOException e) {
        return false;
      }
    }
    return false;
  }

  private static void pause(int time) {
    try {
      Thread.sleep(PAUSE.multipliedBy(Math.min(time, 1)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
