package dev.satchel.server.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.satchel.core.workload.AttemptId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runners are found by what they were started with. */
final class ProcessTreeTest {
  @Test
  void aRunnerIsFoundBelowADirectoryOfAnyName(@TempDir Path directory) throws IOException {
    assumeTrue("UTF-8".equals(System.getProperty("sun.jnu.encoding")), "no such names here");
    Path attempts = directory.resolve("José €");
    ControlDirectory control = ControlDirectory.of(attempts, new AttemptId("named", 1));
    ControlDirectory other = ControlDirectory.of(attempts, new AttemptId("named", 2));
    List<String> command =
        List.of("sh", "-c", "sleep 60; :", "satchel-runner", control.path().toString(), "");
    Process runner = Tool.start(command);
    try {
      assertThat(ProcessTree.unrecordedRunnerOf(control)).isTrue();
      assertThat(ProcessTree.unrecordedRunnerOf(other)).isFalse();
    } finally {
      runner.children().forEach(ProcessHandle::destroyForcibly);
      runner.destroyForcibly();
    }
  }
}
