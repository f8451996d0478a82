package dev.satchel.server.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.EngineContract;
import dev.satchel.core.workload.JobForm;
import dev.satchel.core.workload.Observation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A copy of a data directory does not take the original's attempts for its own. */
final class OwnershipTest {
  private static final AttemptId ATTEMPT = new AttemptId("owned", 1);

  @TempDir private Path directory;
  private final List<ProcessEngine> engines = new ArrayList<>();
  private Path original;
  private Path copy;

  @BeforeEach
  void make() throws IOException {
    original = Files.createDirectory(directory.resolve("original"));
    copy = directory.resolve("copy");
  }

  @AfterEach
  void removeAll() {
    engines.getFirst().remove(ATTEMPT);
    engines.forEach(ProcessEngine::close);
  }

  private ProcessEngine opened(Path data, List<Path> tmpfs) {
    var isolation = IsolationChoice.of(new NoIsolation());
    ProcessEngine engine =
        new ProcessEngine(Installations.unique("owned"), data, Set.of(), tmpfs, isolation, 1 << 20);
    engines.add(engine);
    return engine;
  }

  private ProcessEngine opened(Path data) {
    return opened(data, SecretDirectory.candidates(null));
  }

  /** An engine that runs a job and is closed, as a server that ended. */
  private ProcessEngine withAJob(Path data) {
    ProcessEngine engine = opened(data);
    JobForm form = new JobForm(List.of("sleep", "60"), null, true, Set.of(), Set.of());
    engine.start(EngineContract.launch(ATTEMPT, form, Map.of(), Map.of()));
    engine.close();
    return engine;
  }

  private void copyAll() throws IOException {
    try (Stream<Path> files = Files.walk(original)) {
      for (Path file : files.toList()) {
        if (!file.endsWith("lock")) {
          Files.copy(file, copy.resolve(original.relativize(file).toString()));
        }
      }
    }
  }

  @Test
  void aCopyIsRefusedWhileTheOriginalsJobsRun() throws IOException {
    ProcessEngine before = withAJob(original);
    copyAll();
    assertThatThrownBy(() -> opened(copy))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll(original.toRealPath() + ",", copy.toRealPath() + " ", "delete it");
    assertThat(before.observe(ATTEMPT)).isInstanceOf(Observation.Running.class);
    assertThat(opened(original).observe(ATTEMPT)).isInstanceOf(Observation.Running.class);
  }

  @Test
  void aCopyIsRefusedWhileTheOriginalsServerRuns() throws IOException {
    ProcessEngine running = opened(original);
    copyAll();
    assertThatThrownBy(() -> opened(copy)).hasMessageContaining("whose server runs");
    running.close();
    opened(copy);
    assertThatThrownBy(() -> opened(original)).hasMessageContaining("whose server runs");
  }

  @Test
  void aCopyThatKeepsValuesElsewhereIsRefusedToo() throws IOException {
    ProcessEngine before = withAJob(original);
    copyAll();
    assertThatThrownBy(() -> opened(copy, List.of())).hasMessageContaining("is a copy of");
    assertThat(before.observe(ATTEMPT)).isInstanceOf(Observation.Running.class);
  }

  @Test
  void aCopyTakesOverWhereNothingOfTheOriginalRuns() throws IOException {
    ProcessEngine before = withAJob(original);
    opened(original).remove(ATTEMPT);
    engines.getLast().close();
    copyAll();
    opened(copy);
    assertThat(before.observe(ATTEMPT)).isInstanceOf(Observation.Absent.class);
  }

  @Test
  void nothingIsLeftWhereNoAttemptIs() throws IOException {
    ProcessEngine before = withAJob(original);
    assertThat(tmpfs()).as("its attempt runs").exists();
    ProcessEngine after = opened(original);
    after.remove(ATTEMPT);
    assertThat(tmpfs()).isNotEmptyDirectory();
    after.close();
    assertThat(tmpfs()).doesNotExist();
    opened(original);
    assertThat(tmpfs().resolve("owner")).exists();
    assertThat(before.observe(ATTEMPT)).isInstanceOf(Observation.Absent.class);
  }

  private static Path tmpfs() {
    Path root = new SecretDirectory("any", SecretDirectory.candidates(null)).root();
    return Objects.requireNonNull(root).resolve(Installations.unique("owned"));
  }

  @Test
  void aDirectoryThatWasMovedIsNotRefused() throws IOException {
    withAJob(original);
    Files.move(original, copy);
    Files.createDirectory(original); // Another one of that name is no owner.
    assertThat(opened(copy).observe(ATTEMPT)).isInstanceOf(Observation.Running.class);
    engines.getLast().remove(ATTEMPT);
  }
}
