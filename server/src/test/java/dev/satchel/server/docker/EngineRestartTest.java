package dev.satchel.server.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.core.workload.Observation;
import dev.satchel.server.docker.EngineRestart.Absence;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EngineRestartTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  private static Instant at(int seconds) {
    return NOON.plusSeconds(seconds);
  }

  private static Container ended(int code, int began, int end) {
    return new Container("id", "name", "it", "a", false, at(began), at(end), code, false);
  }

  /** The engine was away from 12:00:00 to 12:00:30. */
  @ParameterizedTest
  @CsvSource({
    "137, -60, 10, true", // It went with its engine.
    "143, -60, -15, true", // Ended by an engine that was about to go.
    "255, -60, 31, true", // Found dead when the engine was back.
    "143, -60, -25, false", // Before.
    "255, -60, 40, false", // Long after.
    "143, 31, 32, false", // It began when the engine was back.
    "1, -60, 10, false", // No signal.
  })
  void anEndIsTheEnginesOnlyWhileItWasAway(int code, int began, int end, boolean engines) {
    Observation told =
        EngineRestart.judged(ended(code, began, end), new Absence(at(0), at(30)), null);
    assertThat(told instanceof Observation.Gone).isEqualTo(engines);
  }

  @Test
  void whatBeganBeforeItsMachineDidWasEndedWithIt() {
    assertThat(EngineRestart.judged(ended(255, -60, 20), null, at(0)))
        .isInstanceOfSatisfying(
            Observation.Gone.class, gone -> assertThat(gone.why()).contains("machine"));
    assertThat(EngineRestart.judged(ended(3, -60, -30), null, at(0)))
        .isInstanceOf(Observation.Exited.class);
    assertThat(EngineRestart.judged(ended(143, 10, 20), null, at(0)))
        .isInstanceOf(Observation.Exited.class);
  }

  @Test
  void thisMachineBeganBeforeThisProcess() {
    assertThat(EngineRestart.booted())
        .isBetween(
            Instant.EPOCH.plusSeconds(1),
            ProcessHandle.current().info().startInstant().orElseThrow().plusSeconds(1));
  }
}
