package dev.satchel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.cli.Terminal.Outcome;
import org.junit.jupiter.api.Test;

final class HostCommandsTest extends CommandTest {
  private static final String GPU =
      """
      {"id":"ab12","engine":"docker","address":"ssh://me@gpu","credentials":["gpu-box"],
       "labels":{"spot":"true","gpu":"h100:8"},"state":"unreachable",
       "since":"2026-11-22T11:57:00Z","reason":"It is off.","running":2,
       "workload_ids":["w1","w2"]}""";

  private static final String OWN =
      """
      {"id":"process","engine":"process","credentials":[],"machine_id":"m","labels":{},
       "state":"reachable","running":0,"workload_ids":[]}""";

  @Test
  void hostsAreListedWithHowTheyStand() {
    server.on("GET /v1/hosts", 200, "{\"items\":[" + OWN + "," + GPU + "]}");
    Outcome listed = terminal.run("hosts");
    assertThat(listed.out())
        .contains("this server", "ssh://me@gpu (gpu-box)", "unreachable", "gpu=h100:8 spot=true");
    assertThat(listed.err()).contains("ab12: It is off.");
    assertThat(terminal.run("host", "list", "-q").out()).isEqualTo("process\nab12\n");
    assertThat(terminal.run("hosts", "--json").out()).contains("\"workload_ids\"");
  }

  @Test
  void aHostIsLostOnlyWhereThatIsSaidForSure() {
    server.on("DELETE /v1/hosts/ab12", 200, GPU);
    Outcome unsure = terminal.run("hosts", "lose", "ab12");
    assertThat(unsure.exitCode()).isEqualTo(2);
    assertThat(unsure.err()).contains("--yes");
    assertThat(terminal.run("hosts", "lose", "ab12", "--yes").out())
        .isEqualTo("Lost ab12, with 2 attempts.\n");
  }
}
