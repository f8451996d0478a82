package dev.satchel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The first five minutes of somebody who has just built it, on a machine without a network. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FirstMinutesTest {
  private static final Pattern ID = Pattern.compile("[a-z0-9]{6,40}");

  private final Installation place = new Installation("first-minutes");
  private final Path data = place.home().resolve(".satchel"); // The default.
  private Loopback network;
  private Run quickstart;

  @BeforeAll
  void begin() {
    network = Loopback.made();
    assertThat(satchel("secrets", "list").code())
        .as("no server is found in this home")
        .isEqualTo(5);
    quickstart = satchel("quickstart");
  }

  @AfterAll
  void end() throws Exception {
    try {
      if (data.resolve("server.json").toFile().exists()) {
        for (String id : satchel("list", "-q").out().lines().toList()) {
          Run _ = satchel("terminate", id);
        }
        ProcessHandle server = server();
        assertThat(Remains.commandLine(server.pid())).contains(data.toString());
        server.destroy();
        Await.until("the server of the quickstart ends", () -> !server.isAlive());
      }
    } finally {
      if (network != null) {
        network.close();
      }
    }
  }

  @Test
  void theQuickstartShowsWhatItIsFor() {
    String shown = quickstart.ok().out() + quickstart.err();
    assertThat(shown)
        .contains("token: ***")
        .contains("completed")
        .contains("is used by 1 workload")
        .doesNotContainPattern("token: [0-9a-f]{8}");
    String next = quickstart.out().substring(quickstart.out().indexOf("Five commands"));
    assertThat(next.lines().filter(line -> line.startsWith("  satchel "))).hasSize(5);
  }

  @Test
  void aSecondQuickstartIsQuickAndHarmless() {
    Run before = satchel("secrets", "show", "quickstart", "--json").ok();
    long server = server().pid();
    Run again = Soon.within(Duration.ofSeconds(5), () -> satchel("quickstart")).ok();
    assertThat(again.out()).contains("token: ***").contains("It is kept from an earlier run");
    assertThat(server().pid()).isEqualTo(server);
    Run after = satchel("secrets", "show", "quickstart", "--json").ok();
    assertThat(after.out()).isEqualTo(before.out());
  }

  @Test
  void theCommandsOfTheSpecificationWorkWordForWord() {
    String token = Marker.value();
    Run stored = satchel("secrets", "new", "hf", "HF_TOKEN=" + token).ok();
    assertThat(stored.out()).contains("hf").doesNotContain(token);
    Run _ = satchel("secrets", "new", "wandb", "A=" + Marker.value(), "B=" + Marker.value()).ok();
    assertThat(satchel("secrets", "list").ok().out())
        .contains("NAME", "CREATED", "UPDATED", "hf", "wandb")
        .doesNotContain(Marker.TEXT)
        .doesNotContain("HF_TOKEN");
    String id =
        satchel(
                "submit",
                "-q",
                "--secret",
                "hf",
                "--secret",
                "wandb",
                "--env",
                "K=V",
                "--",
                "sh",
                "-c",
                "[ $K = V ] && [ -n \"$HF_TOKEN$A$B\" ] && echo $HF_TOKEN && sleep 300")
            .ok()
            .out()
            .strip();
    assertThat(ID.matcher(id).matches()).as("the id alone: " + id).isTrue();
    Await.until("it runs", () -> satchel("status", "-q", id).out().strip().equals("running"));
    assertThat(satchel("status").ok().out()).contains(id);
    assertThat(satchel("status", id).ok().out())
        .contains("K=V", "hf", "wandb")
        .doesNotContain(Marker.TEXT);
    Run refused = satchel("secrets", "delete", "hf");
    assertThat(refused.code()).isEqualTo(7);
    assertThat(refused.err()).contains(id).contains("--force");
    Run _ = satchel("secrets", "new", "hf", "HF_TOKEN=" + Marker.value()).ok();
    assertThat(satchel("status", id).ok().out()).contains("stale");
    Run _ = satchel("resubmit", id).ok();
    Await.until("the new attempt runs", () -> satchel("status", id).out().contains("attempt    2"));
    Await.until("it has printed", () -> satchel("logs", id).out().equals("***\n"));
    Run forced = satchel("secrets", "delete", "hf", "--force").ok();
    assertThat(forced.out() + forced.err()).contains("Deleted hf").contains(id);
    Run gone = satchel("resubmit", id);
    assertThat(gone.code()).isEqualTo(3);
    assertThat(gone.err()).contains("hf");
    Run _ = satchel("terminate", "--wait", id);
    assertThat(satchel("wait", id).code()).isEqualTo(72);
    assertThat(satchel("logs", id).ok().out()).isEqualTo("***\n");
  }

  @Test
  void anExplicitVariableWinsOverBundlesAndALaterBundleOverAnEarlierOne() {
    Run _ = satchel("secrets", "new", "first", "V=" + Marker.value() + "..first").ok();
    Run _ = satchel("secrets", "new", "second", "V=" + Marker.value() + "..second").ok();
    assertThat(
            run("--secret", "first", "--secret", "second", "--", "sh", "-c", "echo ${V##*..}")
                .out())
        .isEqualTo("second\n");
    assertThat(
            run("--secret", "second", "--secret", "first", "--", "sh", "-c", "echo ${V##*..}")
                .out())
        .isEqualTo("first\n");
    assertThat(
            run("--secret", "second", "--env", "V=plain", "--", "sh", "-c", "echo ${V##*..}").out())
        .isEqualTo("plain\n");
    assertThat(satchel("explain", "--secret", "second", "--env", "V=plain", "--", "env").ok().out())
        .contains("V")
        .doesNotContain(Marker.TEXT);
  }

  @Test
  void whatIsTypedWrongIsSaidWithTheNextStep() {
    Run _ = satchel("secrets", "new", "openai", "OPENAI_KEY=" + Marker.value()).ok();
    Run near = satchel("submit", "--secret", "opena", "--", "true");
    assertThat(near.code()).isEqualTo(3);
    assertThat(near.err()).containsIgnoringCase("did you mean").contains("openai");
    String value = Marker.value();
    for (List<String> wrong :
        List.of(
            List.of("secrets", "new", "1bad", "K=" + value),
            List.of("secrets", "new", "bad.name", "K=" + value),
            List.of("secrets", "new", "good", "1K=" + value),
            List.of("secrets", "new", "good", "SATCHEL_K=" + value),
            List.of("secrets", "new", value + value + value, "K=v"))) {
      Run refused = satchel(wrong.toArray(String[]::new));
      assertThat(refused.code()).as(refused.err()).isIn(1, 2);
      assertThat(refused.err()).startsWith("Error: ").doesNotContain(Marker.TEXT);
    }
    assertThat(satchel("secrets", "nwe", "x", "K=" + value).code()).isEqualTo(2);
    assertThat(satchel("status", "nosuchworkload").code()).isEqualTo(3);
    assertThat(satchel("run", "--", "sh", "-c", "exit 42").code()).isEqualTo(42);
  }

  @Test
  void aServerThatIsNotThereAndATokenThatIsWrongAreToldApart() {
    Run absent = satchel(Map.of("SATCHEL_DATA", place.home() + "/nothing"), "secrets", "list");
    assertThat(absent.code()).isEqualTo(5);
    assertThat(absent.err()).contains("satchel serve");
    Run unreachable =
        satchel(
            Map.of("SATCHEL_URL", "http://127.0.0.1:9", "SATCHEL_TOKEN", "sat_" + Marker.value()),
            "-v",
            "secrets",
            "list");
    assertThat(unreachable.code()).isEqualTo(5);
    assertThat(unreachable.err()).doesNotContain(Marker.TEXT);
    Run wrong = satchel(Map.of("SATCHEL_TOKEN", "sat_" + Marker.value()), "-v", "secrets", "list");
    assertThat(wrong.code()).isEqualTo(6);
    assertThat(wrong.err()).contains("SATCHEL_TOKEN").doesNotContain(Marker.TEXT);
  }

  @Test
  void aVariableThatLooksSensitiveIsAdvisedOnStderrAndSubmittedAllTheSame() {
    Run submitted = satchel("submit", "-q", "--env", "HF_TOKEN=x", "--", "true").ok();
    assertThat(ID.matcher(submitted.out().strip()).matches()).as(submitted.out()).isTrue();
    assertThat(submitted.out().lines()).hasSize(1);
    assertThat(submitted.err().lines()).hasSize(1);
    assertThat(submitted.err()).contains("HF_TOKEN", "satchel secrets new");
    assertThat(satchel("wait", submitted.out().strip()).code()).isZero();
  }

  @Test
  void whatIsAskedForAsJsonIsJsonAlone() throws JsonProcessingException {
    for (List<String> command :
        List.of(List.of("secrets", "list"), List.of("list"), List.of("doctor"))) {
      List<String> words = new ArrayList<>(command);
      words.add("--json");
      Run answered = satchel(words.toArray(String[]::new));
      assertThat(Client.JSON.readTree(answered.out()).isContainerNode())
          .as(answered.out())
          .isTrue();
    }
  }

  private Run run(String... more) {
    List<String> words = new ArrayList<>(List.of("run"));
    words.addAll(Arrays.asList(more));
    return satchel(words.toArray(String[]::new)).ok();
  }

  private Run satchel(String... arguments) {
    return satchel(Map.of(), arguments);
  }

  private Run satchel(Map<String, String> more, String... arguments) {
    List<String> command = new ArrayList<>(network.prefix());
    command.add(Installation.LAUNCHER.toString());
    command.addAll(Arrays.asList(arguments));
    Map<String, String> environment = place.environment();
    String _ = environment.remove("SATCHEL_DATA");
    environment.putAll(more);
    return Run.of(
        command,
        environment,
        place.home(),
        new byte[0],
        place.kept().resolve("output"),
        Duration.ofSeconds(60));
  }

  private ProcessHandle server() {
    try {
      long pid =
          Client.JSON.readTree(Installation.text(data.resolve("server.json"))).path("pid").asLong();
      return ProcessHandle.of(pid).orElseThrow();
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}
