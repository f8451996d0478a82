package dev.satchel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Speaks to one server with one token. Thread-safe. */
final class Client {
  static final JsonMapper JSON = new JsonMapper();

  static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final String url;
  private final String token;
  private final HttpClient http;

  Client(String url, String token) {
    this(url, token, HTTP);
  }

  /** Speaks by a client that trusts the server. */
  Client(String url, String token, HttpClient http) {
    this.url = url;
    this.token = token;
    this.http = http;
  }

  /** What the server answered. */
  record Answer(int status, JsonNode body, HttpResponse<String> response) {
    /** The same answer, which must have this status. */
    Answer with(int expected) {
      if (status != expected) {
        throw new AssertionError("expected " + expected + ", got " + status + " " + body);
      }
      return this;
    }

    String code() {
      return body.path("code").asText();
    }
  }

  /**
   * Sends a request.
   *
   * @throws UncheckedIOException where no answer came
   */
  Answer send(String method, String path, @Nullable Object body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path))
            .timeout(TIMEOUT)
            .header("Authorization", "Bearer " + token)
            .method(
                method,
                body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(json(body)));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
      assertThat(response.body()).as("no answer holds a value").doesNotContain(Marker.TEXT);
      return new Answer(response.statusCode(), tree(response.body()), response);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Stores a bundle of variables. */
  Answer put(String bundle, Map<String, String> values) {
    Answer answer = send("PUT", "/v1/secrets/" + bundle, Map.of("values", values));
    return answer.with(answer.status() == 201 ? 201 : 200);
  }

  /** Submits a job that runs a shell script; answers its id. */
  String submit(String script, Map<String, Object> more) {
    return submit(List.of("sh", "-c", script), more);
  }

  /** Submits a job; answers its id. */
  String submit(List<String> command, Map<String, Object> more) {
    Map<String, Object> body = new LinkedHashMap<>(more);
    body.put("command", command);
    return send("POST", "/v1/workloads", body).with(202).body().get("id").asText();
  }

  JsonNode workload(String id) {
    return send("GET", "/v1/workloads/" + id, null).with(200).body();
  }

  Answer terminate(String id) {
    return send("DELETE", "/v1/workloads/" + id, null);
  }

  /** Ends whatever runs. */
  void terminateAll() {
    JsonNode live = send("GET", "/v1/workloads?state=live&limit=1000", null).body().path("items");
    live.forEach(workload -> terminate(workload.path("id").asText()));
    live.forEach(workload -> awaitEnd(workload.path("id").asText()));
  }

  /** Waits for a workload's end; answers it. */
  JsonNode awaitEnd(String id) {
    for (int tries = 0; tries < 4; tries++) {
      JsonNode workload = send("GET", "/v1/workloads/" + id + "?wait_s=20", null).with(200).body();
      if (workload.hasNonNull("ended_at")) {
        return workload;
      }
    }
    throw new AssertionError("has not ended: " + workload(id));
  }

  /** Waits until a workload is in a state; answers it. */
  JsonNode awaitState(String id, String state) {
    return Await.that(
        "workload " + id + " is " + state,
        () -> workload(id),
        workload -> workload.path("state").asText().equals(state));
  }

  String log(String id) {
    return send("GET", "/v1/workloads/" + id + "/logs", null).with(200).response().body();
  }

  private static String json(Object body) {
    try {
      return JSON.writeValueAsString(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode tree(String body) {
    try {
      return body.startsWith("{") ? JSON.readTree(body) : JSON.createObjectNode();
    } catch (IOException e) {
      return JSON.createObjectNode();
    }
  }
}
