package dev.satchel.core.workload;

import dev.satchel.core.store.Store;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes from engines what is left there of attempts that have ended. */
final class EndedSweep {
  private static final Logger LOG = LoggerFactory.getLogger(EndedSweep.class);

  private final Store store;
  private final BiConsumer<String, Runnable> alone;
  private final Set<Engine> sweeping = ConcurrentHashMap.newKeySet();

  /**
   * @param alone does something that nothing else about a workload is done beside, or does not
   */
  EndedSweep(Store store, BiConsumer<String, Runnable> alone) {
    this.store = store;
    this.alone = alone;
  }

  /** Once at a time, and beside everything else: an engine that hangs keeps nobody waiting. */
  void sweep(Engine engine) {
    if (sweeping.add(engine)) {
      Thread.ofVirtual()
          .name("sweep-" + engine.name())
          .start(
              () -> {
                try {
                  removeEnded(engine);
                } catch (RuntimeException e) { // The next sweep is soon.
                  LOG.warn("what has ended could not be removed from {}", engine.name(), e);
                } finally {
                  sweeping.remove(engine);
                }
              });
    }
  }

  private void removeEnded(Engine engine) {
    for (AttemptId id : engine.known()) {
      boolean live =
          store.read(
              tx -> tx.workloads().attempt(id).filter(a -> !a.state().isTerminal()).isPresent());
      if (!live) {
        alone.accept(id.workload(), () -> removeOrWarn(engine, id));
      }
    }
  }

  static void removeOrWarn(Engine engine, AttemptId id) {
    try {
      engine.remove(id);
    } catch (EngineOutageException e) { // Once it answers again.
      LOG.debug("what is left of attempt {} cannot be removed now: {}", id, e.getMessage());
    } catch (RuntimeException e) { // The next sweep tries again; others are not kept waiting.
      LOG.warn("what is left of attempt {} could not be removed: {}", id, e.toString());
    }
  }
}
