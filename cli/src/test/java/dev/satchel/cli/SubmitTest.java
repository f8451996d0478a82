package dev.satchel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.cli.Terminal.Outcome;
import dev.satchel.sdk.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class SubmitTest extends CommandTest {
  private static final String ACCEPTED = "{\"id\":\"w1\",\"state\":\"queued\",\"attempt\":1}";

  private void accepts() {
    server.on("POST /v1/workloads", 202, ACCEPTED);
  }

  @Test
  void aSubmitSendsWhatWasAskedForAndNothingElse() {
    accepts();
    terminal.run("submit", "--", "sh", "-c", "echo hi");
    assertThat(server.last().body())
        .isEqualTo("{\"kind\":\"job\",\"command\":[\"sh\",\"-c\",\"echo hi\"]}");
  }

  @Test
  void aSubmitSendsEveryOption() {
    accepts();
    terminal.set("MINE", "x");
    terminal.run(
        "submit",
        "ghcr.io/me/train:latest",
        "--credentials",
        "my-aws",
        "--vm-type",
        "g6e.xlarge",
        "--gpu",
        "h100:8",
        "--secret",
        "hf",
        "--secret",
        "db:env=DB_PASS",
        "--secret",
        "lic:file=solver.lic",
        "--secret",
        "wandb:require=A,B",
        "--env",
        "LR=0.01=@x",
        "--env",
        "MINE",
        "--name",
        "train",
        "--timeout",
        "1h",
        "--retries",
        "2",
        "--spot",
        "--engine",
        "docker",
        "--working-directory",
        "/app",
        "--geolocation",
        "eu",
        "--",
        "python",
        "--json");
    assertThat(server.last().json())
        .isEqualTo(
            Json.read(
                """
                {"kind":"job","name":"train","image":"ghcr.io/me/train:latest",
                 "command":["python","--json"],"working_directory":"/app",
                 "env":{"LR":"0.01=@x","MINE":"x"},
                 "secrets":["hf",{"name":"db","as_env":"DB_PASS"},
                   {"name":"lic","as_file":"solver.lic"},{"name":"wandb","require":["A","B"]}],
                 "engine":"docker","credentials":"my-aws","vm_type":"g6e.xlarge","gpu":"h100:8",
                 "geolocation":"eu","timeout_s":3600,"retries":2,"spot":true}"""));
  }

  @Test
  void quietPrintsTheIdAlone() {
    accepts();
    assertThat(terminal.run("submit", "-q", "--", "true").out()).isEqualTo("w1\n");
  }

  @Test
  void afterASubmitTheNextCommandsAreShown() {
    accepts();
    assertThat(terminal.run("submit", "--", "true").out())
        .startsWith("Submitted w1 (queued).\n")
        .contains("satchel logs -f w1", "satchel status w1", "satchel terminate w1");
  }

  @Test
  void eachSubmitHasAKeyOfItsOwnAndRepetitionsKeepIt() {
    server
        .on("POST /v1/workloads", exchange -> exchange.close()) // The answer is lost.
        .on("POST /v1/workloads", 503, "{\"code\":\"STORE_BUSY\",\"detail\":\"Busy.\"}")
        .on("POST /v1/workloads", 504, "{\"code\":\"STORE_UNCERTAIN\",\"detail\":\"Who knows.\"}")
        .on("POST /v1/workloads", 202, ACCEPTED);
    assertThat(terminal.run("submit", "-q", "--", "true").out()).isEqualTo("w1\n");
    assertThat(server.asked()).hasSize(4);
    assertThat(server.asked().stream().map(one -> one.headers().get("idempotency-key")).distinct())
        .hasSize(1)
        .doesNotContainNull();
    terminal.run("submit", "-q", "--", "true");
    assertThat(server.last().headers().get("idempotency-key"))
        .isNotEqualTo(server.asked().getFirst().headers().get("idempotency-key"));
  }

  @Test
  void aSensitiveLookingVariableIsAdvisedAgainstAndSentAllTheSame() {
    accepts();
    Outcome outcome = terminal.run("submit", "-q", "--env", "HF_TOKEN=s3cret", "--", "true");
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.err())
        .hasLineCount(1)
        .contains("HF_TOKEN", "satchel secrets new hf-token HF_TOKEN")
        .doesNotContain("s3cret");
    assertThat(server.last().json().at("env").text("HF_TOKEN")).isEqualTo("s3cret");
    assertThat(terminal.run("submit", "-q", "--env", "LR=1", "--", "true").err()).isEmpty();
  }

  @Test
  void aRefusalIsShownAsTheServerPutsIt() {
    server.refuse("POST /v1/workloads", 422, "UNSUPPORTED", "This server runs no images.");
    Outcome outcome = terminal.run("submit", "alpine");
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.err()).isEqualTo("Error: This server runs no images.\n");
    server.refuse("POST /v1/plans", 422, "SECRET_NOT_FOUND", "There is no secret \"hg\".");
    assertThat(terminal.run("explain", "--secret", "hg", "--", "true").exitCode()).isEqualTo(3);
  }

  @Test
  void nothingToRunIsAUsageErrorThatShowsHow() {
    Outcome outcome = terminal.run("run");
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err()).contains("satchel run -- echo hi");
    assertThat(terminal.run("run", "echo", "hi").err()).contains("A command stands after --.");
    assertThat(server.asked()).isEmpty();
  }

  @Test
  void onThisMachinesServerAJobRunsInTheCallersDirectory() throws IOException {
    accepts();
    Path data = Files.createDirectory(home.resolve("data"));
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
    new Terminal(home).run("submit", "--data", "data", "--", "true");
    assertThat(server.last().json().text("working_directory")).isEqualTo(home.toString());
    assertThat(server.last().headers()).containsEntry("authorization", "Bearer sat_local");
  }

  @Test
  void explainShowsWhereEachVariableComesFromAndFailsWhereTheSubmitWould() {
    server.on(
        "POST /v1/plans",
        200,
        """
        {"engine":"process","isolation":"bubblewrap","command":["sh","-c","echo hi"],
         "variables":[{"name":"LR","from":"env","value":"1","overrides":["secret hf"]},
           {"name":"HF_TOKEN","from":"secret hf","overrides":[]}],
         "files":[{"path":"a","from":"secret lic","overrides":[]}],
         "secrets":[{"name":"hf","revision":3,"entries":[{"type":"env","location":"HF_TOKEN"}]}],
         "problems":["No secret \\"x\\"."]}""");
    Outcome outcome = terminal.run("submit", "--plan", "--", "true");
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.out())
        .contains(
            "command    sh -c 'echo hi'",
            "LR        env        1         secret hf",
            "HF_TOKEN  secret hf  (hidden)");
    assertThat(outcome.err()).isEqualTo("Would be refused: No secret \"x\".\n");
  }

  @Test
  void resubmitMayReplaceVariables() {
    server.on("POST /v1/workloads/w1/resubmissions", 202, ACCEPTED);
    assertThat(terminal.run("resubmit", "w1", "--env", "LR=2", "-q").out()).isEqualTo("w1\n");
    assertThat(server.last().body()).isEqualTo("{\"env\":{\"LR\":\"2\"}}");
    assertThat(server.last().headers()).containsKey("idempotency-key");
    terminal.run("resubmit", "w1");
    assertThat(server.last().body()).isEqualTo("{}");
  }

  @Test
  void aBucketIsSaidInOneOptionOrInJson() {
    accepts();
    terminal.run(
        "submit",
        "--bucket",
        "raw/2026/in:/raw:ro,endpoint=https://s3.example.com,keys=r2",
        "--bucket",
        "out:/out,endpoint=http://10.0.0.5:9000,region=eu-1,path-style,access-key=id,secret-key=k/S",
        "--bucket",
        "{\"bucket\":{\"bucket_name\":\"any\"},\"path\":\"/any\"}",
        "--",
        "ls");
    assertThat(server.last().json().at("mounts"))
        .isEqualTo(
            Json.read(
                """
                [{"bucket":{"bucket_name":"raw","prefix":"2026/in","endpoint_url":"https://s3.example.com",
                   "access_key_secret":"r2/AWS_ACCESS_KEY_ID","secret_key_secret":"r2/AWS_SECRET_ACCESS_KEY"},
                  "path":"/raw","read_only":true},
                 {"bucket":{"bucket_name":"out","endpoint_url":"http://10.0.0.5:9000","region":"eu-1",
                   "force_path_style":true,"access_key_secret":"id","secret_key_secret":"k/S"},"path":"/out"},
                 {"bucket":{"bucket_name":"any"},"path":"/any"}]
                """));
    for (String wrong :
        new String[] {"raw", "raw:raw", ":/raw", "raw:/raw,endpoint", "raw:/raw,what=x", "{no"}) {
      Outcome outcome = terminal.run("submit", "--bucket", wrong, "--", "ls");
      assertThat(outcome.exitCode()).as(wrong).isEqualTo(2);
      assertThat(outcome.err()).as(wrong).contains("--bucket");
    }
  }
}
