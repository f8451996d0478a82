package dev.satchel.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.satchel.api.EntryItem;
import dev.satchel.api.PlanDetail;
import dev.satchel.api.SecretDetail;
import dev.satchel.api.SecretItem;
import dev.satchel.api.SecretWritten;
import dev.satchel.api.TokenCreated;
import dev.satchel.api.TokenItem;
import dev.satchel.api.WorkloadDetail;
import dev.satchel.api.WorkloadItem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** What a caller does, against a real server. */
@TestInstance(Lifecycle.PER_CLASS)
final class SatchelTest {
  private static final Duration SOON = Duration.ofSeconds(60);

  private RunningServer server;
  private Satchel satchel;

  @BeforeAll
  void start(@TempDir Path directory) {
    server = new RunningServer(directory);
    satchel = server.client().build();
  }

  @AfterAll
  void stop() {
    satchel.close();
    server.close();
  }

  private static Workload sleeping(Satchel satchel, String secret) {
    return satchel.submit(s -> s.command("sleep", "60").secrets(secret));
  }

  @Test
  void aBundleIsKeptShownListedAndDeletedWithoutItsValues() {
    SecretWritten written = satchel.createSecret("hf", Map.of("HF_TOKEN", "hf_1", "OTHER", ""));
    assertThat(written.revision()).isEqualTo(1);
    SecretDetail detail = satchel.secrets().get("hf");
    assertThat(detail.entries())
        .containsExactlyInAnyOrder(new EntryItem("env", "HF_TOKEN"), new EntryItem("env", "OTHER"));
    assertThat(detail.updatedAt()).isNotNull();
    assertThat(satchel.secrets().list()).extracting(SecretItem::name).contains("hf");
    assertThat(satchel.createSecret("hf", Map.of("HF_TOKEN", "hf_2")).dropped())
        .containsExactly("OTHER");
    assertThat(satchel.deleteSecret("hf", false).revision()).isEqualTo(2);
    assertThatThrownBy(() -> satchel.secrets().get("hf"))
        .isInstanceOfSatisfying(
            NotFound.class, missing -> assertThat(missing.name()).isEqualTo("hf"));
  }

  @Test
  void aListLongerThanAPageIsWhole() {
    for (int i = 0; i < 501; i++) {
      satchel.createSecret("page-" + i, Map.of("A", "b"));
    }
    assertThat(
            satchel.secrets().list().stream()
                .filter(item -> item.name().startsWith("page-"))
                .count())
        .isEqualTo(501);
  }

  @Test
  void aBundleIsMadeOnceOrReplacedOnlyAsItWasSeen() {
    satchel.secrets().createOnly("cas", e -> e.env("A", "1"));
    assertThatThrownBy(() -> satchel.secrets().createOnly("cas", e -> e.env("A", "2")))
        .isInstanceOf(AlreadyExists.class)
        .isInstanceOf(Conflict.class);
    assertThat(satchel.secrets().replace("cas", 1, e -> e.env("A", "3")).revision()).isEqualTo(2);
    assertThatThrownBy(() -> satchel.secrets().replace("cas", 1, e -> e.env("A", "4")))
        .isInstanceOfSatisfying(
            RevisionMismatch.class, seen -> assertThat(seen.revision()).isEqualTo(2));
    assertThatThrownBy(() -> satchel.secrets().change("cas", c -> c.set("B", "5").ifRevision(1)))
        .isInstanceOf(RevisionMismatch.class);
  }

  @Test
  void singleEntriesChangeAndTheOthersStay() {
    satchel.createSecret("db", Map.of("PASS", "old", "OLD", "x", "USER", "kept-as-it-was"));
    SecretWritten written =
        satchel.secrets().change("db", c -> c.set("PASS", "n3w").remove("OLD").ifRevision(1));
    assertThat(written.replaced()).containsExactly("PASS");
    assertThat(written.dropped()).containsExactly("OLD");
    assertThat(outputOf(satchel.submit(s -> s.command("printenv", "USER").secrets("db"))))
        .isEqualTo("***\n"); // Masked: it is the value that was set before.
    assertThatThrownBy(() -> satchel.secrets().change("db", c -> c.remove("NONE")))
        .isInstanceOf(Invalid.class);
  }

  private static String outputOf(Workload job) {
    try (LogStream logs = job.logs()) {
      return new String(logs.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException impossible) {
      throw new AssertionError(impossible);
    }
  }

  @Test
  void valuesOfEveryFormReachTheJob() {
    byte[] bytes = new byte[256];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) i;
    }
    satchel
        .secrets()
        .put(
            "forms",
            e ->
                e.env("TEXT", "ä\n\"€\" 😀")
                    .env("CHARS", "s3cr3t-chars".toCharArray())
                    .file("raw.bin", bytes));
    String script =
        "printf %s \"$TEXT\" | od -An -tx1 | tr -d ' \\n'; echo; printf %s \"$CHARS\" | wc -c;"
            + " od -An -v -tu1 raw.bin | tr -s ' \\n' '  ' | wc -w";
    String output = outputOf(satchel.submit(s -> s.command("sh", "-c", script).secrets("forms")));
    assertThat(output.lines().map(String::strip))
        .containsExactly("c3a40a22e282ac2220f09f9880", "12", "256");
  }

  @Test
  void aDeclaredJobIsSubmittedWithWhatEachSubmitAdds() {
    satchel.createSecret("base", Map.of("WHO", "declared", "ONLY", "of-the-base"));
    satchel.createSecret("more", Map.of("WHO", "of-this-one"));
    String script = "printenv WHO ONLY | tr a-z A-Z; echo $RATE"; // Past the mask.
    DeclaredJob declared =
        satchel.declare(s -> s.command("sh", "-c", script).secrets("base").env("RATE", "1"));
    assertThat(outputOf(declared.submit())).isEqualTo("DECLARED\nOF-THE-BASE\n1\n");
    assertThat(outputOf(declared.submit(s -> s.secrets("more").env("RATE", "2"))))
        .isEqualTo("OF-THIS-ONE\nOF-THE-BASE\n2\n");
    assertThat(outputOf(declared.submit())).as("unchanged").startsWith("DECLARED");
    assertThat(declared.submit().id()).isNotEqualTo(declared.submit().id());
  }

  @Test
  void aJobIsSubmittedFollowedAndAwaited() {
    satchel.createSecret("wandb", Map.of("WANDB_API_KEY", "s3cr3t-wandb"));
    Workload job =
        satchel.submit(
            s ->
                s.name("train")
                    .command("sh", "-c", "echo $LR $WANDB_API_KEY; exit 3")
                    .env("LR", "0.01")
                    .secrets("wandb")
                    .timeout(Duration.ofMillis(59_500)));
    try (LogStream logs = job.logs()) {
      assertThat(logs.lines()).containsExactly("0.01 ***");
    }
    WorkloadDetail end = job.await(SOON);
    assertThat(end.state()).isEqualTo("errored");
    assertThat(end.exitCode()).isEqualTo(3);
    assertThat(end.timeoutS()).isEqualTo(60);
    assertThat(end.env()).containsEntry("LR", "0.01");
    assertThat(end.secrets()).singleElement().satisfies(use -> assertThat(use.stale()).isFalse());
    assertThat(satchel.workloads().stream().map(WorkloadItem::id)).contains(job.id());
  }

  @Test
  void aLogGoesFromAttemptToAttempt() {
    Workload job = satchel.submit(s -> s.command("sh", "-c", "echo once more; exit 1").retries(2));
    try (LogStream logs = job.logs()) {
      assertThat(logs.lines()).containsExactly("once more", "once more", "once more");
      assertThat(logs.attempt()).isEqualTo(3);
    }
    try (LogStream second = job.logsSoFar(2)) {
      assertThat(second.lines()).containsExactly("once more");
    }
    try (LogStream rest = job.logsFrom(3, 5)) {
      assertThat(rest.lines()).containsExactly("more");
    }
  }

  @Test
  void aResubmissionGetsTheNewValue() {
    satchel.createSecret("rotated", Map.of("V", "abc"));
    Workload job = satchel.submit(s -> s.command("sh", "-c", "echo $V $E").secrets("rotated"));
    job.await(SOON);
    satchel.createSecret("rotated", Map.of("V", "xyz")); // Too short to be masked.
    Workload again = job.resubmit(Map.of("E", "new"));
    assertThat(again.id()).isEqualTo(job.id());
    assertThat(outputOf(again)).isEqualTo("xyz new\n");
    try (LogStream first = job.logsSoFar(1)) {
      assertThat(first.lines()).containsExactly("abc");
    }
  }

  @Test
  void aBundleInUseIsNotDeletedUnlessForced() {
    satchel.createSecret("held", Map.of("A", "b"));
    Workload job = sleeping(satchel, "held");
    InUse refused = catchThrowableOfType(InUse.class, () -> satchel.deleteSecret("held", false));
    assertThat(refused.users()).containsExactly(job.id());
    assertThat(refused.code()).isEqualTo("SECRET_IN_USE");
    assertThat(satchel.deleteSecret("held", true).workloadIds()).containsExactly(job.id());
    assertThatThrownBy(job::resubmit).isInstanceOf(NotFound.class);
    job.terminate();
    assertThat(job.await(SOON).state()).isEqualTo("terminated");
  }

  @Test
  void aSubmitThatNamesWhatIsMissingStartsNothing() {
    assertThatThrownBy(() -> sleeping(satchel, "no-such"))
        .isInstanceOfSatisfying(
            NotFound.class, missing -> assertThat(missing.name()).isEqualTo("no-such"));
    assertThatThrownBy(() -> satchel.submit(s -> s.command("true").env("a b", "c")))
        .isInstanceOfSatisfying(
            Invalid.class, wrong -> assertThat(wrong.field()).startsWith("env"));
  }

  @Test
  void whatTheServerCannotCarryOutIsRefusedNotIgnored() {
    assertThatThrownBy(() -> satchel.submit(s -> s.command("true").gpu("h100:8")))
        .isInstanceOf(Unsupported.class);
  }

  @Test
  void aPlanSaysWhereEachVariableComesFrom() {
    satchel.createSecret("plan", Map.of("LR", "1", "KEY", "2"));
    PlanDetail plan = satchel.explain(s -> s.command("true").env("LR", "0.01").secrets("plan"));
    assertThat(plan.variables())
        .anySatisfy(
            variable -> {
              assertThat(variable.name()).isEqualTo("LR");
              assertThat(variable.value()).isEqualTo("0.01");
              assertThat(variable.overrides()).containsExactly("secret plan");
            });
  }

  @Test
  void tokensAreMadeUsedAndRevoked() {
    TokenCreated made =
        satchel.tokens().create("auditor", t -> t.roles("auditor").expiresIn(Duration.ofHours(1)));
    assertThat(satchel.tokens().list()).extracting(TokenItem::name).contains("auditor");
    try (Satchel auditor = server.client().token(made.token()).build()) {
      assertThat(auditor.secrets().list()).isNotNull();
      assertThatThrownBy(() -> auditor.createSecret("no", Map.of("A", "b")))
          .isInstanceOf(Forbidden.class);
      assertThat(satchel.tokens().revoke(made.id()).revokedAt()).isNotNull();
      assertThatThrownBy(() -> auditor.secrets().get("any")).isInstanceOf(Unauthorized.class);
    }
  }

  @Test
  void anEndThatDoesNotComeInTimeIsToldAndTheJobRunsOn() {
    Workload job = satchel.submit(s -> s.command("sleep", "30"));
    long begun = System.nanoTime();
    assertThatThrownBy(() -> job.await(Duration.ofMillis(300)))
        .isInstanceOf(TimedOut.class)
        .hasMessageContaining(job.id());
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
    assertThat(job.status().endedAt()).isNull();
    job.terminate();
  }

  @Test
  void manyEndsAreAwaitedAtOnce() throws Exception {
    Workload job = satchel.submit(s -> s.command("sleep", "2"));
    var waits = Stream.generate(() -> job.awaitAsync(SOON)).limit(100).toList();
    for (var wait : waits) {
      assertThat(wait.get(60, TimeUnit.SECONDS).state()).isEqualTo("completed");
    }
  }

  @Test
  void anInterruptionEndsAWaitAndStaysVisible() throws Exception {
    Workload job = satchel.submit(s -> s.command("sleep", "30"));
    for (Runnable wait :
        new Runnable[] {
          () -> job.await(SOON),
          () -> {
            try (LogStream logs = job.logs()) {
              logs.read();
            }
          }
        }) {
      var seen = new LinkedBlockingQueue<String>();
      Thread thread =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      wait.run();
                    } catch (Cancelled asked) {
                      seen.add("cancelled, interrupted=" + Thread.currentThread().isInterrupted());
                    }
                  });
      RunningServer.pause(500);
      thread.interrupt();
      assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo("cancelled, interrupted=true");
    }
    job.terminate();
  }

  @Test
  void theServerOfThisMachineIsFoundByTheRuleOfTheCommandLine() throws Exception {
    // A process of its own, because the environment is read from the process.
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            FindsItsServer.class.getName());
    builder.environment().clear();
    builder.environment().put("SATCHEL_DATA", server.data().toString());
    Process process = builder.redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(said).isEqualTo(server.url() + "\n");
  }

  /** Prints the server that it has found and that has accepted its token. */
  static final class FindsItsServer {
    public static void main(String[] arguments) {
      try (Satchel satchel = Satchel.fromEnvironment()) {
        satchel.secrets().list().forEach(item -> {});
        System.out.println(satchel.url());
      }
    }
  }
}
