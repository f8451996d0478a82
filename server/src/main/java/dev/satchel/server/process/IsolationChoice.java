package dev.satchel.server.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which isolation this machine gives, tried at the first need. It stays for the server's life, so
 * only what was surely answered counts: a machine that was too busy to answer, or short of
 * something, is asked anew.
 */
final class IsolationChoice {
  /** What a machine says of an isolation. */
  enum Answer {
    WORKS,
    REFUSED,
    /** It did not answer in time or not surely, and may well give it. */
    NONE
  }

  static final String OBJECTION =
      "How jobs can be isolated could not be told: this machine gave no sure answer. Try again when it is less busy.";

  private static final Logger log = LoggerFactory.getLogger(IsolationChoice.class);
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private final Function<Isolation, Answer> ask;
  private @Nullable Isolation chosen; // Null until the machine has answered.
  private @Nullable Long unansweredNanos; // When the machine last failed to answer.

  IsolationChoice(Function<Isolation, Answer> ask) {
    this.ask = ask;
  }

  static IsolationChoice ofMachine(Path dataDirectory) {
    return new IsolationChoice(isolation -> isolation.tried(dataDirectory, LIMIT));
  }

  static IsolationChoice of(Isolation isolation) {
    return new IsolationChoice(it -> it.equals(isolation) ? Answer.WORKS : Answer.REFUSED);
  }

  /** The best that works; empty where the machine did not answer. */
  Optional<Isolation> get() {
    return get(System.nanoTime());
  }

  /** Who waited while another asked in vain has that answer too, and does not wait once more. */
  private synchronized Optional<Isolation> get(long asked) {
    boolean unanswered = unansweredNanos != null && asked - unansweredNanos < 0;
    if (chosen == null && !unanswered) {
      chosen = asked().orElse(null);
    }
    return Optional.ofNullable(chosen);
  }

  private Optional<Isolation> asked() {
    for (Isolation isolation : List.of(new Bubblewrap(), new Unshare())) {
      switch (ask.apply(isolation)) {
        case WORKS -> {
          log.info("jobs are isolated by {}", isolation.name());
          return Optional.of(isolation);
        }
        case REFUSED -> log.debug("this machine does not give {}", isolation.name());
        case NONE -> {
          log.warn("{} gave no sure answer; it is tried again at the next job", isolation.name());
          unansweredNanos = System.nanoTime();
          return Optional.empty();
        }
      }
    }
    log.warn(
        "jobs are not isolated: this machine gives neither bubblewrap nor namespaces, so they can"
            + " read what the server can, and only admin tokens may run them; install bubblewrap");
    return Optional.of(new NoIsolation());
  }
}
