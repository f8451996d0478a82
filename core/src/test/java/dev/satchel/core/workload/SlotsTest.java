package dev.satchel.core.workload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Who gets a place, and when. */
final class SlotsTest {
  private final Slots slots = new Slots(2);

  @Test
  void twoPlacesThatAreFreedGoToTheTwoWhoWaitLongest() {
    assertThat(slots.take("a")).isTrue();
    assertThat(slots.take("b")).isTrue();
    assertThat(slots.take("c")).isFalse();
    assertThat(slots.take("d")).isFalse();
    assertThat(slots.free("a")).contains("c");
    assertThat(slots.free("b")).contains("d");
    assertThat(slots.take("c")).isTrue();
    assertThat(slots.take("e")).isFalse();
  }

  @Test
  void whoNoLongerWaitsIsGivenNothing() {
    assertThat(slots.take("a")).isTrue();
    assertThat(slots.take("b")).isTrue();
    assertThat(slots.take("c")).isFalse();
    assertThat(slots.free("c")).isEmpty();
    assertThat(slots.free("a")).isEmpty();
    assertThat(slots.take("d")).isTrue();
  }

  @Test
  void whatRunsAlreadyHasItsPlaceBeyondTheNumber() {
    slots.occupy("a");
    slots.occupy("b");
    slots.occupy("c");
    assertThat(slots.take("c")).isTrue();
    assertThat(slots.take("d")).isFalse();
    assertThat(slots.free("a")).isEmpty();
    assertThat(slots.free("b")).contains("d");
  }
}
