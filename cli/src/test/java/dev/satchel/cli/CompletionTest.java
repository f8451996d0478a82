package dev.satchel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.cli.Terminal.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CompletionTest extends CommandTest {
  @BeforeEach
  void someThingsAreThere() {
    server
        .on(
            "GET /v1/secrets",
            200,
            "{\"items\":[{\"name\":\"hf\",\"revision\":3},{\"name\":\"wandb\",\"revision\":1}]}")
        .on("GET /v1/credentials", 200, "{\"items\":[{\"name\":\"my-aws\",\"kind\":\"cloud\"}]}")
        .on(
            "GET /v1/applications",
            200,
            "{\"items\":[{\"id\":\"seed\",\"name\":\"Seed app\"},{\"id\":\"other\",\"name\":\"x\"}]}")
        .on(
            "GET /v1/applications/seed/secrets",
            200,
            "{\"items\":[{\"id\":\"c1\",\"name\":\"C\"}]}")
        .on("GET /v1/applications/seed/versions", 200, "{\"items\":[{\"id\":\"v1\"}]}")
        .on("GET /v1/applications/seed/instances", 200, "{\"items\":[{\"id\":\"i1\"}]}")
        .on(
            "GET /v1/applications/seed/runs",
            200,
            "{\"runs\":[{\"id\":\"r1\",\"name\":\"n\",\"status_v2\":\"running\"}]}")
        .on("GET /v1/applications/seed/inputs", 200, "{\"items\":[{\"id\":\"in1\"}]}")
        .on(
            "GET /v1/applications/seed/runs/r1/assets",
            200,
            "{\"items\":[{\"id\":\"asset-1\",\"name\":\"chart\"}]}")
        .on("GET /v1/tokens", 200, "{\"items\":[{\"id\":\"t1\",\"name\":\"ci\"}]}")
        .on(
            "GET /v1/workloads",
            200,
            "{\"items\":[{\"id\":\"w1\",\"name\":\"train\",\"state\":\"running\"}]}");
  }

  private List<String> after(String... words) {
    List<String> typed = new ArrayList<>(List.of("completion", "--"));
    typed.addAll(Arrays.asList(words));
    Outcome outcome = terminal.run(typed.toArray(String[]::new));
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.err()).isEmpty();
    return outcome.out().lines().map(line -> line.split("\t", 2)[0]).toList();
  }

  @Test
  void commandsAndOptionsAreKnown() {
    assertThat(after("")).contains("quickstart", "secrets", "run").doesNotContain("secret", "ls");
    assertThat(after("se")).containsExactly("secrets", "serve");
    assertThat(after("secrets", "")).contains("new", "list", "delete");
    assertThat(after("secrets", "new", "hf", "--cr")).containsExactly("--create-only");
    assertThat(after("secrets", "list", "--c")).containsExactly("--ca-cert");
    assertThat(after("--server", "http://x", "term")).containsExactly("terminate");
    assertThat(terminal.run("completion", "--", "quick").out())
        .isEqualTo("quickstart\tTry it all, in a minute.\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"new", "set", "unset", "show", "delete", "import"})
  void bundlesAreCompletedWhereOneIsNamed(String command) {
    assertThat(after("secrets", command, "")).containsExactly("hf", "wandb");
    assertThat(after("secret", command, "w")).containsExactly("wandb");
    assertThat(after("secrets", command, "hf", "")).doesNotContain("hf", "wandb");
  }

  @Test
  void namesAreCompletedAsValuesOfOptions() {
    assertThat(after("submit", "--secret", "h")).containsExactly("hf");
    assertThat(after("submit", "image", "--secret", "hf", "--secret", ""))
        .containsExactly("hf", "wandb");
    assertThat(after("run", "--secret", "=", "wa")).containsExactly("wandb");
    assertThat(after("submit", "--credentials", "")).containsExactly("my-aws");
  }

  @ParameterizedTest
  @ValueSource(strings = {"status", "logs", "wait", "terminate", "resubmit"})
  void workloadsAreCompleted(String command) {
    assertThat(after(command, "")).containsExactly("w1");
    assertThat(terminal.run("completion", "--", command, "w").out())
        .isEqualTo("w1\ttrain running\n");
  }

  @Test
  void whatCanOnlyEndIsCompletedFromWhatHasNotEnded() {
    after("terminate", "");
    assertThat(server.last().target()).contains("state=live");
    after("terminate", "w1", "");
    assertThat(server.last().target()).contains("state=live");
  }

  @Test
  void credentialsAndTokensAreCompleted() {
    assertThat(after("credentials", "show", "")).containsExactly("my-aws");
    assertThat(after("token", "revoke", "")).containsExactly("t1");
  }

  @Test
  void applicationsAreCompletedAndWhatTheyHave() {
    assertThat(after("app", "")).contains("push", "run", "secrets", "runs").doesNotContain("seed");
    assertThat(after("app", "show", "")).containsExactly("seed", "other");
    assertThat(after("apps", "push", "s")).containsExactly("seed");
    assertThat(after("app", "secrets", "show", "")).containsExactly("seed", "other");
    assertThat(after("app", "secrets", "reveal", "seed", "")).containsExactly("c1");
    assertThat(after("app", "secrets", "update", "seed", "c")).containsExactly("c1");
    assertThat(after("app", "secret", "delete", "seed", "c1", "")).isEmpty();
    assertThat(after("app", "versions", "delete", "seed", "")).containsExactly("v1");
    assertThat(after("app", "instances", "create", "seed", "x", "--version-id", ""))
        .containsExactly("v1");
    assertThat(after("app", "run", "seed", "--instance", "")).containsExactly("i1");
    assertThat(after("app", "run", "seed", "--secrets", "c")).containsExactly("c1");
    assertThat(after("app", "run", "seed", "--input-id", "")).containsExactly("in1");
    assertThat(after("app", "inputs", "delete", "seed", "")).containsExactly("in1");
    assertThat(after("app", "inputs", "create", "seed", "x", "--run", "")).containsExactly("r1");
    assertThat(after("app", "runs", "assets", "seed", "r1", "")).containsExactly("asset-1");
    assertThat(after("app", "runs", "logs", "seed", "")).containsExactly("r1");
    assertThat(terminal.run("completion", "--", "app", "runs", "cancel", "seed", "").out())
        .isEqualTo("r1\tn running\n");
    assertThat(after("app", "runs", "logs", "none", "")).isEmpty();
  }

  @Test
  void aServerThatWasTypedIsTheOneThatIsAsked() {
    terminal.set("SATCHEL_URL", "http://127.0.0.1:1");
    assertThat(after("secrets", "show", "")).isEmpty();
    assertThat(after("--server", server.url(), "secrets", "show", "")).contains("hf");
  }

  @Test
  void aJobsOwnWordsAreNotOurs() {
    assertThat(after("run", "--secret", "hf", "--", "sh", "-")).isEmpty();
  }

  @Test
  void nothingIsSaidWhereTheServerRefuses() {
    server.refuse("GET /v1/secrets", 403, "FORBIDDEN", "No.");
    after("secrets", "show", ""); // Takes the answer from before.
    assertThat(after("secrets", "show", "")).isEmpty();
  }

  @Test
  void aShellThatIsNotKnownIsRefused() {
    assertThat(terminal.run("completion", "csh").exitCode()).isEqualTo(2);
    assertThat(terminal.run("completion").exitCode()).isEqualTo(2);
  }
}
