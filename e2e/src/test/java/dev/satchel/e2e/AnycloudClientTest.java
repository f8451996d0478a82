package dev.satchel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.satchel.core.Needs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/**
 * The published client of anycloud, unchanged, against a server as it is shipped and a container
 * engine: each test of {@code compat/anycloud} is one here.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AnycloudClientTest {
  private static final Path SUITE = Installation.ROOT.resolve("compat/anycloud");
  private static final Duration INSTALL_TIMEOUT = Duration.ofMinutes(3);
  private static final Duration SUITE_TIMEOUT = Duration.ofMinutes(8);

  private String python = "";
  private Installation satchel;

  @BeforeAll
  void start() {
    TestDocker docker = TestDocker.needed();
    Needs.command("python3");
    satchel = docker.installation("anycloud", "--grace", "1");
    Run made = run(List.of(SUITE.resolve("venv").toString()), System.getenv(), INSTALL_TIMEOUT);
    Needs.that(
        made.code() == 0,
        "this suite needs the published anycloud-sdk, which pip cannot install here");
    python = made.out().strip();
    satchel.start();
  }

  @AfterAll
  void stop() {
    if (satchel != null) {
      satchel.close();
    }
  }

  @TestFactory
  Stream<DynamicTest> everyTestOfTheSuite() throws JsonProcessingException {
    Run suite =
        run(List.of(python, SUITE.resolve("run.py").toString()), environment(), SUITE_TIMEOUT).ok();
    List<JsonNode> results = new ArrayList<>();
    for (String line : suite.out().lines().toList()) {
      results.add(Client.JSON.readTree(line));
    }
    assertThat(results).as("what the suite says: %s", suite.err()).hasSizeGreaterThan(25);
    return results.stream()
        .map(
            result ->
                DynamicTest.dynamicTest(
                    result.path("test").asText(),
                    () ->
                        assertThat(result.path("why").asText())
                            .as(result.path("test").asText())
                            .isEmpty()));
  }

  private Map<String, String> environment() {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("PATH", System.getenv("PATH"));
    environment.put("HOME", satchel.home().toString());
    environment.put("LANG", "C.UTF-8");
    environment.put("PYTHONDONTWRITEBYTECODE", "1");
    environment.put("SATCHEL_TEST_URL", satchel.url() + "/anycloud");
    environment.put("SATCHEL_TEST_TOKEN", satchel.token());
    environment.put("SATCHEL_TEST_WRITER_TOKEN", writer());
    environment.put("SATCHEL_TEST_IMAGE", TestDocker.IMAGE);
    environment.put("SATCHEL_TEST_MARKER", Marker.value());
    return environment;
  }

  private String writer() {
    return satchel
        .send("POST", "/v1/tokens", Map.of("name", "writer", "roles", List.of("writer")))
        .with(201)
        .body()
        .path("token")
        .asText();
  }

  private Run run(List<String> command, Map<String, String> environment, Duration timeout) {
    Path output = satchel.kept().resolve("output");
    return Run.of(command, environment, satchel.home(), new byte[0], output, timeout);
  }
}
