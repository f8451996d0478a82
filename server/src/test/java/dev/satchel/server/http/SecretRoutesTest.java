package dev.satchel.server.http;

import static dev.satchel.server.http.TestServer.MARKER;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bundles over HTTP: writing, changing, listing, deleting. */
final class SecretRoutesTest {
  private static final String ONE = "{\"values\":{\"A\":\"" + MARKER + "\"}}";
  private static final String TWO =
      "{\"values\":{\"A\":\"" + MARKER + "\",\"B\":\"" + MARKER + "\"}}";

  @TempDir static Path directory;
  static TestServer server;
  static Client admin;

  @BeforeAll
  static void start() {
    server = new TestServer(directory);
    admin = server.admin;
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Answer put(String name, String body, String... headers) {
    return admin.put("/v1/secrets/" + name, body, headers);
  }

  private static Answer change(String name, String body, String... headers) {
    return admin.post("/v1/secrets/" + name + "/changes", body, headers);
  }

  private static String file(String location, byte[] value) {
    return "{\"type\":\"file\",\"location\":\""
        + location
        + "\",\"value\":\""
        + Base64.getEncoder().encodeToString(value)
        + "\",\"encoding\":\"base64\"}";
  }

  @Test
  void aBundleIsCreatedThenReplaced() {
    Answer created = put("replaced", ONE).is(201);
    assertThat(created.header("ETag")).isEqualTo("\"1\"");
    assertThat(created.get("revision")).isEqualTo("1");
    assertThat(created.list("added")).containsExactly("A");
    Answer replaced = put("replaced", "{\"values\":{\"B\":\"" + MARKER + "\",\"C\":\"\"}}").is(200);
    assertThat(replaced.header("ETag")).isEqualTo("\"2\"");
    assertThat(replaced.get("id")).isEqualTo(created.get("id"));
    assertThat(replaced.get("created_at")).isEqualTo(created.get("created_at"));
    assertThat(Instant.parse(replaced.get("updated_at")))
        .isAfterOrEqualTo(Instant.parse(created.get("updated_at")));
    assertThat(replaced.list("added")).containsExactly("B", "C");
    assertThat(replaced.list("dropped")).containsExactly("A");
    assertThat(put("replaced", "{\"values\":{\"B\":\"\"}}").is(200).list("replaced"))
        .containsExactly("B");
  }

  @Test
  void oneMadeAnewUnderAnOldNameHasAnotherId() {
    String id = put("anew", ONE).is(201).get("id");
    Answer deleted = admin.delete("/v1/secrets/anew").is(200);
    assertThat(deleted.get("id")).isEqualTo(id);
    assertThat(deleted.get("revision")).isEqualTo("1");
    assertThat(put("anew", ONE).is(201).get("id")).isNotEqualTo(id);
  }

  @Test
  void createOnlyLeavesWhatIsThereAlone() {
    put("once", ONE, "If-None-Match", "*").is(201);
    Answer refused = put("once", TWO, "If-None-Match", "*").is(409, "SECRET_EXISTS");
    assertThat(refused.get("name")).isEqualTo("once");
    assertThat(refused.get("revision")).isEqualTo("1");
    assertThat(admin.get("/v1/secrets/once").header("ETag")).isEqualTo("\"1\"");
  }

  @Test
  void compareAndSetWritesOnlyOverWhatWasSeen() {
    put("cas", ONE).is(201);
    String seen = admin.get("/v1/secrets/cas").is(200).header("ETag");
    put("cas", TWO, "If-Match", seen).is(200);
    Answer late = put("cas", ONE, "If-Match", seen).is(412, "REVISION_MISMATCH");
    assertThat(late.get("revision")).isEqualTo("2");
    assertThat(late.says("revision 2", "not 1").get("name")).isEqualTo("cas");
    change("cas", "{\"unset\":[{\"type\":\"env\",\"location\":\"A\"}]}", "If-Match", seen)
        .is(412, "REVISION_MISMATCH");
    Answer absent = put("cas-absent", ONE, "If-Match", "\"3\"").is(412, "REVISION_MISMATCH");
    assertThat(absent.says("no secret").get("revision")).isEqualTo("0");
  }

  @Test
  void ofManyWritersWhoSawTheSameOneWins() {
    put("race", ONE).is(201);
    List<Integer> statuses =
        inParallel(
            IntStream.range(0, 16)
                .mapToObj(i -> (Ask) () -> put("race", TWO, "If-Match", "\"1\"").status())
                .toList());
    assertThat(statuses).filteredOn(status -> status == 200).hasSize(1);
    assertThat(statuses).filteredOn(status -> status == 412).hasSize(15);
  }

  @Test
  void aConditionOfTheWrongFormIsRefused() {
    for (String match : List.of("3", "\"x\"", "W/\"1\"", "*", "\"-1\"", "\"" + MARKER + "\"", "")) {
      put("conditions", ONE, "If-Match", match).isInvalid("If-Match").says("\"3\"");
    }
    put("conditions", ONE, "If-None-Match", "\"1\"").isInvalid("If-None-Match");
    put("conditions", ONE, "If-None-Match", "*", "If-Match", "\"1\"").isInvalid("If-Match");
    admin.get("/v1/secrets/conditions").is(404);
  }

  @Test
  void singleEntriesAreSetAndUnsetAndTheOthersStay() {
    byte[] bytes = (MARKER + "\u0000\n").getBytes(StandardCharsets.UTF_8);
    put("parts", "{\"entries\":[" + file("tls/key.pem", bytes) + "," + file("b", bytes) + "]}")
        .is(201);
    Answer changed =
        change(
                "parts",
                "{\"set\":[{\"type\":\"env\",\"location\":\"NEW\",\"value\":\""
                    + MARKER
                    + "\"},"
                    + file("b", bytes)
                    + "]}")
            .is(200);
    assertThat(changed.list("added")).containsExactly("NEW");
    assertThat(changed.list("replaced")).containsExactly("b");
    assertThat(changed.header("ETag")).isEqualTo("\"2\"");
    Answer unset = change("parts", "{\"unset\":[{\"type\":\"file\",\"location\":\"b\"}]}").is(200);
    assertThat(unset.list("dropped")).containsExactly("b");
    assertThat(places("parts")).containsExactly("env NEW", "file tls/key.pem");
  }

  @Test
  void theValuesOfUntouchedEntriesReachTheJob() {
    put("kept", TWO).is(201);
    change("kept", "{\"unset\":[{\"type\":\"env\",\"location\":\"B\"}]}").is(200);
    change("kept", "{\"set\":[{\"type\":\"env\",\"location\":\"C\",\"value\":\"\"}]}").is(200);
    String id = Jobs.run(admin, "\"secrets\":[\"kept\"]");
    var attempt = server.engine.starts().getLast();
    assertThat(server.engine.variable(attempt, "A")).asString().isEqualTo(MARKER);
    assertThat(server.engine.variable(attempt, "B")).isNull();
    assertThat(server.engine.variable(attempt, "C")).isEmpty();
    Jobs.end(admin, id);
  }

  @Test
  void aChangeIsAllOrNothing() {
    put("whole", ONE).is(201);
    String set = "\"set\":[{\"type\":\"env\",\"location\":\"B\",\"value\":\"\"}]";
    change("whole", "{" + set + ",\"unset\":[{\"type\":\"env\",\"location\":\"NOT_THERE\"}]}")
        .is(422, "SECRET_ENTRY_MISSING")
        .names("unset[0]");
    change("whole", "{\"unset\":[{\"type\":\"env\",\"location\":\"A\"}]}")
        .isInvalid("unset")
        .says("delete");
    change("whole", "{}").isInvalid("set");
    String twice = "{\"type\":\"env\",\"location\":\"A\"}";
    change("whole", "{\"unset\":[" + twice + "," + twice + "]}").isInvalid("unset[1]");
    assertThat(admin.get("/v1/secrets/whole").header("ETag")).isEqualTo("\"1\"");
    assertThat(places("whole")).containsExactly("env A");
    change("absent", "{" + set + "}").is(404, "SECRET_NOT_FOUND");
  }

  @Test
  void anEntryMayBeReplacedAndTheRestRemovedAtOnce() {
    put("swap", ONE).is(201);
    change(
            "swap",
            "{\"set\":[{\"type\":\"env\",\"location\":\"B\",\"value\":\"\"}],"
                + "\"unset\":[{\"type\":\"env\",\"location\":\"A\"}]}")
        .is(200);
    assertThat(places("swap")).containsExactly("env B");
  }

  @Test
  void aBundleInUseIsNotDeletedUnlessForced() {
    put("used", ONE).is(201);
    String one = Jobs.run(admin, "\"secrets\":[\"used\"]");
    String two = Jobs.submit(admin, Jobs.lasting("\"secrets\":[{\"name\":\"used\"}]"));
    Answer refused = admin.delete("/v1/secrets/used").is(409, "SECRET_IN_USE");
    assertThat(refused.list("workload_ids")).containsExactlyInAnyOrder(one, two);
    refused.says(one, two, "force");
    admin.delete("/v1/secrets/used?force=false").is(409, "SECRET_IN_USE");
    assertThat(admin.get("/v1/secrets/used").list("used_by")).containsExactlyInAnyOrder(one, two);
    Answer forced = admin.delete("/v1/secrets/used?force=true").is(200);
    assertThat(forced.list("workload_ids")).containsExactlyInAnyOrder(one, two);
    assertThat(Jobs.awaitState(admin, one, "running").json().at("/secrets/0/stale").asBoolean())
        .isTrue();
    admin
        .post("/v1/workloads/" + one + "/resubmissions", "")
        .is(422, "SECRET_NOT_FOUND")
        .says("used");
    assertThat(admin.get("/v1/workloads/" + one).get("state")).isEqualTo("running");
    Jobs.end(admin, one);
    Jobs.end(admin, two);
    put("used", ONE).is(201);
    assertThat(admin.delete("/v1/secrets/used").is(200).list("workload_ids")).isEmpty();
  }

  @Test
  void aRotationMakesRunningAttemptsStale() {
    put("rotated", ONE).is(201);
    String id = Jobs.run(admin, "\"secrets\":[\"rotated\"]");
    assertThat(admin.get("/v1/secrets/rotated").list("stale_workloads")).isEmpty();
    put("rotated", TWO).is(200);
    assertThat(admin.get("/v1/secrets/rotated").list("stale_workloads")).containsExactly(id);
    JsonNode use = admin.get("/v1/workloads/" + id).json().at("/secrets/0");
    assertThat(use.path("revision").asLong()).isEqualTo(1);
    assertThat(use.path("current").asLong()).isEqualTo(2);
    assertThat(use.path("stale").asBoolean()).isTrue();
    Jobs.end(admin, id);
  }

  @Test
  void whatIsNotThereIsAnsweredWithWhatIsLikeIt() {
    put("huggingface", ONE).is(201);
    for (String typed : List.of("huggingfaces", "HuggingFace", "hugging-face")) {
      Answer answer = admin.get("/v1/secrets/" + typed).is(404, "SECRET_NOT_FOUND");
      assertThat(answer.says("Did you mean \"huggingface\"?").get("name")).isEqualTo(typed);
    }
    admin.delete("/v1/secrets/zzz").is(404, "SECRET_NOT_FOUND").says("satchel secrets new zzz");
  }

  @Test
  void twoThousandFiveHundredBundlesArePagedByName() {
    inParallel(
        IntStream.range(0, 2500)
            .mapToObj(i -> (Ask) () -> put("bulk-%04d".formatted(i), ONE).is(201).status())
            .toList());
    List<String> names = new ArrayList<>();
    List<Integer> sizes = new ArrayList<>();
    String next = "";
    do {
      Answer page = admin.get("/v1/secrets?limit=1000" + next).is(200);
      page.json().path("items").forEach(item -> names.add(item.path("name").asText()));
      sizes.add(page.json().path("items").size());
      JsonNode token = page.json().path("next_page_token");
      next = token.isMissingNode() ? "" : "&page_token=" + token.asText();
    } while (!next.isEmpty());
    assertThat(sizes).startsWith(1000, 1000).hasSize(3);
    assertThat(names).isSorted().doesNotHaveDuplicates();
    assertThat(names).filteredOn(name -> name.startsWith("bulk-")).hasSize(2500);
    assertThat(admin.get("/v1/secrets").json().path("items").size()).isEqualTo(100);
  }

  @Test
  void aWrongQueryIsRefusedByName() {
    for (String limit : List.of("0", "1001", "-1", "x", "", "1.5", "99999999999999999999")) {
      admin.get("/v1/secrets?limit=" + limit).isInvalid("limit").says("1 to 1000");
    }
    admin.get("/v1/secrets?page_token=%21" + MARKER).isInvalid("page_token");
    admin.get("/v1/secrets?" + MARKER + "=1").isInvalid("query").says("limit, page_token");
    admin.get("/v1/secrets?limit=1&limit=2").isInvalid("limit").says("once");
    admin.delete("/v1/secrets/x?forse=true").isInvalid("query").says("force");
    admin.delete("/v1/secrets/x?force=" + MARKER).isInvalid("force");
    put("x?force=true", ONE).isInvalid("query");
  }

  private static List<String> places(String name) {
    List<String> places = new ArrayList<>();
    admin
        .get("/v1/secrets/" + name)
        .is(200)
        .json()
        .path("entries")
        .forEach(e -> places.add(e.path("type").asText() + " " + e.path("location").asText()));
    return places;
  }

  private interface Ask {
    int status();
  }

  private static List<Integer> inParallel(List<Ask> asks) {
    try (ExecutorService executor = Executors.newFixedThreadPool(16)) {
      return asks.stream().map(ask -> executor.submit(ask::status)).toList().stream()
          .map(
              future -> {
                try {
                  return future.get();
                } catch (Exception e) {
                  throw new AssertionError(e);
                }
              })
          .toList();
    }
  }
}
