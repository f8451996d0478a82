package dev.satchel.server.http;

import static dev.satchel.server.http.TestServer.MARKER;

import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a submit must be to be taken, and what a refusal says. */
final class WorkloadFormTest {
  @TempDir static Path directory;
  static TestServer server;

  @BeforeAll
  static void start() {
    server = new TestServer(directory);
    server.admin.put("/v1/secrets/one", "{\"values\":{\"A\":\"" + MARKER + "\"}}").is(201);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Answer submit(String body) {
    Answer plan = server.admin.post("/v1/plans", body);
    Answer submit = server.admin.post("/v1/workloads", body);
    plan.is(submit.status()); // A plan is as strict about the form as a submit.
    return submit;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | command",
        "{\"command\":[]} | command",
        "{\"command\":[\"\"]} | command",
        "{\"command\":\"MARKER\"} | command",
        "{\"command\":[\"sh\",{\"MARKER\":1}]} | command[1]",
        "{\"command\":[\"sh\",\"MARKER\\u0000\"]} | command[1]",
        "{\"command\":[\"sh\",\"MARKER\\ud800\"]} | command[1]",
        "{\"command\":[\"x\"],\"name\":\"MARKER!\"} | name",
        "{\"command\":[\"x\"],\"name\":\"\"} | name",
        "{\"command\":[\"x\"],\"name\":5} | name",
        "{\"command\":[\"x\"],\"env\":[\"MARKER\"]} | env",
        "{\"command\":[\"x\"],\"env\":{\"A\":1}} | env, member 1",
        "{\"command\":[\"x\"],\"env\":{\"A\":\"\",\"MARKER=\":\"\"}} | env, member 2",
        "{\"command\":[\"x\"],\"env\":{\"SATCHEL_A\":\"MARKER\"}} | env, member 1",
        "{\"command\":[\"x\"],\"env\":{\"A\":\"MARKER\\u0000\"}} | env, member 1",
        "{\"command\":[\"x\"],\"env\":{\"A\":\"MARKER\\udfff\"}} | env, member 1",
        "{\"command\":[\"x\"],\"secrets\":\"MARKER\"} | secrets",
        "{\"command\":[\"x\"],\"secrets\":[\"one\",7]} | secrets[1]",
        "{\"command\":[\"x\"],\"secrets\":[\"one\",\"MARKER!\"]} | secrets[1]",
        "{\"command\":[\"x\"],\"secrets\":[{}]} | secrets[0].name",
        "{\"command\":[\"x\"],\"secrets\":[{\"name\":\"MARKER!\"}]} | secrets[0].name",
        "{\"command\":[\"x\"],\"secrets\":[{\"name\":\"one\",\"as_env\":\"MARKER!\"}]} | secrets[0].as_env",
        "{\"command\":[\"x\"],\"secrets\":[{\"name\":\"one\",\"as_env\":\"SATCHEL_A\"}]} | secrets[0].as_env",
        "{\"command\":[\"x\"],\"secrets\":[{\"name\":\"one\",\"as_file\":\"/etc/MARKER\"}]} | secrets[0].as_file",
        "{\"command\":[\"x\"],\"secrets\":[{\"name\":\"one\",\"as_env\":\"A\",\"as_file\":\"a\"}]} | secrets[0]",
        "{\"command\":[\"x\"],\"secrets\":[{\"name\":\"one\",\"require\":\"MARKER\"}]} | secrets[0].require",
        "{\"command\":[\"x\"],\"secrets\":[{\"name\":\"one\",\"require\":[7]}]} | secrets[0].require[0]",
        "{\"command\":[\"x\"],\"secrets\":[{\"name\":\"one\",\"MARKER\":1}]} | secrets[0], field 2",
        "{\"command\":[\"x\"],\"working_directory\":\"MARKER\"} | working_directory",
        "{\"command\":[\"x\"],\"working_directory\":\"/MARKER\\u0000\"} | working_directory",
        "{\"command\":[\"x\"],\"working_directory\":\"/MARKER\\ud800\"} | working_directory",
        "{\"command\":[\"x\"],\"engine\":\"MARKER\"} | engine",
        "{\"command\":[\"x\"],\"timeout_s\":0} | timeout_s",
        "{\"command\":[\"x\"],\"timeout_s\":-5} | timeout_s",
        "{\"command\":[\"x\"],\"timeout_s\":1.5} | timeout_s",
        "{\"command\":[\"x\"],\"timeout_s\":1e3} | timeout_s",
        "{\"command\":[\"x\"],\"timeout_s\":99999999999999999999} | timeout_s",
        "{\"command\":[\"x\"],\"timeout_s\":9223372036854775807} | timeout_s",
        "{\"command\":[\"x\"],\"timeout_s\":\"MARKER\"} | timeout_s",
        "{\"command\":[\"x\"],\"retries\":101} | retries",
        "{\"command\":[\"x\"],\"retries\":-1} | retries",
        "{\"command\":[\"x\"],\"retries\":4294967296} | retries",
        "{\"command\":[\"x\"],\"spot\":\"MARKER\"} | spot",
        "{\"command\":[\"x\"],\"vm_type\":[]} | vm_type",
        "{\"command\":[\"x\"],\"MARKER\":1} | the body, field 2",
        "{\"image\":\"a\",\"credentials\":\"MARKER!\"} | credentials",
        "{\"image\":\"a\",\"credentials\":5} | credentials",
        "{\"image\":\"\"} | image",
        "{\"image\":\"-MARKER\"} | image",
        "{\"image\":\"--privileged\"} | image",
        "{\"image\":\"a MARKER\"} | image",
        "{\"image\":\"a//b\"} | image",
        "{\"image\":\"a\\nb\"} | image",
        "{\"image\":\"a\",\"user\":\"-MARKER\"} | user",
        "{\"image\":\"a\",\"user\":\"\"} | user",
        "{\"image\":\"a\",\"gpu\":\"device=MARKER,x\"} | gpu",
        "{\"image\":\"a\",\"ports\":[0]} | ports",
        "{\"image\":\"a\",\"ports\":[80,80]} | ports",
        "{\"image\":\"a\",\"ports\":[\"MARKER\"]} | ports[0]",
        "{\"image\":\"a\",\"resources\":[]} | resources",
        "{\"image\":\"a\",\"resources\":{\"cpus\":0}} | resources.cpus",
        "{\"image\":\"a\",\"resources\":{\"cpus\":1e-9}} | resources.cpus",
        "{\"image\":\"a\",\"resources\":{\"cpus\":0.009}} | resources.cpus",
        "{\"image\":\"a\",\"resources\":{\"cpus\":1e999999}} | resources.cpus",
        "{\"image\":\"a\",\"resources\":{\"cpus\":\"MARKER\"}} | resources.cpus",
        "{\"image\":\"a\",\"resources\":{\"memory_mib\":5}} | resources.memory_mib",
        "{\"image\":\"a\",\"resources\":{\"MARKER\":5}} | resources, field 1",
        "{\"command\":[\"x\"],\"mounts\":{}} | mounts",
        "{\"command\":[\"x\"],\"mounts\":[\"MARKER\"]} | mounts[0]",
        "{\"command\":[\"x\"],\"mounts\":[{\"volume\":\"!MARKER\"}]} | mounts[0].volume",
        "{\"command\":[\"x\"],\"mounts\":[{\"MARKER\":1}]} | mounts[0], field 1",
      })
  void aBodyOfTheWrongFormIsRefusedByPlace(String body, String field) {
    submit(body.replace("MARKER", MARKER)).isInvalid(field);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "user | \"MARKER\"",
        "credentials | \"my-aws\"",
        "gpu | \"MARKER\"",
        "resources | {\"cpus\":\"MARKER\"}",
        "ports | [\"MARKER\"]",
        "kind | \"MARKER\"",
      })
  void whatThisServerCannotDoIsRefusedAndNotIgnored(String field, String value) {
    submit("{\"command\":[\"x\"],\"" + field + "\":" + value.replace("MARKER", MARKER) + "}")
        .is(422, "UNSUPPORTED")
        .names(field);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"comand\":[\"x\"]}", "{\"commands\":[\"x\"]}"})
  void anUnknownFieldGetsASuggestion(String body) {
    submit(body).isInvalid("the body, field 1").says("Did you mean \"command\"?");
  }

  @Test
  void anUnknownEngineIsAnsweredWithThoseThatThereAre() {
    submit("{\"command\":[\"x\"],\"engine\":\"kubernetes\"}").isInvalid("engine").says("process");
  }

  @Test
  void everythingThatGrowsHasALimit() {
    submit("{\"command\":[" + many("\"x\"", 4097) + "]}").isInvalid("command").says("4096");
    submit("{\"command\":[\"" + "x".repeat(127 * 1024 + 1) + "\"]}").isInvalid("command");
    submit("{\"command\":[\"" + "é".repeat(65_025) + "\"]}").isInvalid("command");
    submit(with("secrets", "[" + many("\"one\"", 65) + "]")).isInvalid("secrets").says("64");
    submit(with("secrets", "[{\"name\":\"one\",\"require\":[" + many("\"A\"", 257) + "]}]"))
        .isInvalid("secrets")
        .says("256");
    submit(with("env", numbered(513))).isInvalid("env").says("512");
    submit(with("env", "{\"A\":\"" + "v".repeat(128 * 1024) + "\"}"))
        .isInvalid("env, member 1")
        .says("131071");
    submit(with("vm_type", "\"" + "v".repeat(129) + "\"")).isInvalid("vm_type").says("128");
    submit(with("name", "\"" + "n".repeat(129) + "\"")).isInvalid("name").says("128");
  }

  private static String with(String field, String value) {
    return "{\"command\":[\"x\"],\"" + field + "\":" + value + "}";
  }

  private static String many(String item, int count) {
    return String.join(",", java.util.Collections.nCopies(count, item));
  }

  private static String numbered(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "\"V" + i + "\":\"\"")
        .collect(Collectors.joining(",", "{", "}"));
  }
}
