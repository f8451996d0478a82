package dev.satchel.server.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.EngineOutageException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one stream of an engine's events, and the one look at all its containers that makes up for
 * what a stream missed. Runs once there is something to watch, for as long as the server does; a
 * stream that ends, or that missed what a later look shows, is begun anew.
 */
final class ContainerWatch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ContainerWatch.class);
  private static final Duration LOOK_EACH = Duration.ofSeconds(5);
  private static final Duration ANSWER = Duration.ofSeconds(30);
  private static final Duration OVERLAP = Duration.ofSeconds(10);
  private static final long FIRST_PAUSE_MILLIS = 100;
  private static final long LONGEST_PAUSE_MILLIS = 2000;

  /** What is done about what is seen. */
  interface Listener {
    /** The engine answers, and says this of itself. */
    void connected(EngineInfo info);

    /** A container began. */
    void began(AttemptId attempt);

    /** A container ended or went. Called for each container that is another than before, too. */
    void changed(AttemptId attempt);
  }

  private final Supplier<ContainerCli> cli;
  private final Names names;
  private final Listener listener;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition turned = lock.newCondition();
  private final Map<AttemptId, String> states = new HashMap<>(); // Guarded by the lock.
  private @Nullable Thread thread; // Null until there is something to watch.
  private @Nullable Process stream;
  private boolean connected;
  private @Nullable Instant since; // When it began to be so; null before the first answer.
  private @Nullable String outage; // Null while none is known.
  private EngineRestart.@Nullable Absence absence; // Null until a stream was lost.
  private volatile boolean closed;

  ContainerWatch(Supplier<ContainerCli> cli, Names names, Listener listener) {
    this.cli = cli;
    this.names = names;
    this.listener = listener;
  }

  /** Begins to watch, where it is not begun yet. */
  void begin() {
    lock.lock();
    try {
      if (thread == null && !closed) {
        thread = Thread.ofPlatform().daemon().name("container-watch").start(this::run);
        var unusedLooker =
            Thread.ofPlatform().daemon().name("container-look").start(this::lookAgainAndAgain);
      }
    } finally {
      lock.unlock();
    }
  }

  boolean begun() {
    lock.lock();
    try {
      return thread != null;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Whether the engine answers.
   *
   * @param since when it began to be so; null before its first answer
   * @param outage why it does not; null where it does, and before its first answer
   */
  record Standing(boolean connected, @Nullable Instant since, @Nullable String outage) {}

  Standing standing() {
    lock.lock();
    try {
      return new Standing(connected, since, connected ? null : outage);
    } finally {
      lock.unlock();
    }
  }

  /** Whether every change is told now. */
  boolean connected() {
    lock.lock();
    try {
      return connected;
    } finally {
      lock.unlock();
    }
  }

  /** When the engine was last not seen; null where it always was. */
  EngineRestart.@Nullable Absence absence() {
    lock.lock();
    try {
      return absence;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until the engine answers.
   *
   * @throws EngineOutageException where it does not
   */
  void awaitConnected() {
    begin();
    long left = ANSWER.toNanos();
    lock.lock();
    try {
      while (!connected && left > 0 && !closed) {
        if (outage != null) {
          throw new EngineOutageException(outage);
        }
        left = turned.awaitNanos(left);
      }
      if (!connected) {
        throw new EngineOutageException("The container engine does not answer.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EngineOutageException("The server is stopping.");
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    long pause = FIRST_PAUSE_MILLIS;
    while (!closed) {
      try {
        if (watchOnce()) {
          pause = FIRST_PAUSE_MILLIS;
        }
        disconnected("The container engine does not answer.");
      } catch (EngineOutageException e) {
        disconnected(String.valueOf(e.getMessage()));
      } catch (IOException | RuntimeException e) {
        log.warn("Watching containers failed; it is begun anew.", e);
        disconnected("The container engine could not be watched.");
      }
      pause(pause);
      pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
    }
  }

  /** Watches for as long as one stream lasts; answers whether it began. */
  private boolean watchOnce() throws IOException {
    ContainerCli engine = cli.get();
    String since = Long.toString(Instant.now().minus(OVERLAP).getEpochSecond());
    Process process =
        engine.stream(
            "events",
            "--since",
            since, // What happens until the stream stands is in it too.
            "--filter",
            names.filter(),
            "--filter",
            "type=container",
            "--format",
            engine.isPodman() ? "json" : "{{json .}}");
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      listener.connected(EngineInfo.of(engine));
      look(engine);
      connected(process);
      for (String line = lines.readLine(); line != null && !closed; line = lines.readLine()) {
        tell(line);
      }
      return true;
    } finally {
      process.destroyForcibly();
    }
  }

  private void tell(String line) {
    if (!line.startsWith("{")) {
      log.debug("The container engine says: {}", line);
      return;
    }
    JsonNode event = Container.parse(line);
    String action = event.path("Action").asText(event.path("Status").asText()).split(":", 2)[0];
    switch (action) {
      case "start" -> attemptOf(event).ifPresent(listener::began);
      case "die", "died", "oom", "destroy", "remove" ->
          attemptOf(event).ifPresent(listener::changed);
      default -> {}
    }
  }

  private Optional<AttemptId> attemptOf(JsonNode event) {
    return names.attempt(event.path("Actor").path("Attributes").path("name").asText(name(event)));
  }

  private static String name(JsonNode podmanEvent) {
    return podmanEvent.path("Name").asText();
  }

  /** Looks at all containers; answers whether any is not what it was. */
  private boolean look(ContainerCli engine) {
    Map<AttemptId, String> now = list(engine);
    Map<AttemptId, String> before;
    lock.lock();
    try {
      before = new HashMap<>(states);
      states.clear();
      states.putAll(now);
    } finally {
      lock.unlock();
    }
    boolean changed = false;
    for (var each : now.entrySet()) {
      if (!each.getValue().equals(before.remove(each.getKey()))) {
        changed = true;
        listener.changed(each.getKey());
      }
    }
    before.keySet().forEach(listener::changed); // They are not there any more.
    return changed || !before.isEmpty();
  }

  /** Every container of this installation, with its state as the engine words it. */
  Map<AttemptId, String> list(ContainerCli engine) {
    ContainerCli.Answer answer =
        engine.run(
            ANSWER,
            "ps",
            "--all",
            "--no-trunc",
            "--filter",
            names.filter(),
            "--format",
            "{{.Names}} {{.State}}");
    if (!answer.succeeded()) {
      throw new EngineOutageException(
          "The container engine does not list its containers: " + Words.shortened(answer.err()));
    }
    Map<AttemptId, String> states = new HashMap<>();
    for (String line : answer.out().lines().toList()) {
      String[] fields = line.split(" ", 2);
      names.attempt(fields[0]).ifPresent(id -> states.put(id, fields[fields.length - 1]));
    }
    return states;
  }

  private void lookAgainAndAgain() {
    while (!closed) {
      pause(LOOK_EACH.toMillis());
      try {
        if (connected()) {
          look(cli.get());
        }
      } catch (RuntimeException e) { // A stream that says nothing may be dead with its engine.
        log.debug("Looking at all containers failed; the stream is begun anew.", e);
        endStream();
      }
    }
  }

  private void endStream() {
    lock.lock();
    try {
      if (stream != null) {
        stream.destroyForcibly();
      }
    } finally {
      lock.unlock();
    }
  }

  private void connected(Process process) {
    lock.lock();
    try {
      if (!process.isAlive()) {
        return; // The engine went in between.
      }
      stream = process;
      connected = true;
      since = Instant.now();
      if (absence != null && absence.to() == null) {
        absence = new EngineRestart.Absence(absence.from(), Instant.now());
      }
      outage = null;
      turned.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void disconnected(String why) {
    lock.lock();
    try {
      if (connected) {
        absence = new EngineRestart.Absence(Instant.now(), null);
        states.clear(); // So that each is looked at anew.
      }
      since = connected || outage == null ? Instant.now() : since;
      connected = false;
      stream = null;
      outage = why;
      turned.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void pause(long millis) {
    lock.lock();
    try {
      long left = Duration.ofMillis(millis).toNanos();
      while (left > 0 && !closed) {
        left = turned.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      if (stream != null) {
        stream.destroyForcibly();
      }
      turned.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
