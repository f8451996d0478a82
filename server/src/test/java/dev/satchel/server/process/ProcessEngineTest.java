package dev.satchel.server.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.satchel.server.tmpfs.Mount;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With bubblewrap. */
final class ProcessEngineTest extends ProcessEngineContract {
  @BeforeEach
  void needs() {
    Needs.isolation(new Bubblewrap(), data);
  }

  @Override
  Isolation isolation() {
    return new Bubblewrap();
  }

  @Test
  void theBestIsolationOfTheMachineIsChosen() {
    try (ProcessEngine chosen = new ProcessEngine(Installations.unique("chosen"), data, Set.of())) {
      assertThat(chosen.isolation()).isEqualTo("bubblewrap");
    }
  }

  private static boolean tmpfs(Path path) throws IOException {
    return Mount.isTmpfs(path);
  }

  @Test
  void withoutTmpfsNothingIsStarted() throws IOException {
    Path disk = data.resolve("not-tmpfs");
    assumeTrue(!tmpfs(data), "the temporary directory is on tmpfs");
    try (ProcessEngine refusing =
        new ProcessEngine(
            Installations.unique("disk"),
            data,
            Set.of(),
            List.of(disk),
            IsolationChoice.of(isolation()),
            1 << 20)) {
      var form = launch(newAttempt(), "true").form();
      assertThat(refusing.objections(form)).singleElement().asString().contains("tmpfs", "disk");
    }
  }
}
