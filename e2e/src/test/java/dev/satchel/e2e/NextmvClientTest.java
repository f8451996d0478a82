package dev.satchel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.satchel.core.Needs;
import dev.satchel.core.TestAuthority;
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
import org.junit.jupiter.api.io.TempDir;

/**
 * The published client of nextmv, unchanged and of several generations, against a server as it is
 * shipped: each test of {@code compat/nextmv} is one here for each of them.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class NextmvClientTest {
  private static final String NEWEST = "1.13.0";
  private static final List<String> VERSIONS = List.of("0.40.0", "1.7.0", NEWEST);

  /** There the newest is enough: of the others only what they send differs, which no store sees. */
  private static final boolean ON_POSTGRESQL =
      "postgres".equals(System.getProperty("satchel.store"));

  /** It has less of everything, and asks for the instance "devint" where none is said. */
  private static final String OLDEST = "0.26.0";

  private static final String[] OF_OLDEST = {
    "test_collections.Collections.test_create_answers_the_summary",
    "test_collections.Collections.test_get_answers_every_value",
    "test_collections.Collections.test_update_overwrites_the_whole_list",
    "test_collections.Collections.test_delete_is_final",
    "test_runs.Runs.test_a_model_reads_its_key_and_its_licence_by_an_instance_and_by_a_run",
    "test_runs.Runs.test_a_missing_collection_is_named_at_once",
    "test_runs.Runs.test_one_that_fails_says_so_and_one_that_never_ends_is_cancelled",
    "test_runs.Runs.test_six_mebibytes_go_in_and_come_out",
    "test_formats.Formats.test_what_was_pushed_last_runs_by_the_names_of_older_clients"
  };

  /** The command line, which has two tests, and uploads to addresses that the server hands out. */
  private static final String[] OVER_TLS = {
    "commands",
    "test_runs.Runs.test_six_mebibytes_go_in_and_come_out",
    "test_runs.Runs.test_an_address_takes_one_file_once"
  };

  private static final Path SUITE = Installation.ROOT.resolve("compat/nextmv");
  private static final Duration INSTALL_TIMEOUT = Duration.ofMinutes(3);
  private static final Duration SUITE_TIMEOUT = Duration.ofMinutes(Size.of(5, 15));

  /** Nothing listens there: a client that asks the vendor's host instead fails at once. */
  private static final String NOWHERE = "http://127.0.0.1:9";

  private static final String CLASS =
      "boxed=docker,cpus=1,memory_mib=128,image=" + TestDocker.PYTHON;

  private int tokens;

  /** With a class that runs in containers where there is an engine for tests. */
  private final boolean hasDocker = TestDocker.isThere();

  private final Installation satchel =
      hasDocker
          ? TestDocker.needed()
              .installation("nextmv", "--max-running", "2", "--execution-class", CLASS)
          : new Installation("nextmv", "--max-running", "2");

  @BeforeAll
  void start() {
    Needs.command("python3");
    satchel.start();
  }

  @AfterAll
  void stop() {
    satchel.close();
  }

  @TestFactory
  Stream<DynamicTest> everyTestOfTheSuiteByEachGeneration() throws JsonProcessingException {
    Map<String, String> environment = environment();
    List<DynamicTest> tests = new ArrayList<>();
    for (String version : ON_POSTGRESQL ? List.of(NEWEST) : VERSIONS) {
      boolean many = version.equals(NEWEST); // As many as are promised; of the others, fewer.
      environment.put("SATCHEL_TEST_RUNS", Integer.toString(many ? 200 : Size.of(40, 200)));
      String python = python(version);
      List<JsonNode> results = results(python, environment);
      assertThat(results).hasSizeGreaterThan(12);
      results.forEach(result -> tests.add(test(version, result)));
    }
    List<JsonNode> results = results(python(OLDEST), environment, OF_OLDEST);
    assertThat(results).hasSameSizeAs(OF_OLDEST);
    results.forEach(result -> tests.add(test(OLDEST, result)));
    return tests.stream();
  }

  /** The client's command line insists on HTTPS. */
  @TestFactory
  Stream<DynamicTest> itsCommandLineOverTls(@TempDir Path directory)
      throws JsonProcessingException {
    TestAuthority authority = new TestAuthority(directory);
    TestAuthority.Issued issued = authority.issue("server", "DNS:localhost,IP:127.0.0.1");
    try (Installation secured = new Installation("nextmv-tls", Tls.options(issued))) {
      secured.trustedBy(Tls.trusting(authority).client()).start();
      Map<String, String> environment = environment();
      environment.put("SATCHEL_TEST_URL", secured.url());
      environment.put("SATCHEL_TEST_TOKEN", secured.token());
      environment.put("REQUESTS_CA_BUNDLE", authority.certificate().toString());
      environment.put("SSL_CERT_FILE", authority.certificate().toString());
      List<JsonNode> results = results(python(NEWEST), environment, OVER_TLS);
      assertThat(results).hasSize(OVER_TLS.length + 1);
      return results.stream().map(result -> test(NEWEST + " over TLS", result)).toList().stream();
    }
  }

  private List<JsonNode> results(String python, Map<String, String> environment, String... names)
      throws JsonProcessingException {
    List<String> command = new ArrayList<>(List.of(python, SUITE.resolve("run.py").toString()));
    command.addAll(List.of(names));
    Run suite = run(command, environment, SUITE_TIMEOUT).ok();
    List<JsonNode> results = new ArrayList<>();
    for (String line : suite.out().lines().toList()) {
      if (line.startsWith("{\"test\"")) { // The client prints too.
        results.add(Client.JSON.readTree(line));
      }
    }
    assertThat(results).as("what the suite says: %s", suite.err()).isNotEmpty();
    return results;
  }

  private static DynamicTest test(String version, JsonNode result) {
    String name = result.path("test").asText() + " by " + version;
    return DynamicTest.dynamicTest(
        name,
        () -> {
          String why = result.path("why").asText();
          Needs.that(!why.startsWith("skipped"), name + " is skipped: " + why);
          assertThat(why).as(name).isEmpty();
        });
  }

  private String python(String version) {
    List<String> command = List.of(SUITE.resolve("venv").toString(), version);
    Run made = run(command, System.getenv(), INSTALL_TIMEOUT);
    Needs.that(
        made.code() == 0, "this suite needs the published nextmv, which pip cannot install here");
    return made.out().strip();
  }

  private Map<String, String> environment() {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("PATH", System.getenv("PATH"));
    environment.put("HOME", satchel.home().toString());
    environment.put("LANG", "C.UTF-8");
    environment.put("PYTHONDONTWRITEBYTECODE", "1");
    environment.put("HTTP_PROXY", NOWHERE);
    environment.put("HTTPS_PROXY", NOWHERE);
    environment.put("NO_PROXY", "127.0.0.1,localhost");
    environment.put("SATCHEL_TEST_URL", satchel.url());
    environment.put("SATCHEL_TEST_TOKEN", satchel.token());
    environment.put("SATCHEL_TEST_WRITER_TOKEN", token("writer"));
    environment.put("SATCHEL_TEST_REVEALER_TOKEN", token("revealer"));
    environment.put("SATCHEL_TEST_MARKER", Marker.value());
    environment.put("SATCHEL_TEST_JDK", System.getProperty("java.home"));
    environment.put("SATCHEL_TEST_DOCKER_CLASS", hasDocker ? "boxed" : "");
    return environment;
  }

  private String token(String role) {
    return satchel
        .send("POST", "/v1/tokens", Map.of("name", role + "-" + ++tokens, "roles", List.of(role)))
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
