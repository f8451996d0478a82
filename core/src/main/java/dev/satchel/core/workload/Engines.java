package dev.satchel.core.workload;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.credential.EngineAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The engines that there are: by name, and one for each address that a credential names. */
public final class Engines {
  /** Engines at other addresses than the server's own. Thread-safe. */
  public interface Hosts {
    /** What the engines at addresses are called. */
    String engineName();

    /**
     * The engine at an address, always the same one.
     *
     * @throws RefusedException UNSUPPORTED where no more can be kept
     */
    Engine at(EngineAddress address);

    /** All that were asked for, and all that had anything when the server started. */
    Collection<? extends Engine> open();
  }

  /** How long is waited for those that were never asked. */
  static final Duration PATIENCE = Duration.ofSeconds(3);

  private static final long LOOK_EACH_MILLIS = 25;

  private final Map<String, Engine> byName = new LinkedHashMap<>();
  private final @Nullable Hosts hosts; // Null where there are no others.
  private final List<Consumer<AttemptId>> listeners = new CopyOnWriteArrayList<>();
  private final Set<Engine> heard = ConcurrentHashMap.newKeySet();

  public Engines(List<Engine> engines) {
    this(engines, null);
  }

  public Engines(List<Engine> engines, @Nullable Hosts hosts) {
    engines.forEach(engine -> byName.put(engine.name(), engine));
    this.hosts = hosts;
  }

  /** The engine of this name; INVALID, with those that there are, where there is none. */
  public Engine named(String name) {
    Engine engine = byName.get(name);
    if (engine == null) {
      throw RefusedException.invalid(
          "engine",
          "There is no such engine here. Engines: " + String.join(", ", byName.keySet()) + ".");
    }
    return engine;
  }

  /**
   * The engine of this name at an address.
   *
   * @param address null for the server's own
   */
  public Engine at(String name, @Nullable EngineAddress address) {
    if (address == null) {
      return named(name);
    }
    if (hosts == null || !hosts.engineName().equals(name)) {
      throw new RefusedException(
              Reason.UNSUPPORTED, "The engine " + name + " runs on this server's machine alone.")
          .with("field", "credentials");
    }
    Engine engine = hosts.at(address);
    hear(engine);
    return engine;
  }

  /** The engine that an attempt was started on, whatever its credential says by now. */
  Engine of(Workload workload, Attempt attempt) {
    return at(workload.spec().engine(), addressOf(attempt));
  }

  /** What is known of the labels of an attempt's host without asking it; empty where nothing is. */
  Map<String, String> labelsOf(Workload workload, Attempt attempt) {
    return labels(workload.spec().engine(), addressOf(attempt));
  }

  private static @Nullable EngineAddress addressOf(Attempt attempt) {
    Placement placedOn = attempt.placedOn();
    return placedOn == null ? null : placedOn.address();
  }

  /** What is known of a host's labels without asking it; empty where nothing is. */
  Map<String, String> labels(String name, @Nullable EngineAddress address) {
    return all().stream()
        .filter(engine -> engine.name().equals(name) && Objects.equals(engine.address(), address))
        .findFirst()
        .map(Engine::labels)
        .orElse(Map.of());
  }

  /** What is known of the host at an address without asking it. */
  WorkloadCredentials.Seen seen(EngineAddress address) {
    return all().stream()
        .filter(engine -> address.equals(engine.address()))
        .findFirst()
        .map(Engines::seen)
        .orElse(WorkloadCredentials.Seen.NOTHING);
  }

  private static WorkloadCredentials.Seen seen(Engine engine) {
    EngineIdentity identity = engine.sight().identity();
    return new WorkloadCredentials.Seen(identity == null ? null : identity.host(), engine.labels());
  }

  /** Asks the engines at addresses that were never asked, and waits a moment for their answers. */
  void meet(String name, Collection<EngineAddress> addresses) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (addresses.stream().map(address -> isAsked(name, address)).toList().contains(true)
        && System.nanoTime() < deadline
        && slept()) {}
  }

  /** Asks it where it never was. */
  private boolean isAsked(String name, EngineAddress address) {
    try {
      return at(name, address).sight().state() == EngineSight.State.ASKED;
    } catch (RefusedException refused) { // No more are kept: whoever goes there is told.
      return false;
    }
  }

  /** False where the thread is to end. */
  static boolean slept() {
    try {
      Thread.sleep(LOOK_EACH_MILLIS);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Whether an engine is known not to answer now. */
  boolean isAway(EngineAddress address) {
    return all().stream()
        .filter(engine -> address.equals(engine.address()))
        .anyMatch(engine -> engine.sight().state() == EngineSight.State.UNREACHABLE);
  }

  /** Those that are this server's own. */
  Collection<Engine> own() {
    return byName.values();
  }

  /** Whom to tell, of whatever engine, when an attempt may have changed. */
  void onChange(Consumer<AttemptId> listener) {
    listeners.add(listener);
    all().forEach(this::hear);
  }

  private void hear(Engine engine) {
    if (!listeners.isEmpty() && heard.add(engine)) {
      engine.onChange(id -> listeners.forEach(listener -> listener.accept(id)));
    }
  }

  public Collection<Engine> all() {
    List<Engine> all = new ArrayList<>(byName.values());
    if (hosts != null) {
      all.addAll(hosts.open());
    }
    return all;
  }
}
