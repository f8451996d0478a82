package dev.satchel.server.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.Observation;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class SightingsTest {
  private static final AttemptId ID = new AttemptId("wabc", 1);
  private static final Observation RUNNING = new Observation.Running(Instant.EPOCH);
  private static final Observation EXITED = new Observation.Exited(Instant.EPOCH, 3, false);

  private final Sightings sightings = new Sightings();

  @Test
  void anAnswerFromBeforeAChangeIsNotKeptAfterIt() {
    int turn = sightings.turn(ID);
    sightings.changed(ID);
    sightings.keep(ID, RUNNING, "c1", turn);
    assertThat(sightings.seen(ID)).isNull();
    assertThat(sightings.container(ID)).isEqualTo("c1");
    sightings.keep(ID, EXITED, "c1", sightings.turn(ID));
    sightings.keep(ID, RUNNING, "c1", turn);
    assertThat(sightings.seen(ID)).isEqualTo(EXITED);
  }

  @Test
  void onlyWhatRunsIsDoubted() {
    AttemptId other = new AttemptId("wabc", 2);
    sightings.keep(ID, RUNNING, "c1", sightings.turn(ID));
    sightings.keep(other, EXITED, "c2", sightings.turn(other));
    sightings.doubtWhatRuns();
    assertThat(sightings.seen(ID)).isNull();
    assertThat(sightings.seen(other)).isEqualTo(EXITED);
  }

  @Test
  void nothingIsLeftOfWhatWasRemoved() {
    sightings.keep(ID, RUNNING, "c1", sightings.turn(ID));
    sightings.remove(ID);
    sightings.changed(ID); // The engine tells of the removal.
    assertThat(sightings.container(ID)).isNull();
    assertThat(sightings.turn(ID)).isZero();
  }
}
