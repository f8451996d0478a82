package dev.satchel.server.http;

import static dev.satchel.server.http.TestServer.MARKER;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Requests that no HTTP client would send, and what Jetty and Javalin would answer by themselves.
 */
final class RawHttpTest {
  private static final int PATIENCE_MS = 10_000;

  @TempDir static Path directory;
  static TestServer server;
  static String token;

  @BeforeAll
  static void start() {
    server = new TestServer(directory);
    Answer created = server.admin.post("/v1/tokens", "{\"name\":\"raw\",\"roles\":[\"admin\"]}");
    token = created.is(201).get("token");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String ask(String line, String... headers) throws IOException {
    return ask(line, true, headers);
  }

  /** Sends a request with a token, and answers all that comes back. */
  private static String ask(String line, boolean withToken, String... headers) throws IOException {
    StringBuilder request = new StringBuilder(line).append("\r\nHost: localhost\r\n");
    request.append(withToken ? "Authorization: Bearer " + token + "\r\n" : "");
    for (String header : headers) {
      request.append(header).append("\r\n");
    }
    request.append("Connection: close\r\n\r\n");
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port)) {
      socket.setSoTimeout(PATIENCE_MS);
      socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.ISO_8859_1));
      byte[] all = socket.getInputStream().readAllBytes();
      String answer = new String(all, StandardCharsets.ISO_8859_1);
      assertThat(answer).doesNotContain(MARKER, token, "<html", "Set-Cookie", "Jetty");
      assertThat(answer).contains("Cache-Control: no-store\r\n");
      return answer;
    }
  }

  private static void isProblem(String answer, int status, String code) {
    assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
    assertThat(answer).contains("Content-Type: application/problem+json\r\n");
    assertThat(answer).contains("\"status\":" + status, "\"code\":\"" + code + "\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /v1/secrets/a%00MARKER HTTP/1.1",
        "GET /v1/secrets/a%zzMARKER HTTP/1.1",
        "GET /v1/secrets/a%ffMARKER HTTP/1.1",
        "GET /v1/secrets/a\\MARKER HTTP/1.1",
        "GET /v1/secrets/\u0001MARKER HTTP/1.1",
        "GET /v1/secrets/a%2fMARKER HTTP/1.1",
        "GET /v1/secrets/%2e%2e%2fMARKER HTTP/1.1",
        "GET /v1/secrets/a;x=MARKER HTTP/1.1",
        "GET /v1/secrets/.. HTTP/1.1",
        "GET http://MARKER/v1/secrets HTTP/1.1",
        "GET * HTTP/1.1",
        "GET /v1/secrets?%zz=MARKER HTTP/1.1",
        "GET /v1/secrets?limit=%f HTTP/1.1",
        "GET /v1/secrets?name=MARKER%ff HTTP/1.1",
      })
  void aPathOrQueryThatIsMalformedIsRefusedAndNotEchoed(String line) throws IOException {
    isProblem(ask(line.replace("MARKER", MARKER)), 400, "INVALID");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/secrets/",
        "//v1/secrets",
        "/v1//secrets",
        "/v1/Secrets",
        "/v1/secrets/a/",
        "/v1/secrets/a/MARKER",
        "/v1/MARKER",
        "/",
        "/v1/secrets/a/../b",
        "/index.html"
      })
  void whatIsNoRouteIsNotFoundAndNotEchoed(String path) throws IOException {
    String answer = ask("GET " + path.replace("MARKER", MARKER) + " HTTP/1.1");
    isProblem(answer, 404, "NO_SUCH_ROUTE");
    assertThat(answer).contains("/openapi.json");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PATCH /v1/secrets/a | GET, PUT, DELETE",
        "POST /v1/secrets/a | GET, PUT, DELETE",
        "DELETE /v1/secrets | GET",
        "OPTIONS /v1/workloads | GET, POST",
        "TRACE /v1/secrets | GET",
        "QUERY /v1/secrets | GET",
        "MARKER /v1/secrets | GET",
        "GET /v1/secrets/a/changes | POST",
        "PUT /healthz | GET, HEAD",
      })
  void aMethodThatARouteDoesNotTakeIsRefusedWithThoseItTakes(String line, String allowed)
      throws IOException {
    for (boolean withToken : new boolean[] {true, false}) {
      String answer = ask(line.replace("MARKER", MARKER) + " HTTP/1.1", withToken, "X: " + MARKER);
      isProblem(answer, 405, "METHOD_NOT_ALLOWED");
      String header = answer.replaceAll("(?s).*\r\nAllow: ([^\r]*)\r\n.*", "$1");
      assertThat(header.split(", ")).containsExactlyInAnyOrder(allowed.split(", "));
    }
  }

  @Test
  void headIsAnsweredByHealthAloneAndNeverInTheNameOfAnother() throws IOException {
    assertThat(ask("HEAD /healthz HTTP/1.1", false))
        .startsWith("HTTP/1.1 200 ")
        .endsWith("\r\n\r\n");
    for (String path : new String[] {"/v1/secrets", "/v1/secrets/a", "/v1/tokens", "/metrics"}) {
      assertThat(ask("HEAD " + path + " HTTP/1.1", false))
          .startsWith("HTTP/1.1 405 ")
          .endsWith("\r\n\r\n");
    }
  }

  @Test
  void aHeaderThatIsMalformedIsRefusedAndNotEchoed() throws IOException {
    isProblem(ask("GET /v1/secrets HTTP/1.1", "X: " + MARKER + "\u0000"), 400, "INVALID");
    isProblem(ask("GET /v1/secrets HTTP/1.1", MARKER + " X: 1"), 400, "INVALID");
    isProblem(ask("GET /v1/secrets HTTP/1.1", "X: a\r\n " + MARKER), 400, "INVALID");
    isProblem(ask("GET /v1/secrets HTTP/1.1", "Content-Length: " + MARKER), 400, "INVALID");
    isProblem(ask("GET /v1/secrets HTTP/1.1", "Expect: " + MARKER), 417, "INVALID");
    isProblem(ask("GET /v1/secrets HTTP/" + "9.9"), 505, "INVALID");
    isProblem(
        ask("PUT /v1/secrets/a HTTP/1.1", "Content-Length: 5", "Transfer-Encoding: chunked"),
        400,
        "INVALID");
  }

  @Test
  void headersHaveAtMostSixteenKibibytesTogether() throws IOException {
    String many = ("X: " + MARKER.repeat(100) + "\r\n").repeat(20);
    isProblem(ask("GET /v1/secrets HTTP/1.1", many.strip()), 431, "TOO_LARGE");
    isProblem(ask("GET /v1/" + MARKER.repeat(2000) + " HTTP/1.1"), 414, "TOO_LARGE");
  }

  @Test
  void aBodyThatEndsEarlyIsRefused() throws IOException {
    String answer = ask("PUT /v1/secrets/a HTTP/1.1", "Transfer-Encoding: chunked", "", "zz", "");
    isProblem(answer, 400, "INVALID");
    assertThat(answer).contains("did not arrive whole");
  }

  @Test
  void headersThatAreSentBackAreNotMadeOfWhatWasSent() throws IOException {
    String injected = "GET /v1/secrets/a%0d%0aX-Injected:%20" + MARKER + " HTTP/1.1";
    assertThat(ask(injected)).doesNotContain("X-Injected");
    String query = "GET /v1/secrets?limit=1%0d%0aX-Injected:%20" + MARKER + " HTTP/1.1";
    assertThat(ask(query)).doesNotContain("X-Injected");
  }

  @Test
  void aWebSocketIsAnsweredAsAnyOtherRequestAndBeginsNoSession() throws IOException {
    String answer =
        ask(
            "GET /v1/secrets HTTP/1.1",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Version: 13");
    assertThat(answer).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void metricsHaveNoNamesInLabels() throws IOException {
    ask("GET /v1/secrets/!" + MARKER + " HTTP/1.1");
    ask(MARKER + " /v1/secrets HTTP/1.1");
    ask("GET /" + MARKER + " HTTP/1.1");
    String metrics = ask("GET /metrics HTTP/1.1");
    assertThat(metrics).contains("route=\"/v1/secrets/{name}\"", "method=\"other\"");
  }
}
