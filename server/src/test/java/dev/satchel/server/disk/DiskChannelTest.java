package dev.satchel.server.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.Needs;
import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.workload.Remains;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls as files. */
final class DiskChannelTest {
  private static final String CALL = "abcdefghijkl";

  @TempDir private Path directory;

  private Path cancels() throws IOException {
    Files.createDirectories(directory.resolve("work/.satchel/answers"));
    return Files.createDirectories(directory.resolve("work/.satchel/cancels"));
  }

  private Remains place() {
    return new Remains(directory.resolve("work"), directory.resolve("output"));
  }

  @Test
  void whoCancelsACallThatSomebodyCancelsChangesNothing() throws IOException {
    Path cancels = cancels();
    new DiskChannel().cancel(place(), CALL);
    new DiskChannel().cancel(place(), CALL);
    assertThat(cancels.resolve(CALL)).exists();
  }

  @Test
  void aCancelForWhichThereIsNoRoomIsRefusedAsThat() throws IOException {
    String cancels = cancels().toString();
    Needs.that(
        Needs.works("mount", "-t", "tmpfs", "-o", "nr_inodes=1,mode=700", "tmpfs", cancels),
        "this test needs to mount a tmpfs");
    try {
      assertThatThrownBy(() -> new DiskChannel().cancel(place(), CALL))
          .isInstanceOfSatisfying(
              RefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.STORE_FULL));
    } finally {
      assertThat(Needs.works("umount", "--lazy", cancels)).isTrue();
    }
  }
}
