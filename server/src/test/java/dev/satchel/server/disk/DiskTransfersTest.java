package dev.satchel.server.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.application.Transfers.Granted;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Addresses: how long they last, and how many there are. */
final class DiskTransfersTest {
  @TempDir Path directory;
  private Instant now = Instant.now();

  private DiskTransfers transfers(int filesMax, long totalMaxBytes) {
    return new DiskTransfers(directory.resolve("uploads"), () -> now, filesMax, totalMaxBytes);
  }

  private static void send(DiskTransfers transfers, Granted granted, int bytes) throws IOException {
    transfers.receive(granted.token(), new ByteArrayInputStream(new byte[bytes]));
  }

  private static void assertRefused(Reason reason, ThrowingCallable act) {
    assertThatThrownBy(act)
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  @Test
  void anAddressLastsAnHour() throws IOException {
    DiskTransfers transfers = transfers(100, 1000);
    Path file = Files.writeString(directory.resolve("file"), "x");
    Granted early = transfers.upload("use");
    Granted late = transfers.upload("use");
    for (int i = 0; i < 20; i++) {
      send(transfers, transfers.upload("other"), 1);
    }
    Granted fetch = transfers.download(file);
    now = now.plus(Duration.ofMinutes(59));
    send(transfers, early, 1);
    assertThat(transfers.received(early.id(), "use")).isPresent();
    assertThat(transfers.fetched(fetch.token())).isEqualTo(file);
    now = now.plus(Duration.ofMinutes(2));
    assertRefused(Reason.TRANSFER_NOT_FOUND, () -> send(transfers, late, 1));
    assertRefused(Reason.TRANSFER_NOT_FOUND, () -> transfers.fetched(fetch.token()));
    assertThat(transfers.received(early.id(), "use")).isEmpty();
    assertThat(transfers.newest("use")).isEmpty();
    now = now.plus(Duration.ofHours(2));
    transfers.sweep();
    assertThat(directory.resolve("uploads")).isEmptyDirectory();
    assertThat(file).exists();
  }

  @Test
  void whatBrokeOffOrWasNotAnsweredIsSentAgain() throws IOException {
    DiskTransfers transfers = transfers(100, 1000);
    Granted granted = transfers.upload("use");
    InputStream broken = new PipedInputStream(); // Of nobody: reading it fails.
    assertThatThrownBy(() -> transfers.receive(granted.token(), broken))
        .isInstanceOf(IOException.class);
    send(transfers, granted, 5);
    send(transfers, granted, 5); // The same: its answer was lost.
    assertRefused(Reason.TRANSFER_NOT_FOUND, () -> send(transfers, granted, 4));
    assertRefused(Reason.TRANSFER_NOT_FOUND, () -> send(transfers, granted, 6));
    assertThat(transfers.received(granted.id(), "use").orElseThrow()).hasSize(5);
  }

  @Test
  void thereAreOnlySoManyAddresses() {
    DiskTransfers transfers = transfers(3, 1000);
    for (int i = 0; i < 3; i++) {
      var _ = transfers.upload("use");
    }
    assertRefused(Reason.STORE_FULL, () -> transfers.upload("use"));
    now = now.plus(Duration.ofHours(3));
    assertThat(transfers.upload("use").id()).isNotEmpty();
  }

  @Test
  void allThatIsSentIsOnlySoMuch() throws IOException {
    DiskTransfers transfers = transfers(100, 2000);
    Granted first = transfers.upload("use");
    Granted second = transfers.upload("use");
    send(transfers, first, 1000);
    assertRefused(Reason.STORE_FULL, () -> send(transfers, second, 1000));
    assertThat(transfers.received(second.id(), "use")).isEmpty();
    assertThat(transfers.received(first.id(), "use")).isPresent();
    transfers.forget(first.id());
    send(transfers, transfers.upload("use"), 1000);
  }

  @Test
  void whatIsForgottenInTimeMakesRoomForWhatIsSent() throws IOException {
    DiskTransfers transfers = transfers(100, 2000);
    send(transfers, transfers.upload("use"), 1500);
    try (var all = Files.list(directory.resolve("uploads"))) {
      for (Path each : all.toList()) {
        Files.setLastModifiedTime(each, FileTime.from(now.minus(Duration.ofHours(3))));
      }
    }
    send(transfers, transfers.upload("use"), 1500);
  }
}
