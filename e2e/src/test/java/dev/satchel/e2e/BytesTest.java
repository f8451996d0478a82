package dev.satchel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.satchel.e2e.Client.Answer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a value holds and whichever way it takes, the job gets it byte for byte. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BytesTest {
  private static final int ROUNDS = Size.of(6, 100);

  /** Results of jobs hold values by right: they are outside of what the sweep searches. */
  private static final Path RESULTS = Installation.ROOT.resolve("e2e/target/results/bytes");

  private final long seed = Long.getLong("satchel.seed", new Random().nextLong());
  private final Random random = new Random(seed);
  private final RandomValues values = new RandomValues(random);
  private final Installation satchel = new Installation("bytes");
  private Path given = Path.of("");

  @BeforeAll
  void start() {
    System.out.println("BytesTest: seed " + seed + " (again with -Dsatchel.seed=…)");
    satchel.start();
    given = satchel.directory("given"); // The user's own files; the sweep passes them over.
  }

  @AfterAll
  void stop() {
    satchel.close();
    Trees.delete(RESULTS);
  }

  @Test
  void everyValueArrivesByteForByteWhicheverWayItCame() {
    for (int round = 0; round < ROUNDS; round++) {
      Map<String, byte[]> variables = new LinkedHashMap<>();
      Map<String, byte[]> files = new LinkedHashMap<>();
      overHttp(variables, files);
      asLocalFiles(variables, files);
      fromStandardInput(variables);
      asDotenv("dotenv", variables, "secrets", "new", "dotenv", "--env-file");
      asDotenv("imported", variables, "secrets", "import", "imported");
      Path result = directory("round-" + round);
      List<String> command = new ArrayList<>(List.of("/bin/cp", "-L", "/proc/self/environ"));
      command.addAll(files.keySet());
      command.add(result.toString());
      String id =
          satchel
              .admin()
              .submit(
                  command,
                  Map.of("secrets", List.of("http", "local", "stdin", "dotenv", "imported")));
      JsonNode ended = satchel.awaitEnd(id);
      String what = "seed " + seed + ", round " + round + ": ";
      assertThat(ended.path("state").asText())
          .as(what + ended + satchel.log(id))
          .isEqualTo("completed");
      Map<String, byte[]> arrived = environment(result.resolve("environ"));
      variables.forEach((name, value) -> assertSame(what + name, arrived.get(name), value));
      files.forEach(
          (name, value) ->
              assertSame(
                  what + name, Trees.bytes(result.resolve(Path.of(name).getFileName())), value));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "IFS",
        "PWD",
        "OLDPWD",
        "PS1",
        "PS2",
        "PS4",
        "ENV",
        "BASH_ENV",
        "CDPATH",
        "PATH",
        "HOME",
        "TERM",
        "LC_ALL",
        "OPTIND",
        "OPTARG",
        "PPID",
        "UID",
        "EUID",
        "LINENO",
        "RANDOM",
        "SECONDS",
        "SHLVL",
        "_",
        "HISTFILE",
        "MAIL",
        "MAILPATH",
        "PROMPT_COMMAND",
        "LD_LIBRARY_PATH",
        "TZ",
        "SHELLOPTS",
        "BASHOPTS",
        "POSIXLY_CORRECT",
        "TMPDIR",
        "LANG",
        "USER",
        "SHELL",
        "HOSTNAME",
        "GLOBIGNORE",
        "FUNCNEST",
        "GROUPS",
        "DIRSTACK",
        "if",
        "exec",
        "export",
        "a",
        "_x",
        "A1"
      })
  void aNameThatAShellKnowsArrivesExactlyOrIsRefusedByName(String name) {
    byte[] value = (Marker.value() + " a'b\"c$d").getBytes(StandardCharsets.UTF_8);
    Answer _ =
        satchel.admin().put("known", Map.of(name, new String(value, StandardCharsets.UTF_8)));
    Path result = directory("known-" + name);
    Answer answer =
        satchel.send(
            "POST",
            "/v1/workloads",
            Map.of(
                "command",
                List.of("/bin/cp", "/proc/self/environ", result.toString()),
                "secrets",
                List.of("known")));
    if (answer.status() != 202) {
      assertThat(answer.status()).isBetween(400, 499);
      assertThat(answer.body().path("detail").asText()).contains(name).doesNotContain(Marker.TEXT);
      return;
    }
    String id = answer.body().path("id").asText();
    assertThat(satchel.awaitEnd(id).path("state").asText())
        .as(satchel.log(id))
        .isEqualTo("completed");
    assertSame(name, environment(result.resolve("environ")).get(name), value);
  }

  private void overHttp(Map<String, byte[]> variables, Map<String, byte[]> files) {
    Map<String, byte[]> named = values.variables("H", 8);
    List<Map<String, String>> entries = new ArrayList<>();
    named.forEach(
        (name, value) ->
            entries.add(
                random.nextBoolean()
                    ? Map.of("type", "env", "location", name, "value", text(value))
                    : entry("env", name, value)));
    Map<String, byte[]> bytes =
        Map.of("/run/secrets/h.bin", values.binary(), "conf/h é.bin", values.binary());
    bytes.forEach((path, value) -> entries.add(entry("file", path, value)));
    Answer answer = satchel.send("PUT", "/v1/secrets/http", Map.of("entries", entries));
    assertThat(answer.status()).as(answer.body().toString()).isIn(200, 201);
    variables.putAll(named);
    files.putAll(bytes);
  }

  private void asLocalFiles(Map<String, byte[]> variables, Map<String, byte[]> files) {
    Map<String, byte[]> named = values.variables("L", 6);
    List<String> words = new ArrayList<>(List.of("secrets", "new", "local", "-v"));
    named.forEach((name, value) -> words.add(name + "=@" + kept(name, value)));
    byte[] binary = values.binary();
    words.addAll(List.of("--file", "/run/secrets/l.bin=@" + kept("l.bin", binary)));
    Run _ = satchel.satchel(words.toArray(String[]::new)).ok();
    variables.putAll(named);
    files.put("/run/secrets/l.bin", binary);
  }

  private void fromStandardInput(Map<String, byte[]> variables) {
    byte[] value = values.variable();
    String end =
        text(value).endsWith("\r") ? "\r\n" : "\n"; // As echo would; one is not the value's.
    byte[] typed = (text(value) + end).getBytes(StandardCharsets.UTF_8);
    Run _ = satchel.satchel(typed, "secrets", "new", "stdin", "FROM_STDIN=-", "-v").ok();
    variables.put("FROM_STDIN", value);
  }

  private void asDotenv(String prefix, Map<String, byte[]> variables, String... words) {
    Map<String, byte[]> named = values.variables(prefix.toUpperCase(java.util.Locale.ROOT), 5);
    StringBuilder file = new StringBuilder("# A comment\n\n");
    named.forEach((name, value) -> file.append(RandomValues.dotenv(random, name, text(value))));
    List<String> command = new ArrayList<>(List.of(words));
    byte[] bytes = file.toString().getBytes(StandardCharsets.UTF_8);
    if (random.nextBoolean()) {
      command.add("-");
      Run _ = satchel.satchel(bytes, command.toArray(String[]::new)).ok();
    } else {
      command.add(kept(prefix + ".env", bytes).toString());
      Run _ = satchel.satchel(command.toArray(String[]::new)).ok();
    }
    variables.putAll(named);
  }

  private static Map<String, String> entry(String type, String location, byte[] value) {
    return Map.of(
        "type",
        type,
        "location",
        location,
        "value",
        Base64.getEncoder().encodeToString(value),
        "encoding",
        "base64");
  }

  private static void assertSame(
      String what, byte @org.jspecify.annotations.Nullable [] arrived, byte[] sent) {
    assertThat(arrived).as(what + " arrived").isNotNull();
    assertThat(Trees.sha256(arrived)).as(what).isEqualTo(Trees.sha256(sent));
  }

  private Path kept(String name, byte[] bytes) {
    return Trees.write(given.resolve(name), bytes);
  }

  private static Path directory(String name) {
    Path directory = RESULTS.resolve(name);
    assertThat(directory.toFile().isDirectory() || directory.toFile().mkdirs()).isTrue();
    return directory;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** The variables of a process, as the kernel tells them. */
  private static Map<String, byte[]> environment(Path file) {
    Map<String, byte[]> environment = new LinkedHashMap<>();
    String all = new String(Trees.bytes(file), StandardCharsets.ISO_8859_1);
    for (String variable : all.split("\0", -1)) {
      int equals = variable.indexOf('=');
      if (equals > 0) {
        environment.put(
            variable.substring(0, equals),
            variable.substring(equals + 1).getBytes(StandardCharsets.ISO_8859_1));
      }
    }
    return environment;
  }
}
