package dev.satchel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.cli.Terminal.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

final class CredentialCommandsTest extends CommandTest {
  private static final String GHCR =
      """
      {"name":"ghcr","id":"c1","kind":"registry","fields":{"server":"ghcr.io","username":"me"},
       "redacted":["password"],"revision":2,"created_at":"2026-11-22T11:00:00Z",
       "updated_at":"2026-11-22T11:57:00Z","used_by":["w1"]}""";

  @Test
  void newPutsTheFieldsAndTellsNone() throws IOException {
    server.on("PUT /v1/credentials/ghcr", 200, GHCR);
    Files.writeString(home.resolve("p"), "s3cret");
    Outcome outcome =
        terminal.run(
            "credentials", "new", "ghcr", "--kind", "registry", "server=ghcr.io", "password=@p");
    assertThat(outcome.out()).isEqualTo("Stored ghcr (revision 2).\n");
    assertThat(server.last().json().text("kind")).isEqualTo("registry");
    assertThat(server.last().json().at("fields").text("password")).isEqualTo("s3cret");
  }

  @Test
  void aFieldThatIsNoTextIsRefusedAndAKindIsNeeded() throws IOException {
    Files.write(home.resolve("b"), new byte[] {(byte) 0xff});
    Outcome binary = terminal.run("credentials", "new", "c", "--kind", "cloud", "key=@b");
    assertThat(binary.exitCode()).isEqualTo(2);
    assertThat(binary.err()).contains("key is not UTF-8");
    Outcome none = terminal.run("credentials", "new", "c", "key=1");
    assertThat(none.exitCode()).isEqualTo(2);
    assertThat(none.err()).contains("registry, cloud or docker");
  }

  @Test
  void listAndShowTellWhatMayBeSeen() {
    server.on("GET /v1/credentials", 200, "{\"items\":[" + GHCR + "]}");
    server.on("GET /v1/credentials/ghcr", 200, GHCR);
    assertThat(terminal.run("credentials", "list").out())
        .contains("ghcr", "registry", "server=ghcr.io username=me");
    assertThat(terminal.run("credential", "show", "ghcr").out())
        .contains("hidden   password", "used by  w1");
  }

  @Test
  void deleteForcesOnlyWhenAsked() {
    server.on("DELETE /v1/credentials/ghcr", 200, "{\"name\":\"ghcr\",\"workload_ids\":[]}");
    assertThat(terminal.run("credentials", "delete", "ghcr").out()).isEqualTo("Deleted ghcr.\n");
  }
}
