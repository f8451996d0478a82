package dev.satchel.server.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.core.workload.EngineOutageException;
import dev.satchel.core.workload.RecordingLogSink;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** That a follower ends with what it follows. */
final class LogFollowerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final RecordingLogSink sink = new RecordingLogSink();
  private final BlockingQueue<Process> opened = new ArrayBlockingQueue<>(10);

  @Test
  void whatIsAbandonedIsFollowedNoMore_thoughItsStreamNeverEnds() throws Exception {
    Thread follower = started(new LogFollower(this::endless, this::runs, () -> false, sink));
    Process stream = opened.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    sink.abandon();
    assertThat(follower.join(PATIENCE)).isTrue();
    assertThat(stream.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(sink.ended()).isFalse();
  }

  @Test
  void whatIsAbandonedIsFollowedNoMore_thoughItsEngineNeverAnswersAgain() throws Exception {
    Thread follower = started(new LogFollower(this::endless, this::away, () -> false, sink));
    while (follower.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    sink.abandon();
    assertThat(follower.join(PATIENCE)).isTrue();
    assertThat(opened).isEmpty();
  }

  private static Thread started(LogFollower follower) {
    return Thread.ofPlatform().daemon().start(follower::run);
  }

  private Process endless(boolean following) throws IOException {
    Process process = new ProcessBuilder(List.of("sleep", "600")).start();
    opened.add(process);
    return process;
  }

  private LogFollower.Stage runs() {
    return LogFollower.Stage.RUNS;
  }

  private LogFollower.Stage away() {
    throw new EngineOutageException("it is off");
  }
}
