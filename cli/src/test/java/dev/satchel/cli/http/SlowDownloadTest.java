package dev.satchel.cli.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.cli.Recorder;
import dev.satchel.sdk.discovery.Trust;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A download may take longer to begin than to go on. */
@Timeout(20)
final class SlowDownloadTest {
  private static final Duration SILENCE = Duration.ofMillis(500);

  private static void sleep(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException asked) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aLateBeginningIsWaitedFor_andSilenceIsNot() throws IOException {
    try (Recorder server = new Recorder()) {
      server.on(
          "GET /v1/late",
          exchange -> {
            sleep(SILENCE.multipliedBy(3));
            exchange.sendResponseHeaders(200, 10);
            exchange.getResponseBody().write(new byte[5]);
            exchange.getResponseBody().flush();
            sleep(SILENCE.multipliedBy(100));
            exchange.close();
          });
      Transport transport =
          new Transport(server.url(), null, line -> {}, Duration.ZERO, Trust.USUAL);
      Request request = Request.get("/v1/late");
      try (Download download = transport.download(request, Duration.ofMinutes(2), SILENCE)) {
        assertThat(download.bytes().readNBytes(5)).hasSize(5);
        assertThatThrownBy(() -> download.bytes().read()).isInstanceOf(IOException.class);
      }
      assertThatThrownBy(() -> transport.download(request, SILENCE, SILENCE))
          .isInstanceOf(RequestException.class);
    }
  }
}
