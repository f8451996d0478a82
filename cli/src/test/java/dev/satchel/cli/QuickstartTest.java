package dev.satchel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.cli.Terminal.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class QuickstartTest extends CommandTest {
  @BeforeEach
  void aServerRunsForTheDataDirectory() throws IOException {
    Path data = Files.createDirectory(home.resolve(".satchel"));
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx------"));
    Files.writeString(data.resolve("admin.token"), "sat_local\n");
    ProcessHandle self = ProcessHandle.current();
    Files.writeString(
        data.resolve("server.json"),
        "{\"url\":\"%s\",\"pid\":%d,\"pid_started\":\"%d\"}"
            .formatted(
                server.url(),
                self.pid(),
                self.info().startInstant().orElse(Instant.EPOCH).toEpochMilli()));
    server
        .on("GET /readyz", 200, "{\"status\":\"ok\"}")
        .on("PUT /v1/secrets/quickstart", 200, "{\"name\":\"quickstart\",\"revision\":1}")
        .on("POST /v1/workloads", 202, "{\"id\":\"w1\",\"state\":\"queued\",\"attempt\":1}")
        .log("w1", 1, "token: ****\n")
        .on("GET /v1/workloads/w1", 200, workload("completed", ",\"exit_code\":0"))
        .refuse("DELETE /v1/secrets/quickstart", 409, "SECRET_IN_USE", "quickstart is in use.")
        .on("DELETE /v1/workloads/w1", 202, "{\"id\":\"w1\",\"state\":\"running\",\"attempt\":1}");
  }

  @Test
  void itShowsEachCommandAndWhatItDid() {
    server.refuse("GET /v1/secrets/quickstart", 404, "SECRET_NOT_FOUND", "No.");
    Outcome outcome = new Terminal(home).run("quickstart");
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.out())
        .contains(
            "$ satchel secrets new quickstart GREETING_TOKEN=- --create-only\n",
            "-- sh -c 'echo \"token: $GREETING_TOKEN\"'\nw1\n",
            "$ satchel logs -f w1\ntoken: ****\n",
            "$ satchel secrets delete quickstart\n",
            "Five commands",
            "The server goes on. \"satchel doctor\" names its process");
    assertThat(outcome.err()).contains("Error: quickstart is in use.");
  }

  @Test
  void theStoredValueIsRandomAndNotShown() {
    server.refuse("GET /v1/secrets/quickstart", 404, "SECRET_NOT_FOUND", "No.");
    Outcome outcome = new Terminal(home).run("quickstart");
    String value =
        server.asked().stream()
            .filter(one -> one.method().equals("PUT"))
            .map(one -> one.json().at("entries").items().getFirst().text("value"))
            .findFirst()
            .orElseThrow();
    assertThat(value).matches("[0-9a-f]{32}");
    assertThat(outcome.out() + outcome.err()).doesNotContain(value).doesNotContain("sat_local");
  }

  @Test
  void aBundleThatIsThereIsLeftAsItIs() {
    server.on("GET /v1/secrets/quickstart", 200, "{\"name\":\"quickstart\",\"revision\":7}");
    Outcome outcome = new Terminal(home).run("quickstart");
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.out()).contains("kept from an earlier run");
    assertThat(server.asked()).noneMatch(one -> one.method().equals("PUT"));
  }

  @Test
  void itTalksToTheDataDirectorysServerWhateverElseIsNamed() {
    server.on("GET /v1/secrets/quickstart", 200, "{\"name\":\"quickstart\",\"revision\":7}");
    Terminal elsewhere = new Terminal(home);
    elsewhere.set("SATCHEL_URL", "http://127.0.0.1:1").set("SATCHEL_TOKEN", "sat_far");
    assertThat(elsewhere.run("quickstart").exitCode()).isZero();
    assertThat(server.asked())
        .filteredOn(one -> !one.path().equals("/readyz"))
        .allMatch(one -> "Bearer sat_local".equals(one.headers().get("authorization")));
  }
}
