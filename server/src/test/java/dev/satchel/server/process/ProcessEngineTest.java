package dev.satchel.server.process;

import static org.assertj.core.api.Assertions.assertThat;

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
    try (ProcessEngine chosen = new ProcessEngine("chosen", data, Set.of())) {
      assertThat(chosen.isolation()).isEqualTo("bubblewrap");
    }
  }

  @Test
  void withoutTmpfsNothingIsStarted() {
    Path disk = Path.of("target/not-tmpfs").toAbsolutePath();
    try (ProcessEngine refusing =
        new ProcessEngine("disk", data, Set.of(), List.of(disk), isolation(), 1 << 20)) {
      var form = launch(newAttempt(), "true").form();
      assertThat(refusing.objections(form)).singleElement().asString().contains("tmpfs", "disk");
    }
  }
}
