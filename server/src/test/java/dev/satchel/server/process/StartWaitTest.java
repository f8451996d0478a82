package dev.satchel.server.process;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.RefusedException;
import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.Observation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the reason of a failed start quotes. */
final class StartWaitTest {
  @TempDir private Path directory;

  @Test
  void theIsolationIsQuotedAndWhatIsInTheSpoolNever() throws IOException {
    ControlDirectory control = ControlDirectory.of(directory, new AttemptId("wait", 1));
    Path launch = Files.createDirectory(directory.resolve("launch"));
    control.make();
    Files.writeString(
        control.path().resolve("running"), Machine.bootId() + " 1 1 " + launch + "\n");
    Files.writeString(control.path().resolve("failed"), "1\n");
    Files.writeString(launch.resolve("spool"), "sentinel-7771");
    Files.writeString(launch.resolve("said"), "bwrap: no\n");
    StartWait wait =
        new StartWait(
            control, Tool.start(List.of("true")), () -> new Observation.Gone("it never began"));
    assertThatThrownBy(wait::await)
        .isInstanceOf(RefusedException.class)
        .hasMessage("The job was not started: it never began: bwrap: no");
    Files.createFile(launch.resolve("begun"));
    assertThatThrownBy(wait::await).hasMessage("The job was not started: it never began");
  }
}
