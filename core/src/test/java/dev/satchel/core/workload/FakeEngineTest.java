package dev.satchel.core.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class FakeEngineTest extends EngineContract {
  private final FakeEngine engine = new FakeEngine();

  @Override
  protected Engine engine() {
    return engine;
  }

  @Test
  void itEndsAttemptsAsItIsTold() {
    AttemptId one = started("sleep 60");
    AttemptId two = started("sleep 60");
    engine.exit(one, 9);
    engine.gone(two, "the machine was restarted");
    assertThat(exitCodeOf(one)).isEqualTo(9);
    assertThat(engine.observe(two)).isEqualTo(new Observation.Gone("the machine was restarted"));
  }

  @Test
  void whatItRefusedToStartIsGone() {
    AttemptId attempt = newAttempt();
    Launch launch = launch(attempt, "sh", "-c", "sleep 60");
    engine.failNextStart(new RefusedException(Reason.START_FAILED, "No."));
    assertThatThrownBy(() -> engine.start(launch)).isInstanceOf(RefusedException.class);
    assertThat(engine.observe(attempt)).isEqualTo(new Observation.Gone("No."));
    engine.start(launch);
    assertThat(engine.observe(attempt)).isEqualTo(new Observation.Gone("No."));
  }

  @Test
  void itKeepsWhatAJobWasGiven() {
    AttemptId attempt = newAttempt();
    byte[] value = "v".getBytes(StandardCharsets.UTF_8);
    engine.start(launch(attempt, Map.of("A", value), Map.of("f", value), "sh", "-c", "sleep 60"));
    assertThat(engine.variable(attempt, "A")).isEqualTo(value);
    assertThat(engine.file(attempt, "f")).isEqualTo(value);
    assertThat(engine.variable(attempt, "B")).isNull();
  }
}
