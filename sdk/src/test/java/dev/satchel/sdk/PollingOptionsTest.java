package dev.satchel.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How long is waited between two questions. */
final class PollingOptionsTest {
  @Test
  void pausesGrowToALimitAndAreDrawn() {
    PollingOptions polling =
        PollingOptions.DEFAULT
            .initialDelay(Duration.ofSeconds(9))
            .delay(Duration.ofSeconds(1))
            .backoff(2)
            .maxDelay(Duration.ofSeconds(5))
            .jitter(Duration.ofSeconds(2));
    assertThat(IntStream.range(0, 6).mapToObj(n -> polling.pause(n, 0).toSeconds()))
        .containsExactly(9L, 1L, 2L, 4L, 5L, 5L);
    assertThat(polling.pause(4, 0.5)).isEqualTo(Duration.ofSeconds(6));
    assertThat(polling.pause(1_000_000, 1)).isEqualTo(Duration.ofSeconds(7));
  }

  @Test
  void whatIsNoPauseIsRefused() {
    assertThatThrownBy(() -> PollingOptions.DEFAULT.delay(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> PollingOptions.DEFAULT.backoff(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(PollingOptions.DEFAULT.maxDelay(Duration.ofSeconds(Long.MAX_VALUE)).pause(5000, 1))
        .isPositive();
  }
}
