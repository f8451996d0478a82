package dev.satchel.core.workload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

/** Who gets a place, and when. */
final class SlotsTest {
  private final Slots slots = new Slots(2);

  @Test
  void twoPlacesThatAreFreedGoToTheTwoWhoWaitLongest() {
    assertThat(slots.take("a", 6)).isTrue();
    assertThat(slots.take("b", 6)).isTrue();
    assertThat(slots.take("c", 6)).isFalse();
    assertThat(slots.take("d", 6)).isFalse();
    assertThat(slots.free("a")).contains("c");
    assertThat(slots.free("b")).contains("d");
    assertThat(slots.take("c", 6)).isTrue();
    assertThat(slots.take("e", 6)).isFalse();
  }

  @Test
  void whoNoLongerWaitsIsGivenNothing() {
    assertThat(slots.take("a", 6)).isTrue();
    assertThat(slots.take("b", 6)).isTrue();
    assertThat(slots.take("c", 6)).isFalse();
    assertThat(slots.free("c")).isEmpty();
    assertThat(slots.free("a")).isEmpty();
    assertThat(slots.take("d", 6)).isTrue();
  }

  @Test
  void whatRunsAlreadyHasItsPlaceBeyondTheNumber() {
    slots.occupy("a");
    slots.occupy("b");
    slots.occupy("c");
    assertThat(slots.take("c", 6)).isTrue();
    assertThat(slots.take("d", 6)).isFalse();
    assertThat(slots.free("a")).isEmpty();
    assertThat(slots.free("b")).contains("d");
  }

  @Test
  void ofThoseWhoWaitedBeforeTheStartTheLowestRankTakesThePlace() {
    slots.occupy("a");
    SequencedMap<String, Integer> ranks = new LinkedHashMap<>();
    ranks.put("b", 6);
    ranks.put("c", 2);
    ranks.put("a", 6);
    ranks.put("d", 2);
    slots.line(ranks);
    assertThat(slots.take("c", 2)).isTrue();
    assertThat(slots.take("d", 2)).isFalse();
    assertThat(slots.free("a")).contains("d");
    assertThat(slots.free("c")).contains("b");
  }

  @Test
  void whoHasTheLowestRankGoesFirst_andTheEldestOfThem() {
    assertThat(slots.take("a", 6)).isTrue();
    assertThat(slots.take("b", 6)).isTrue();
    for (String each : new String[] {"c6", "d2", "e2", "f0", "d2"}) {
      assertThat(slots.take(each, each.charAt(1) - '0')).isFalse();
    }
    String place = "a";
    for (String next : new String[] {"f0", "d2", "e2", "c6"}) {
      assertThat(slots.free(place)).contains(next);
      place = next;
    }
    assertThat(slots.free(place)).isEmpty();
  }
}
