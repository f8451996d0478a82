package dev.satchel.server.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Who has room for a part of a file. */
final class PartRoomTest {
  private final PartRoom room = new PartRoom(8, 3, Duration.ZERO);

  private void assertBusy(String volume, String why) {
    assertThatThrownBy(() -> room.take(volume).close())
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(Reason.STORE_BUSY);
              assertThat(e.detail()).contains(why);
            });
  }

  @Test
  void aVolumeHasItsShareAndNoMore_andAllTogetherTheirs() {
    try (var _ = room.take("a");
        var _ = room.take("a")) {
      try (var _ = room.take("a")) {
        assertBusy("a", "to this volume");
        assertBusy("a", "to this volume");
        try (var _ = room.take("b");
            var _ = room.take("b");
            var _ = room.take("b");
            var _ = room.take("c");
            var _ = room.take("c")) {
          assertBusy("c", "to the object store");
          assertBusy("d", "to the object store");
        }
        room.take("d").close();
      }
      room.take("a").close(); // What was refused has given back all.
      for (int i = 0; i < 9; i++) {
        room.take("b").close();
      }
    }
  }
}
