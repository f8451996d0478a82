package dev.satchel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.cli.Terminal.Outcome;
import dev.satchel.cli.session.Surroundings.Terminals;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WorkloadCommandsTest extends CommandTest {
  private static String item(String id, String state) {
    return """
    {"id":"%s","kind":"job","state":"%s","engine":"process","command":["sleep","9"],
     "secrets":["hf"],"attempt":1,"created_at":"2026-11-22T11:57:00Z"}"""
        .formatted(id, state);
  }

  @Test
  void statusWithoutAnIdListsWhatHasNotEnded() {
    server.on("GET /v1/workloads", 200, "{\"items\":[" + item("w2", "running") + "]}");
    assertThat(terminal.run("status").out())
        .isEqualTo(
            """
            ID  NAME  STATE    EXIT  SUBMITTED  TOOK  SECRETS  COMMAND
            w2  -     running  -     3m ago     -     hf       sleep 9
            """);
    assertThat(server.last().target()).isEqualTo("/v1/workloads?state=live&limit=1000");
    assertThat(terminal.run("status", "-q").out()).isEqualTo("w2\n");
  }

  @Test
  void aWatchTellsOfEachChangeUntilTheEnd() {
    String path = "GET /v1/workloads/w1";
    server
        .on(path, 200, workload("queued", ""))
        .on(path, 200, workload("running", ""))
        .on(path, 200, workload("running", ""))
        .on(path, 200, workload("completed", ",\"exit_code\":0"));
    Outcome outcome = terminal.run("status", "w1", "--watch");
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.out())
        .isEqualTo("w1  train  queued\nw1  train  running\nw1  train  completed\n");
  }

  @Test
  void aWatchAsJsonIsOneLineForEachChange() {
    String path = "GET /v1/workloads/w1";
    server.on(path, 200, workload("running", "")).on(path, 200, workload("completed", ""));
    assertThat(terminal.run("status", "w1", "-w", "--json").out().lines())
        .hasSize(2)
        .allMatch(line -> line.startsWith("{\"id\":\"w1\""));
  }

  @Test
  void aTerminalIsDrawnAnew() {
    String path = "GET /v1/workloads/w1";
    server.on(path, 200, workload("running", "")).on(path, 200, workload("completed", ""));
    terminal.on(new Terminals(false, true, false), 80);
    assertThat(terminal.run("status", "w1", "--watch").out())
        .startsWith("\u001b[H")
        .endsWith("\u001b[J")
        .contains("running")
        .contains("completed");
  }

  @Test
  void listFiltersAndLimits() {
    server.on("GET /v1/workloads", 200, "{\"items\":[]}");
    Outcome outcome = terminal.run("ls", "--state", "running", "-n", "5");
    assertThat(server.last().target()).isEqualTo("/v1/workloads?state=running&limit=5");
    assertThat(outcome.err()).contains("satchel run -- echo hi");
    terminal.run("list");
    assertThat(server.last().target()).isEqualTo("/v1/workloads?limit=20");
    assertThat(terminal.run("list", "-n", "0").exitCode()).isEqualTo(2);
    terminal.run("list", "--all");
    assertThat(server.last().target()).isEqualTo("/v1/workloads?limit=1000");
  }

  @Test
  void statusShowsEnvSecretsAndWhatIsStale() {
    server.on(
        "GET /v1/workloads/w1",
        200,
        workload("running", "")
            .replace(
                "\"secrets\":[]",
                "\"secrets\":[{\"name\":\"hf\",\"id\":\"b\",\"revision\":3,\"current\":4,\"stale\":true}]"));
    assertThat(terminal.run("status", "w1").out())
        .contains(
            "w1  train",
            "state      running for 2m",
            "engine     process (isolation: bubblewrap)",
            "env        LR=0.01",
            "secret     hf (revision 3, stale: now 4)",
            "satchel resubmit w1");
    assertThat(terminal.run("status", "w1", "-q").out()).isEqualTo("running\n");
  }

  @Test
  void terminateAsksForEach() {
    server
        .on("DELETE /v1/workloads/w1", 202, "{\"id\":\"w1\",\"state\":\"running\",\"attempt\":1}")
        .on("DELETE /v1/workloads/w2", 202, "{\"id\":\"w2\",\"state\":\"running\",\"attempt\":1}");
    assertThat(terminal.run("terminate", "w1", "w2").out())
        .isEqualTo("Asked w1 to end (satchel wait w1).\nAsked w2 to end (satchel wait w2).\n");
  }

  @Test
  void whatIsNotThereIsCodeThree() {
    server.refuse("GET /v1/workloads/nope", 404, "WORKLOAD_NOT_FOUND", "There is no nope.");
    Outcome outcome = terminal.run("status", "nope");
    assertThat(outcome.exitCode()).isEqualTo(3);
    assertThat(outcome.err()).isEqualTo("Error: There is no nope.\n  satchel list\n");
  }

  @Test
  void textOfOthersCannotMoveTheCursor() {
    server.on(
        "GET /v1/workloads",
        200,
        "{\"items\":[" + item("w1", "running").replace("sleep", "a\\u001b[2Jb\\n") + "]}");
    assertThat(terminal.run("list").out()).doesNotContain("\u001b").hasLineCount(2);
  }

  @Test
  void whatTakesIdsIsWrongWithoutAny() {
    for (String command : List.of("terminate", "wait")) {
      Outcome outcome = terminal.run(command);
      assertThat(outcome.exitCode()).isEqualTo(2);
      assertThat(outcome.err()).contains("ID");
    }
  }
}
