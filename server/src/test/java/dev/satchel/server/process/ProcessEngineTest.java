package dev.satchel.server.process;

import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.Engine;
import dev.satchel.core.workload.EngineContract;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The contract on this machine, in the best isolation that it allows. */
final class ProcessEngineTest extends EngineContract {
  @TempDir private Path data;
  private ProcessEngine engine;

  @BeforeEach
  void open() {
    engine = new ProcessEngine("contract", data, Set.of());
  }

  @AfterEach
  void removeAll() throws IOException {
    for (AttemptId attempt : engine.known()) {
      engine.remove(attempt);
    }
    engine.close();
  }

  @Override
  protected Engine engine() {
    return engine;
  }
}
