package dev.satchel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Commands inside running containers, by the command line and the server as they are shipped. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ExecTest {
  private static final int GROWTH_MAX_MIB = 96;

  private TestDocker docker;
  private Installation satchel;
  private String value = "";
  private String id = "";

  @BeforeAll
  void start() {
    docker = TestDocker.needed();
    satchel = docker.installation("exec", "--grace", "1");
    satchel.start();
    value = Marker.value();
    satchel.send("PUT", "/v1/secrets/key", Map.of("values", Map.of("KEY", value))).with(201);
    id = running("sleep 600");
  }

  @AfterAll
  void stop() {
    if (satchel != null) {
      satchel.admin().terminateAll();
      satchel.close();
    }
  }

  private String running(String script) {
    Map<String, Object> body = Map.of("image", TestDocker.IMAGE, "secrets", List.of("key"));
    String started = satchel.submit(script, body);
    satchel.awaitState(started, "running");
    return started;
  }

  private Run exec(String... words) {
    return execWith(new byte[0], words);
  }

  private Run execWith(byte[] input, String... words) {
    String[] all = {"exec", id, "--"};
    String[] command = Arrays.copyOf(all, all.length + words.length);
    System.arraycopy(words, 0, command, all.length, words.length);
    return satchel.satchel(input, command);
  }

  @Test
  void outputsAndTheExitCodeAreTheCommands() {
    Run run = exec("sh", "-c", "echo out; echo err >&2; exit 3");
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.out()).isEqualTo("out\n");
    assertThat(run.err()).isEqualTo("err\n");
    assertThat(exec("true").code()).isZero();
    assertThat(exec("there-is-none").code()).isIn(126, 127);
    assertThat(exec("echo", "-n", "--", "--json").out()).isEqualTo("-- --json");
  }

  @Test
  void withJsonTheEndAloneIsOnStandardOutput() throws IOException {
    Run run = satchel.satchel("exec", id, "--json", "--", "sh", "-c", "echo out; exit 3");
    assertThat(run.code()).isEqualTo(3);
    assertThat(Client.JSON.readTree(run.out()).path("exit_code").asInt()).isEqualTo(3);
    assertThat(run.err()).isEqualTo("out\n");
  }

  @Test
  void aSecretThatACommandPrintsIsMaskedOnBothOutputsAndInNoLog() {
    Run run = exec("sh", "-c", "echo \"a $KEY b\"; echo \"c $KEY d\" >&2; env | grep ^KEY");
    assertThat(run.out()).isEqualTo("a *** b\nKEY=***\n");
    assertThat(run.err()).isEqualTo("c *** d\n");
    Run slowly =
        exec(
            "sh",
            "-c",
            "n=${#KEY}; for i in $(seq 0 $n); do printf %s \"${KEY:$i:1}\"; sleep 0.01; done; echo .");
    assertThat(slowly.out()).isEqualTo("***.\n");
    assertThat(satchel.log(id)).isEmpty();
  }

  @Test
  void fiveMebibytesOfInputComeBackByteForByte() {
    byte[] bytes = new byte[5 << 20];
    new Random().nextBytes(bytes);
    Run run = execWith(bytes, "base64", "-w", "0");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(Arrays.equals(java.util.Base64.getDecoder().decode(run.out().strip()), bytes))
        .isTrue();
  }

  @Test
  void aCommandThatReadsNothingEndsAllTheSame() {
    assertThat(execWith(new byte[3 << 20], "head", "-c", "1").code()).isZero();
    Run run =
        satchel.satchel(
            "hi".getBytes(StandardCharsets.UTF_8), "exec", id, "--no-stdin", "--", "cat");
    assertThat(run.out()).isEmpty();
    assertThat(run.code()).isZero();
  }

  @Test
  void aHundredMebibytesPassThroughAServerThatKeepsNone() throws Exception {
    exec("head", "-c", "10000000", "/dev/zero");
    long before = residentMib();
    Path output = Files.createTempFile("exec", ".out");
    try {
      Process process =
          satchel.spawn(
              output, "exec", id, "--no-stdin", "--", "head", "-c", "104857600", "/dev/zero");
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
      assertThat(Files.size(output)).isEqualTo(104857600);
    } finally {
      Files.delete(output);
    }
    assertThat(residentMib() - before).isLessThan(GROWTH_MAX_MIB);
  }

  private long residentMib() throws IOException {
    Path status = Path.of("/proc", Long.toString(satchel.server().pid()), "status");
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aClientThatGoesAwayEndsItsCommandAndTheContainerCli() throws Exception {
    Path output = Files.createTempFile("exec", ".out");
    Process process = satchel.spawn(output, "exec", id, "--", "sleep", "4321");
    Await.until("it runs", () -> top(id).contains("sleep 4321"));
    assertThat(clis()).isNotEmpty();
    process.destroyForcibly();
    Await.until("it has ended inside", () -> !top(id).contains("sleep 4321"));
    Await.until("its CLI has ended", () -> clis().isEmpty());
    Files.delete(output);
  }

  private String top(String workload) {
    return docker.run("top", docker.containersOf(workload).getFirst(), "-eo", "pid,args");
  }

  private List<String> clis() {
    return satchel
        .server()
        .descendants()
        .map(child -> String.join(" ", child.info().arguments().orElse(new String[0])))
        .filter(line -> line.contains("SATCHEL_EXEC_ID") && line.contains("sleep 4321"))
        .toList();
  }

  @Test
  void aServerThatIsKilledTakesItsCommandsWithIt() throws Exception {
    Path output = Files.createTempFile("exec", ".out");
    Process process = satchel.spawn(output, "exec", id, "--", "sleep", "4322");
    Await.until("it runs", () -> top(id).contains("sleep 4322"));
    satchel.kill();
    Await.until("it has ended inside", () -> !top(id).contains("sleep 4322"));
    assertThat(top(id)).as("the job").contains("sleep 600");
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isNotZero();
    Files.delete(output);
    satchel.start();
    assertThat(exec("sh", "-c", "exit 5").code()).isEqualTo(5);
  }

  @Test
  void anAttemptThatEndsEndsTheCommandAndSaysSo() throws Exception {
    String ending = running("sleep 600");
    Path output = Files.createTempFile("exec", ".out");
    Process process = satchel.spawn(output, "exec", ending, "--", "sleep", "600");
    Await.until(
        "it runs", () -> top(ending).lines().filter(l -> l.contains("sleep 600")).count() > 2);
    satchel.admin().terminate(ending).with(202);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isNotZero();
    satchel.awaitEnd(ending);
    Run run = satchel.satchel("exec", ending, "--", "true");
    assertThat(run.code()).isEqualTo(7);
    assertThat(run.err()).contains("terminated", "satchel resubmit " + ending);
    Files.delete(output);
  }

  @Test
  void aCommandRunsBesideAProcessToo() {
    String process = satchel.submit("sleep 60", Map.of());
    satchel.awaitState(process, "running");
    Run run = satchel.satchel("exec", process, "--", "sh", "-c", "echo beside; exit 4");
    assertThat(run.code()).as(run.err()).isEqualTo(4);
    assertThat(run.out()).isEqualTo("beside\n");
    assertThat(satchel.satchel("exec", "nothing", "--", "true").code()).isEqualTo(3);
    assertThat(satchel.satchel("exec", id).code()).isEqualTo(2);
    JsonNode running = satchel.workload(process);
    assertThat(running.path("state").asText()).isEqualTo("running");
  }
}
