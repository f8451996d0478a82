package dev.satchel.server.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.LogStore;
import dev.satchel.core.workload.LogStoreContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DiskLogsTest extends LogStoreContract {
  @TempDir private Path directory;

  @Override
  protected LogStore logs() {
    return new DiskLogs(directory.resolve("logs"));
  }

  @Test
  void aRemovalThatACrashCutOffIsSeenAndEnded() throws IOException {
    AttemptId id = new AttemptId("w1", 1);
    try (LogStore.LogFile log = logs().open(id)) {
      log.append(new byte[] {1}, 1, 1);
    }
    Path of = directory.resolve("logs/w1");
    Files.delete(of.resolve("1.progress"));
    assertThat(logs().read(id, 0, 10)).isEmpty();
    assertThat(logs().attempts("w1")).containsExactly(id);
    logs().removeAttempts(List.of(id));
    assertThat(of).isEmptyDirectory();
  }

  @Test
  void aLogThatIsRemovedWhileItIsReadHasComeToItsEnd() throws IOException {
    AttemptId id = new AttemptId("w1", 1);
    try (LogStore.LogFile log = logs().open(id)) {
      log.append(new byte[] {1}, 1, 1);
    }
    Files.delete(directory.resolve("logs/w1/1.log")); // Between its size and its bytes.
    assertThat(logs().read(id, 0, 10)).isEmpty();
  }
}
