package dev.satchel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.cli.Terminal.Outcome;
import dev.satchel.sdk.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

final class ProgramTest extends CommandTest {
  @Test
  void helpNamesEveryCommandAndTheExitCodes() {
    Outcome outcome = terminal.run("--help");
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.out()).contains("secrets", "quickstart", "completion", "Exit codes: 0 ok");
    assertThat(terminal.run("help", "secrets", "new").out())
        .isEqualTo(terminal.run("secrets", "new", "--help").out())
        .contains("KEY=VALUE");
    assertThat(terminal.run("help", "serve").out()).contains("satchel serve --help");
  }

  @Test
  void theVersionIsTheBuilds() {
    assertThat(terminal.run("--version").out()).matches("satchel \\d\\S+\\n");
  }

  @Test
  void aMistypedCommandOrOptionIsAnsweredWithTheNearest() {
    Outcome outcome = terminal.run("secerts");
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err()).contains("Unknown command: secerts. Did you mean secrets");
    assertThat(terminal.run("secrets", "list", "--jsno").err()).contains("Did you mean --json?");
    assertThat(terminal.run("secrets", "lst").err())
        .contains("Unknown command: lst. Did you mean list?");
    assertThat(terminal.run("frobnicate").err()).contains("frobnicate.\n").doesNotContain("mean");
    assertThat(terminal.run("list", "-n", "many").err())
        .contains("-n takes a whole number.")
        .doesNotContain("many");
    assertThat(terminal.run("secrets", "new").err()).contains("NAME");
    assertThat(terminal.run("secrets").exitCode()).isEqualTo(2);
  }

  @Test
  void aServerThatIsDownIsCodeFiveAndHowToStartIt() {
    server.close();
    Outcome outcome = terminal.run("secrets", "list");
    assertThat(outcome.exitCode()).isEqualTo(5);
    assertThat(outcome.err()).contains("connection refused", "satchel serve");
  }

  @Test
  void aTokenThatIsNotAcceptedIsNamedByItsPlaceAndNeverShown() {
    server.refuse("GET /v1/secrets", 401, "UNAUTHENTICATED", "No.");
    Outcome outcome = terminal.run("secrets", "list");
    assertThat(outcome.exitCode()).isEqualTo(6);
    assertThat(outcome.err()).contains("SATCHEL_TOKEN", "satchel login").doesNotContain("sat_test");
  }

  @Test
  void errorsAreJsonOnStandardErrorWhereJsonIsAskedFor() {
    server.refuse("GET /v1/secrets/hf", 404, "SECRET_NOT_FOUND", "There is no hf.");
    Outcome outcome = terminal.run("secrets", "show", "hf", "--json");
    assertThat(outcome.out()).isEmpty();
    assertThat(Json.read(outcome.err()).text("code")).isEqualTo("SECRET_NOT_FOUND");
  }

  @Test
  void aRedirectIsNotFollowedSoTheTokenStaysWithItsServer() throws IOException {
    try (Recorder other = new Recorder()) {
      server.on(
          "GET /v1/secrets",
          exchange -> {
            exchange.getResponseHeaders().set("Location", other.url() + "/v1/secrets");
            Recorder.send(exchange, 302, "text/plain", "");
          });
      assertThat(terminal.run("secrets", "list").exitCode()).isEqualTo(1);
      assertThat(other.asked()).isEmpty();
    }
  }

  @Test
  void aLoginIsKeptOnceTheServerHasAcceptedIt() throws IOException {
    server.on("GET /v1/secrets", 200, "{\"items\":[]}");
    Terminal fresh = new Terminal(home).in("sat_kept\n");
    assertThat(fresh.run("login", server.url() + "/").exitCode()).isZero();
    assertThat(server.last().headers()).containsEntry("authorization", "Bearer sat_kept");
    assertThat(Files.readString(home.resolve(".config/satchel/credentials.json")))
        .contains("sat_kept");
    assertThat(fresh.run("secrets", "list").exitCode()).isZero();
    assertThat(server.last().headers()).containsEntry("authorization", "Bearer sat_kept");
  }

  @Test
  void aLoginThatIsRefusedIsNotKept() {
    server.refuse("GET /v1/secrets", 401, "UNAUTHENTICATED", "No.");
    Outcome outcome = new Terminal(home).in("sat_wrong").run("login", server.url());
    assertThat(outcome.exitCode()).isEqualTo(6);
    assertThat(outcome.err()).contains("nothing was kept").doesNotContain("sat_wrong");
    assertThat(home.resolve(".config")).doesNotExist();
  }

  @Test
  void tokensAreMadeListedAndRevoked() {
    server
        .on("POST /v1/tokens", 201, "{\"id\":\"t1\",\"name\":\"ci\",\"token\":\"sat_new\"}")
        .on(
            "GET /v1/tokens",
            200,
            "{\"items\":[{\"id\":\"t1\",\"name\":\"ci\",\"roles\":[\"runner\"]}]}")
        .on("DELETE /v1/tokens/t1", 200, "{\"id\":\"t1\"}");
    Outcome made =
        terminal.run("token", "create", "ci", "--role", "runner,auditor", "--expires", "1d");
    assertThat(made.out()).isEqualTo("sat_new\n");
    assertThat(server.last().json())
        .isEqualTo(
            Json.read(
                """
                {"name":"ci","roles":["runner","auditor"],"expires_at":"2026-11-23T12:00:00Z"}"""));
    assertThat(terminal.run("token", "list").out()).contains("t1  ci    runner");
    assertThat(terminal.run("token", "revoke", "t1").out()).isEqualTo("Revoked t1.\n");
    assertThat(terminal.run("token", "create", "ci").exitCode()).isEqualTo(2);
  }

  @Test
  void aLoginThatCannotBeKeptIsSaidWithWhatElseThereIs() throws IOException {
    server.on("GET /v1/secrets", 200, "{\"items\":[]}");
    Terminal here = new Terminal(home).in("sat_good");
    here.set("XDG_CONFIG_HOME", Files.createFile(home.resolve("file")).toString());
    Outcome outcome = here.run("login", server.url());
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.err())
        .contains("cannot be written", "XDG_CONFIG_HOME=DIR", "SATCHEL_TOKEN_FILE")
        .doesNotContain("should not have happened")
        .doesNotContain("sat_good");
  }

  @Test
  void aTokenIsMadeWithTheBundlesThatItMayUse() {
    server
        .on("POST /v1/tokens", 201, "{\"id\":\"t1\",\"name\":\"ci\",\"token\":\"sat_new\"}")
        .on(
            "GET /v1/tokens",
            200,
            "{\"items\":[{\"id\":\"t1\",\"name\":\"ci\",\"roles\":[\"runner\"],\"uses\":[\"hf\",\"db\"]}]}");
    terminal.run("token", "create", "ci", "--role", "runner", "--uses", "hf,db", "--uses", "x");
    assertThat(server.last().json().at("uses").texts()).containsExactly("hf", "db", "x");
    assertThat(terminal.run("token", "list").out()).contains("USES", "hf,db");
  }

  @Test
  void whatTheServerHasSaidIsNotSaidAgain() {
    server.on(
        "DELETE /v1/secrets/hf",
        409,
        """
        {"code":"SECRET_IN_USE","name":"hf","workload_ids":["w1"],
         "detail":"In use: satchel terminate w1, or satchel secrets delete hf --force."}""");
    assertThat(terminal.run("secrets", "delete", "hf").err().lines()).hasSize(1);
  }
}
