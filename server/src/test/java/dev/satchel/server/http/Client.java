package dev.satchel.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Asks a server, and holds every answer to the document: its status, its headers and its body. No
 * answer may hold the marker that stands in every value. Thread-safe.
 */
final class Client {
  private static final HttpClient HTTP =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .executor(Executors.newVirtualThreadPerTaskExecutor())
          .build();

  /** The one request whose answer has values. */
  private static final Pattern REVEAL = Pattern.compile("GET /v1/applications/[^/]+/secrets/[^/]+");

  private final int port;
  private final Contract contract;
  private final String token;

  /**
   * @param token empty to send none
   */
  Client(int port, Contract contract, String token) {
    this.port = port;
    this.contract = contract;
    this.token = token;
  }

  Client with(String otherToken) {
    return new Client(port, contract, otherToken);
  }

  /** What it shows; empty where it shows none. */
  String token() {
    return token;
  }

  Answer get(String path, String... headers) {
    return send("GET", path, null, headers);
  }

  Answer put(String path, String body, String... headers) {
    return send("PUT", path, body.getBytes(StandardCharsets.UTF_8), headers);
  }

  Answer post(String path, String body, String... headers) {
    return send("POST", path, body.getBytes(StandardCharsets.UTF_8), headers);
  }

  Answer patch(String path, String body, String... headers) {
    return send("PATCH", path, body.getBytes(StandardCharsets.UTF_8), headers);
  }

  Answer delete(String path, String... headers) {
    return send("DELETE", path, null, headers);
  }

  Answer send(String method, String path, byte @Nullable [] body, String... headers) {
    BodyPublisher publisher =
        body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body);
    Answer answer = exchange(method, path, publisher, headers);
    if (body != null && answer.status() < 300) {
      contract.checkRequest(method, path, new String(body, StandardCharsets.UTF_8));
    }
    return answer;
  }

  /** Sends a body whose length is not told beforehand. */
  Answer sendChunked(String method, String path, byte[] body) {
    var in = BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(body));
    return exchange(method, path, in);
  }

  private Answer exchange(String method, String path, BodyPublisher body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(Duration.ofSeconds(60))
            .method(method, body);
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      var response = HTTP.send(request.build(), BodyHandlers.ofByteArray());
      Answer answer = Answer.of(response.statusCode(), response.headers(), response.body());
      check(method, path, answer);
      return answer;
    } catch (IOException e) {
      throw new AssertionError(method + " " + path + " was not answered", e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void check(String method, String path, Answer answer) {
    assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    assertThat(answer.headers().map()).doesNotContainKeys("server", "x-powered-by", "set-cookie");
    if (!REVEAL.matcher(method + " " + path).matches() || answer.status() != 200) {
      assertThat(answer.text()).doesNotContain(TestServer.MARKER);
    }
    assertThat(answer.headers().map().toString()).doesNotContain(TestServer.MARKER);
    contract.checkAnswer(method, path, answer);
  }
}
