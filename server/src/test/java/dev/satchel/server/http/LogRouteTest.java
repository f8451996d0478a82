package dev.satchel.server.http;

import static dev.satchel.server.http.TestServer.MARKER;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.satchel.core.workload.AttemptId;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logs over HTTP: as they are, as events, from a cursor, while they grow. */
final class LogRouteTest {
  private static final String[] EVENTS = {"Accept", "text/event-stream"};
  private static final Pattern EVENT = Pattern.compile("id: (\\d+)\ndata: (\\S*)\n\n");

  @TempDir static Path directory;
  static TestServer server;
  static Client admin;

  @BeforeAll
  static void start() {
    server = new TestServer(directory);
    admin = server.admin;
    admin.put("/v1/secrets/db", "{\"values\":{\"PASS\":\"" + MARKER + "\"}}").is(201);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private record Event(long cursor, byte[] bytes) {}

  private static List<Event> events(String text) {
    return EVENT
        .matcher(text)
        .results()
        .map(m -> new Event(Long.parseLong(m.group(1)), Base64.getDecoder().decode(m.group(2))))
        .toList();
  }

  private static String joined(List<Event> events) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    events.forEach(event -> all.writeBytes(event.bytes()));
    return all.toString(StandardCharsets.UTF_8);
  }

  private static void print(String id, String text) {
    server.engine.print(new AttemptId(id, 1), text.getBytes(StandardCharsets.UTF_8));
  }

  private static CompletableFuture<Answer> asking(String path, String... headers) {
    return CompletableFuture.supplyAsync(() -> admin.get(path, headers))
        .orTimeout(30, TimeUnit.SECONDS);
  }

  @Test
  void aLogIsMaskedAndReadFromACursor() {
    String id = Jobs.run(admin, "\"secrets\":[\"db\"]");
    print(id, "the pass is " + MARKER.substring(0, 5));
    print(id, MARKER.substring(5) + "!\nüber\n");
    server.engine.exit(new AttemptId(id, 1), 0);
    Jobs.awaitState(admin, id, "completed");
    String path = "/v1/workloads/" + id + "/logs";
    Answer log = admin.get(path).is(200);
    assertThat(log.text()).isEqualTo("the pass is ***!\nüber\n");
    assertThat(log.header("Content-Type")).isEqualTo("text/plain;charset=utf-8");
    assertThat(log.header("Satchel-Attempt")).isEqualTo("1");
    assertThat(log.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(admin.get(path + "?cursor=12").text()).isEqualTo("***!\nüber\n");
    assertThat(admin.get(path + "?cursor=1000000").is(200).text()).isEmpty();
    assertThat(admin.get(path + "?follow=true").text()).isEqualTo(log.text());
    Answer events = admin.get(path, EVENTS).is(200);
    assertThat(joined(events(events.text()))).isEqualTo(log.text());
    assertThat(events.text()).endsWith("event: end\ndata:\n\n");
  }

  @Test
  void aFollowerGetsAllAndEndsWithTheAttempt() {
    String id = Jobs.run(admin, "\"secrets\":[\"db\"]");
    String path = "/v1/workloads/" + id + "/logs?follow=true";
    var text = asking(path);
    var events = asking(path, EVENTS);
    StringBuilder wanted = new StringBuilder();
    for (int i = 0; i < 200; i++) {
      print(id, "line " + i + " " + MARKER + "\n");
      wanted.append("line ").append(i).append(" ***\n");
    }
    assertThat(text).isNotDone();
    server.engine.exit(new AttemptId(id, 1), 0);
    assertThat(text.join().text()).isEqualTo(wanted.toString());
    assertThat(joined(events(events.join().text()))).isEqualTo(wanted.toString());
    assertThat(events.join().text()).endsWith("event: end\ndata:\n\n");
  }

  @Test
  void aFollowerGoesPastAnAttemptThatIsForgotten() {
    String id = Jobs.run(admin);
    admin.post("/v1/workloads/" + id + "/resubmissions", "{}").is(202);
    Jobs.awaitAttempt(admin, id, 2);
    server.forget(new AttemptId(id, 1));
    String path = "/v1/workloads/" + id + "/logs?attempt=";
    Answer followed = admin.get(path + "1&follow=true", EVENTS).is(200);
    assertThat(followed.text()).isEqualTo("event: end\ndata:\n\n");
    assertThat(followed.header("Satchel-Attempt")).isEqualTo("1");
    assertThat(admin.get(path + "1").is(404).get("detail")).contains("forgotten");
    assertThat(admin.get(path + "3&follow=true").is(404).get("detail")).contains("no attempt 3");
  }

  @Test
  void aFollowerWhoseTokenOpensNoMoreIsNotFollowedFor() throws Exception {
    String id = Jobs.run(admin);
    String path = "/v1/workloads/" + id + "/logs?follow=true";
    Answer brief =
        admin
            .post(
                "/v1/tokens",
                "{\"name\":\"expiring\",\"roles\":[\"admin\"],\"expires_at\":\""
                    + Instant.now().plusSeconds(3600)
                    + "\"}")
            .is(201);
    Answer revoked =
        admin.post("/v1/tokens", "{\"name\":\"revoked\",\"roles\":[\"admin\"]}").is(201);
    var good = asking(path);
    var followers =
        List.of(
            following(brief.get("token"), path),
            following(revoked.get("token"), path),
            following(revoked.get("token"), path, EVENTS));
    awaitUsed(brief.get("id"));
    awaitUsed(revoked.get("id"));
    print(id, "before\n");
    server.advance(Duration.ofHours(2));
    admin.delete("/v1/tokens/" + revoked.get("id")).is(200);
    for (var follower : followers) {
      Answer ended = follower.get(15, TimeUnit.SECONDS).is(200);
      assertThat(ended.text()).doesNotContain("event: end");
    }
    assertThat(followers.getFirst().get().text()).isEqualTo("before\n");
    admin.with(revoked.get("token")).get(path).is(401, "UNAUTHENTICATED");
    print(id, "after\n");
    server.engine.exit(new AttemptId(id, 1), 0);
    assertThat(good.join().text()).as("the others are").isEqualTo("before\nafter\n");
  }

  private static void awaitUsed(String tokenId) {
    boolean used = false;
    while (!used) {
      for (JsonNode item : admin.get("/v1/tokens?limit=1000").is(200).json().path("items")) {
        used |= item.path("id").asText().equals(tokenId) && item.has("last_used_at");
      }
    }
  }

  private static CompletableFuture<Answer> following(String token, String path, String... headers) {
    return CompletableFuture.supplyAsync(() -> admin.with(token).get(path, headers));
  }

  @Test
  void whoeverGoesOnFromAnyCursorMissesNothing() {
    String id = Jobs.run(admin);
    var first = asking("/v1/workloads/" + id + "/logs?follow=true", EVENTS);
    for (int i = 0; i < 20; i++) {
      print(id, "x".repeat(10_000) + i + "\n");
    }
    server.engine.exit(new AttemptId(id, 1), 0);
    List<Event> all = events(first.join().text());
    String whole = joined(all);
    assertThat(whole).hasSizeGreaterThan(200_000);
    List<Event> seen = new ArrayList<>();
    for (Event event : all) {
      seen.add(event);
      String path = "/v1/workloads/" + id + "/logs?cursor=" + event.cursor();
      assertThat(joined(seen) + admin.get(path).text()).isEqualTo(whole);
    }
  }

  @Test
  void eachAttemptHasALogOfItsOwn() {
    String id = Jobs.submit(admin, Jobs.body("echo again; exit 1", "\"retries\":1"));
    Jobs.awaitState(admin, id, "errored");
    String path = "/v1/workloads/" + id + "/logs";
    assertThat(admin.get(path).header("Satchel-Attempt")).isEqualTo("2");
    for (int attempt = 1; attempt <= 2; attempt++) {
      assertThat(admin.get(path + "?attempt=" + attempt).is(200).text()).isEqualTo("again\n");
    }
    admin.get(path + "?attempt=3").is(404, "WORKLOAD_NOT_FOUND").says("attempt 3");
    admin.get(path + "?attempt=0").isInvalid("attempt");
  }

  @Test
  void aWrongQueryIsRefusedByName() {
    String path = "/v1/workloads/nothing/logs";
    admin.get(path).is(404, "WORKLOAD_NOT_FOUND");
    admin.get(path + "?folow=true").isInvalid("query").says("follow");
    admin.get(path + "?follow=" + MARKER).isInvalid("follow");
    String id = Jobs.run(admin);
    admin.get("/v1/workloads/" + id + "/logs?cursor=" + MARKER).isInvalid("cursor");
    admin.get("/v1/workloads/" + id + "/logs?cursor=-1").isInvalid("cursor");
    Jobs.end(admin, id);
  }
}
