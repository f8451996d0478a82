package dev.satchel.server.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.core.workload.JobForm;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Without namespaces. */
final class NoIsolationEngineTest extends ProcessEngineContract {
  @Override
  Isolation isolation() {
    return new NoIsolation();
  }

  @Override
  protected boolean runsCommands() {
    return false;
  }

  @Test
  void onlyTheOwnerMayRunJobs() {
    JobForm form = new JobForm(List.of("true"), null, false, Set.of(), Set.of());
    assertThat(engine.objections(form)).singleElement().asString().contains("admin", "bubblewrap");
  }

  @Test
  void secretFilesAreRefusedByName() {
    JobForm form = new JobForm(List.of("true"), null, true, Set.of(), Set.of("key.pem"));
    assertThat(engine.objections(form)).singleElement().asString().contains("key.pem");
  }
}
