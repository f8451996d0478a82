package dev.satchel.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import dev.satchel.sdk.Answering.Asked;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What goes to the server while a run is submitted and waited for. */
@Timeout(60)
final class RunPollingTest {
  private static final String BUSY = "{\"code\":\"STORE_BUSY\",\"detail\":\"Busy.\"}";
  private static final PollingOptions QUICK =
      PollingOptions.DEFAULT.delay(Duration.ofMillis(2)).maxDelay(Duration.ofMillis(2));

  private static String run(String status) {
    return """
    {"id":"r1","name":"r1","description":"","user_email":"ci","output":{"answer":42},
     "metadata":{"application_id":"seed","application_instance_id":"latest",
       "application_version_id":"","created_at":"2026-11-22T01:31:27.013566Z","duration":160.5,
       "error":"","format":{"input":{"type":"json"},"output":{"type":"json"}},"input_size":14,
       "output_size":13,"status_v2":"%s"}}"""
        .formatted(status);
  }

  private static void reply(HttpExchange exchange, String status) throws IOException {
    boolean submit = exchange.getRequestMethod().equals("POST");
    Answering.send(exchange, submit ? 202 : 200, submit ? "{\"run_id\":\"r1\"}" : run(status));
  }

  @Test
  void aServerThatIsAwayForAWhileIsAskedAgain() throws IOException {
    AtomicInteger asked = new AtomicInteger();
    try (Answering server =
            new Answering(
                (exchange, body) -> {
                  int number = asked.incrementAndGet();
                  if (number > 1 && number < 12) {
                    Answering.send(exchange, 503, BUSY);
                  } else {
                    reply(exchange, number < 15 ? "running" : "succeeded");
                  }
                });
        Satchel satchel = server.client().retries(0).build()) {
      RunResult result = satchel.application("seed").newRunWithResult(r -> {}, QUICK);
      assertThat(result.succeeded()).isTrue();
      assertThat(result.outputJson()).isEqualTo("{\"answer\":42}");
      assertThat(result.run().metadata().duration()).isEqualTo(160.5);
      assertThat(server.asked().stream().filter(one -> one.method().equals("POST"))).hasSize(1);
    }
  }

  @Test
  void aCancelledFutureAsksNothingMore() throws Exception {
    try (Answering server = new Answering((exchange, body) -> reply(exchange, "running"));
        Satchel satchel = server.client().build()) {
      CompletableFuture<RunResult> waiting =
          satchel.application("seed").newRunWithResultAsync(r -> {}, QUICK);
      while (server.asked().size() < 5) {
        Thread.onSpinWait();
      }
      assertThat(waiting.cancel(true)).isTrue();
      RunningServer.pause(50); // What was on its way comes to its end.
      int asked = server.asked().size();
      RunningServer.pause(200);
      assertThat(server.asked()).hasSize(asked);
    }
  }

  @Test
  void aRunIsSubmittedAgainOnlyWhereItSurelyWasNot() throws IOException {
    AtomicInteger asked = new AtomicInteger();
    try (Answering server =
            new Answering(
                (exchange, body) -> {
                  if (asked.incrementAndGet() == 1) {
                    Answering.send(exchange, 503, BUSY);
                  } else {
                    exchange.close(); // The answer is lost.
                  }
                });
        Satchel satchel = server.client().build()) {
      assertThatThrownBy(() -> satchel.application("seed").newRun(r -> {}))
          .isInstanceOf(Unavailable.class)
          .hasMessageContaining("may have been done");
      assertThat(server.asked()).hasSize(2);
    }
  }

  @Test
  void noTokenGoesToAnAddressOfATransfer() throws IOException {
    List<String> tokens = new CopyOnWriteArrayList<>();
    try (Answering server =
            new Answering(
                (exchange, body) -> {
                  String path = exchange.getRequestURI().getPath();
                  tokens.add(path + " " + exchange.getRequestHeaders().getFirst("Authorization"));
                  if (path.endsWith("/uploadurl")) {
                    String host = exchange.getRequestHeaders().getFirst("Host");
                    Answering.send(
                        exchange,
                        200,
                        "{\"upload_id\":\"u\",\"upload_url\":\"https://" + host + "/uploads/x\"}");
                  } else {
                    reply(exchange, "succeeded");
                  }
                });
        Satchel satchel = server.client().build()) {
      assertThat(satchel.application("seed").newRun(r -> r.inputText("hi"))).isEqualTo("r1");
      assertThat(tokens)
          .containsExactly(
              "/v1/applications/seed/runs/uploadurl Bearer sat_test",
              "/uploads/x null", // By the URL that is known, whatever the server thinks it is.
              "/v1/applications/seed/runs Bearer sat_test");
      Asked submit = server.asked().get(2);
      assertThat(submit.body()).contains("\"upload_id\":\"u\"", "\"input\":{\"type\":\"text\"}");
    }
  }
}
