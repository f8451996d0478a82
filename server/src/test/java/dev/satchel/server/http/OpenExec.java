package dev.satchel.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.satchel.api.ExecFrame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A command whose answer is read while it comes. */
public final class OpenExec implements AutoCloseable {
  private static final JsonMapper MAPPER = new JsonMapper();

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final String url;
  private final String token;
  private final String path;
  private final InputStream frames;

  /** The id that it takes input under. */
  public final String id;

  public OpenExec(String url, String token, String workload, String body) throws Exception {
    this.url = url;
    this.token = token;
    this.path = "/v1/workloads/" + workload + "/exec";
    HttpResponse<InputStream> answer =
        http.send(
            request(path).POST(BodyPublishers.ofString(body)).build(),
            BodyHandlers.ofInputStream());
    if (answer.statusCode() != 200) {
      throw new AssertionError(new String(answer.body().readAllBytes(), StandardCharsets.UTF_8));
    }
    assertThat(answer.headers().firstValue("Content-Type")).contains(ExecFrame.MEDIA_TYPE);
    this.frames = answer.body();
    ExecFrame first = next();
    assertThat(first.type()).isEqualTo(ExecFrame.STARTED);
    this.id = MAPPER.readTree(first.payload()).path("exec").asText();
  }

  private HttpRequest.Builder request(String target) {
    return HttpRequest.newBuilder(URI.create(url + target))
        .timeout(Duration.ofSeconds(60))
        .header("Authorization", "Bearer " + token);
  }

  /** The next frame; fails where there is none. */
  public ExecFrame next() throws IOException {
    ExecFrame frame = ExecFrame.read(frames);
    if (frame == null) {
      throw new AssertionError("the answer broke off");
    }
    return frame;
  }

  /** Sends input, and answers the status. */
  public int give(byte[] bytes, boolean end) throws Exception {
    return giveAs(token, bytes, end);
  }

  public int giveAs(String other, byte[] bytes, boolean end) throws Exception {
    return http.send(
            request(path + "/" + id + "/input" + (end ? "?end=true" : ""))
                .setHeader("Authorization", "Bearer " + other)
                .POST(BodyPublishers.ofByteArray(bytes))
                .build(),
            BodyHandlers.discarding())
        .statusCode();
  }

  /** Reads to the end, and answers that. */
  public JsonNode end() throws IOException {
    while (true) {
      ExecFrame frame = next();
      switch (frame.type()) {
        case ExecFrame.STDOUT -> out.write(frame.payload());
        case ExecFrame.STDERR -> err.write(frame.payload());
        case ExecFrame.ENDED -> {
          assertThat(ExecFrame.read(frames)).as("a frame after the last").isNull();
          return MAPPER.readTree(frame.payload());
        }
        default -> assertThat(frame.type()).isEqualTo(ExecFrame.ALIVE);
      }
    }
  }

  public int exitCode() throws IOException {
    return end().path("exit_code").asInt(-1);
  }

  public byte[] out() {
    return out.toByteArray();
  }

  public String outText() {
    return out.toString(StandardCharsets.UTF_8);
  }

  public String errText() {
    return err.toString(StandardCharsets.UTF_8);
  }

  /** Goes away, whatever still comes. */
  @Override
  public void close() {
    http.shutdownNow();
  }
}
