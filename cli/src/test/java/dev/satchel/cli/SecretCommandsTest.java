package dev.satchel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.cli.Terminal.Outcome;
import dev.satchel.cli.session.Surroundings.Terminals;
import dev.satchel.sdk.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

final class SecretCommandsTest extends CommandTest {
  private static final String WRITTEN =
      """
      {"name":"hf","id":"b1","revision":2,"created_at":"2026-11-22T11:00:00Z",
       "updated_at":"2026-11-22T11:57:00Z","added":["NEW"],"replaced":["HF_TOKEN"],"dropped":[]}""";
  private static final String ITEM =
      """
      {"name":"%s","id":"b1","revision":3,"created_at":"2026-11-20T12:00:00Z",
       "updated_at":"2026-11-22T11:57:00Z","holds":%d}""";

  @Test
  void newPutsTheEntriesWithTheToken() {
    server.on("PUT /v1/secrets/hf", 200, WRITTEN);
    Outcome outcome = terminal.run("secrets", "new", "hf", "HF_TOKEN=s3cret", "B=");
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.out()).isEqualTo("Stored hf (revision 2: added NEW; replaced HF_TOKEN).\n");
    assertThat(server.last().body())
        .isEqualTo(
            "{\"entries\":[{\"type\":\"env\",\"location\":\"HF_TOKEN\",\"value\":\"s3cret\"},"
                + "{\"type\":\"env\",\"location\":\"B\",\"value\":\"\"}]}");
    assertThat(server.last().headers()).containsEntry("authorization", "Bearer sat_test");
    assertThat(server.last().headers()).doesNotContainKeys("if-match", "if-none-match");
  }

  @Test
  void newTakesFilesAndEnvFilesAndConditions() throws IOException {
    Files.writeString(home.resolve("e"), "A=1\n");
    Files.writeString(home.resolve("lic"), "L");
    server.on("PUT /v1/secrets/hf", 200, WRITTEN);
    terminal.run(
        "secret", "new", "hf", "--env-file", "e", "--file", "etc/lic=@lic", "--create-only");
    assertThat(server.last().body()).contains("\"type\":\"file\",\"location\":\"etc/lic\"");
    assertThat(server.last().headers()).containsEntry("if-none-match", "*");
    terminal.run("secrets", "new", "hf", "A=1", "--if-revision", "3");
    assertThat(server.last().headers()).containsEntry("if-match", "\"3\"");
  }

  @Test
  void setAndUnsetChangeSingleEntries() {
    server.on("POST /v1/secrets/hf/changes", 200, WRITTEN);
    terminal.run("secrets", "set", "hf", "A=1");
    assertThat(server.last().body())
        .isEqualTo("{\"set\":[{\"type\":\"env\",\"location\":\"A\",\"value\":\"1\"}]}");
    terminal.run("secrets", "unset", "hf", "A", "--file", "p");
    assertThat(server.last().json().at("unset").items())
        .extracting(entry -> entry.text("type") + " " + entry.text("location"))
        .containsExactly("env A", "file p");
  }

  @Test
  void unsetNamesTheKeyThatIsNotThereAndRefusesWhatMayBeAValue() {
    server.refuse(
        "POST /v1/secrets/hf/changes", 422, "INVALID", "unset[1] names no entry of this secret.");
    Outcome outcome = terminal.run("secrets", "unset", "hf", "A", "B");
    assertThat(outcome.exitCode()).isEqualTo(3);
    assertThat(outcome.err()).contains("B names no entry", "satchel secrets show hf");
    Outcome pasted = terminal.run("secrets", "unset", "hf", "A=" + "value");
    assertThat(pasted.exitCode()).isEqualTo(2);
    assertThat(pasted.err()).doesNotContain("value\n").doesNotContain("=value");
  }

  @Test
  void importReadsADotenvFromStandardInput() {
    server.on("PUT /v1/secrets/hf", 200, WRITTEN);
    terminal.in("export A=1\nB='two\nlines'\n").run("secrets", "import", "hf", "-");
    assertThat(server.last().body()).contains("\"location\":\"B\",\"value\":\"two\\nlines\"");
  }

  @Test
  void listShowsNamesAndTimesPageAfterPage() {
    server
        .on(
            "GET /v1/secrets",
            200,
            "{\"items\":[" + ITEM.formatted("hf", 1) + "],\"next_page_token\":\"p 2\"}")
        .on("GET /v1/secrets", 200, "{\"items\":[" + ITEM.formatted("wandb", 0) + "]}");
    assertThat(terminal.run("secrets", "list").out())
        .isEqualTo(
            """
            NAME   REVISION  CREATED  UPDATED  IN USE BY
            hf     3         2d ago   3m ago   1 workload
            wandb  3         2d ago   3m ago   -
            """);
    assertThat(server.last().target()).isEqualTo("/v1/secrets?limit=1000&page_token=p%202");
  }

  @Test
  void listAsJsonIsPureAndQuietIsNamesOnly() {
    server.on("GET /v1/secrets", 200, "{\"items\":[" + ITEM.formatted("hf", 1) + "]}");
    Outcome json = terminal.run("--json", "-v", "secrets", "list");
    assertThat(Json.read(json.out()).at("items").items().getFirst().text("name")).isEqualTo("hf");
    assertThat(json.err()).startsWith("> GET /v1/secrets?limit=1000 200 ");
    assertThat(terminal.run("secrets", "list", "-q").out()).isEqualTo("hf\n");
  }

  @Test
  void showTellsEntriesAndUsers() {
    server.on(
        "GET /v1/secrets/hf",
        200,
        """
        {"name":"hf","id":"b1","revision":3,"created_at":"2026-11-20T12:00:00Z",
         "updated_at":"2026-11-22T11:57:00Z","entries":[{"type":"env","location":"HF_TOKEN"}],
         "used_by":["w1"],"stale_workloads":["w1"]}""");
    assertThat(terminal.run("secrets", "show", "hf").out())
        .contains("hf  revision 3", "used by  w1", "stale    w1", "env   HF_TOKEN");
  }

  @Test
  void aDeleteThatIsRefusedNamesTheWorkloadsAndTheNextCommands() {
    server.on(
        "DELETE /v1/secrets/hf",
        409,
        """
        {"status":409,"code":"SECRET_IN_USE","title":"In use","detail":"hf is in use.",
         "name":"hf","workload_ids":["w1","w2"]}""");
    Outcome outcome = terminal.run("secrets", "delete", "hf");
    assertThat(outcome.exitCode()).isEqualTo(7);
    assertThat(outcome.err())
        .isEqualTo(
            """
            Error: hf is in use. Workloads: w1, w2.
              satchel terminate w1 w2
              satchel secrets delete hf --force
            """);
    assertThat(outcome.out()).isEmpty();
  }

  @Test
  void aForcedDeleteSaysWhatItPassedOver() {
    server.on(
        "DELETE /v1/secrets/hf",
        200,
        "{\"name\":\"hf\",\"id\":\"b1\",\"revision\":3,\"workload_ids\":[\"w1\"]}");
    Outcome outcome = terminal.run("secrets", "delete", "hf", "--force");
    assertThat(server.last().target()).isEqualTo("/v1/secrets/hf?force=true");
    assertThat(outcome.out()).isEqualTo("Deleted hf.\n");
    assertThat(outcome.err()).contains("w1");
  }

  @Test
  void noValueReachesAnyOutputNotEvenWhenTheServerRefuses() {
    server.refuse("PUT /v1/secrets/hf", 422, "INVALID", "A value is too long.");
    for (String verbosity : new String[] {"-v", "--json", "-q"}) {
      Outcome outcome = terminal.run("secrets", "new", "hf", "A=s3cret", verbosity);
      assertThat(outcome.exitCode()).isEqualTo(1);
      assertThat(outcome.out() + outcome.err()).doesNotContain("s3cret").doesNotContain("sat_test");
    }
    assertThat(terminal.run("secrets", "list", "A=s3cret").err()).doesNotContain("s3cret");
    assertThat(terminal.run("secrets", "new", "hf", "--nope=s3cret").err())
        .doesNotContain("s3cret");
  }

  @Test
  void tablesHaveColourOnATerminalUnlessItIsNotWanted() {
    server.on("GET /v1/secrets", 200, "{\"items\":[" + ITEM.formatted("hf", 1) + "]}");
    terminal.on(new Terminals(false, true, true), 120);
    assertThat(terminal.run("secrets", "list").out()).contains("\u001b[1m");
    terminal.set("NO_COLOR", "1");
    assertThat(terminal.run("secrets", "list").out()).doesNotContain("\u001b");
  }

  @Test
  void aNarrowTerminalCutsTheLastColumns() {
    server.on("GET /v1/secrets", 200, "{\"items\":[" + ITEM.formatted("hf", 1) + "]}");
    terminal.on(new Terminals(false, true, true), 40).set("NO_COLOR", "1");
    assertThat(terminal.run("secrets", "list").out().lines()).allMatch(line -> line.length() <= 44);
  }
}
