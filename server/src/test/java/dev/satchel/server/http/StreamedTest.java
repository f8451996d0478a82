package dev.satchel.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.javalin.Javalin;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An answer that fails on its way does not look like a whole one. */
final class StreamedTest {
  private final Javalin server =
      Javalin.create(
              config -> {
                config.jetty.host = "127.0.0.1";
                config.jetty.port = 0;
                config.startup.showJavalinBanner = false;
                config.routes.get("/early", context -> fails(context, 1));
                config.routes.get("/late", context -> fails(context, 1 << 20));
                config.routes.get(
                    "/whole",
                    context -> Streamed.write(context, out -> out.write(new byte[100_000])));
                config.routes.exception(
                    Exception.class,
                    (failure, context) -> {
                      if (!Streamed.brokenOff(context, failure)) {
                        context.status(500).result("told");
                      }
                    });
              })
          .start();

  @AfterEach
  void stop() {
    server.stop();
  }

  private static void fails(io.javalin.http.Context context, int after) {
    Streamed.write(
        context,
        out -> {
          out.write(new byte[after]);
          throw new UncheckedIOException(new IOException("the next page"));
        });
  }

  private HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
    URI address = URI.create("http://127.0.0.1:" + server.port() + path);
    HttpRequest request = HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(10)).build();
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofByteArray());
  }

  @Test
  void whatFailsLateIsBrokenOff() {
    assertThatThrownBy(() -> get("/late")).isInstanceOf(IOException.class);
  }

  @Test
  void whatFailsEarlyIsToldInItsPlace() throws Exception {
    HttpResponse<byte[]> answer = get("/early");
    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(new String(answer.body(), java.nio.charset.StandardCharsets.UTF_8))
        .isEqualTo("told");
  }

  @Test
  void whatSucceedsIsWhole() throws Exception {
    assertThat(get("/whole").body()).hasSize(100_000);
  }
}
