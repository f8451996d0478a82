package dev.satchel.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.api.WorkloadItem;
import dev.satchel.sdk.Answering.Asked;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is sent again, and what never is. */
final class RetryTest {
  private static final String BUSY =
      "{\"status\":503,\"title\":\"Busy\",\"code\":\"STORE_BUSY\",\"detail\":\"Busy.\"}";
  private static final String FAILED =
      "{\"status\":503,\"title\":\"Failed\",\"code\":\"STORE_FAILED\",\"detail\":\"Failed.\"}";

  @Test
  void aSubmitWhoseAnswerIsLostIsSentAgainAndStartsOneJob(@TempDir Path directory)
      throws IOException {
    try (RunningServer server = new RunningServer(directory);
        Cable cable = new Cable(server.port());
        Satchel satchel = server.client().url(cable.url()).build()) {
      cable.loseAnswers(2);
      Workload job = satchel.submit(s -> s.name("once").command("true"));
      assertThat(cable.requests()).isEqualTo(3);
      assertThat(satchel.workloads().stream().map(WorkloadItem::id)).containsExactly(job.id());
      job.await(Duration.ofMinutes(1));

      cable.loseAnswers(1);
      assertThat(job.resubmit().await(Duration.ofMinutes(1)).attempt()).isEqualTo(2);

      cable.loseAnswers(1);
      assertThat(satchel.createSecret("lost", Map.of("A", "b")).revision()).isEqualTo(2);
    }
  }

  @Test
  void whatIsNotTheSameTwiceIsSentOnceAndSaysThatItMayBeDone(@TempDir Path directory)
      throws IOException {
    try (RunningServer server = new RunningServer(directory);
        Cable cable = new Cable(server.port());
        Satchel satchel = server.client().url(cable.url()).build()) {
      satchel.createSecret("one", Map.of("A", "b"));
      Secrets secrets = satchel.secrets();
      for (Runnable call :
          new Runnable[] {
            () -> secrets.change("one", c -> c.set("B", "c")),
            () -> secrets.createOnly("two", e -> e.env("A", "b")),
            () -> secrets.replace("one", 2, e -> e.env("A", "b")),
            () -> satchel.tokens().create("t", t -> t.roles("auditor")),
            () -> secrets.delete("one")
          }) {
        cable.loseAnswers(1);
        assertThatThrownBy(call::run)
            .isInstanceOf(Unavailable.class)
            .hasMessageContaining("may have been done");
        assertThat(cable.requests()).isEqualTo(1);
      }
      assertThat(secrets.get("two").revision()).isEqualTo(1);
    }
  }

  @Test
  void aBusyServerIsAskedAgainWithTheSameKeyAndOnlySoOften() throws IOException {
    try (Answering server = Answering.with(503, BUSY);
        Satchel satchel = server.client().retries(2).build()) {
      assertThatThrownBy(() -> satchel.submit(s -> s.command("true")))
          .isInstanceOf(Unavailable.class)
          .hasMessage("Busy.");
      assertThat(server.asked()).hasSize(3);
      assertThat(server.asked().stream().map(Asked::key).distinct())
          .singleElement()
          .isNotEqualTo("");
    }
  }

  @Test
  void aPostWithoutAKeyIsNeverSentAgain() throws IOException {
    try (Answering server = Answering.with(503, BUSY);
        Satchel satchel = server.client().build()) {
      assertThatThrownBy(() -> satchel.secrets().change("a", c -> c.set("B", "c")))
          .isInstanceOf(Unavailable.class);
      assertThat(server.asked()).hasSize(1);
    }
  }

  @Test
  void aConditionalWriteIsSentAgainOnlyWhereItWasNotBegun() throws IOException {
    try (Answering server = Answering.with(503, FAILED);
        Satchel satchel = server.client().build()) {
      assertThatThrownBy(() -> satchel.secrets().delete("a")).isInstanceOf(Unavailable.class);
      assertThat(server.asked()).hasSize(1);
    }
    try (Answering server = Answering.with(503, BUSY);
        Satchel satchel = server.client().retries(1).build()) {
      assertThatThrownBy(() -> satchel.secrets().delete("a")).isInstanceOf(Unavailable.class);
      assertThat(server.asked()).hasSize(2);
    }
  }

  @Test
  void aRefusalIsNotSentAgain() throws IOException {
    try (Answering server = Answering.with(500, "{\"code\":\"INTERNAL\",\"detail\":\"Id.\"}");
        Satchel satchel = server.client().build()) {
      assertThatThrownBy(() -> satchel.secrets().get("a")).isInstanceOf(RemoteFailure.class);
      assertThat(server.asked()).hasSize(1);
    }
  }

  @Test
  void noCallOutlivesItsDeadlineHoweverTheServerIsSilent() throws IOException {
    try (ServerSocket silent = new ServerSocket(0);
        Satchel satchel =
            Satchel.builder()
                .url("http://127.0.0.1:" + silent.getLocalPort())
                .token("sat_test")
                .timeout(Duration.ofMillis(400))
                .build()) {
      long begun = System.nanoTime();
      assertThatThrownBy(() -> satchel.secrets().get("a"))
          .isInstanceOf(TimedOut.class)
          .hasMessageContaining("GET /v1/secrets/a");
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
    }
  }

  @Test
  void aServerThatSendsHeadersAndThenNothingIsSilentToo() throws IOException {
    CountDownLatch over = new CountDownLatch(1);
    try (Answering server =
            new Answering(
                (exchange, body) -> {
                  exchange.sendResponseHeaders(200, 100);
                  exchange.getResponseBody().write('{');
                  exchange.getResponseBody().flush();
                  try {
                    boolean _ = over.await(20, TimeUnit.SECONDS);
                  } catch (InterruptedException e) {
                    throw new AssertionError(e);
                  }
                });
        Satchel satchel = server.client().timeout(Duration.ofMillis(400)).build()) {
      assertThatThrownBy(() -> satchel.secrets().get("a")).isInstanceOf(TimedOut.class);
      over.countDown();
    }
  }

  @Test
  void closingTheClientEndsWhatIsStillAsked() throws Exception {
    try (ServerSocket silent = new ServerSocket(0)) {
      Satchel satchel =
          Satchel.builder()
              .url("http://127.0.0.1:" + silent.getLocalPort())
              .token("sat_test")
              .build();
      CompletableFuture<?> asked = satchel.secrets().getAsync("a");
      satchel.close();
      assertThat(asked.handle((answer, failure) -> failure).get(5, TimeUnit.SECONDS))
          .isInstanceOf(Cancelled.class);
      assertThatThrownBy(() -> satchel.secrets().get("a")).isInstanceOf(Cancelled.class);
    }
  }

  @Test
  void whereNobodyListensTheMessageNamesTheServer() throws IOException {
    int port;
    try (ServerSocket taken = new ServerSocket(0)) {
      port = taken.getLocalPort();
    }
    try (Satchel satchel =
        Satchel.builder().url("http://127.0.0.1:" + port).token("sat_test").retries(1).build()) {
      assertThatThrownBy(() -> satchel.secrets().change("a", c -> c.set("B", "c")))
          .isInstanceOf(Unavailable.class)
          .hasMessage("No answer from http://127.0.0.1:" + port + " (connection refused).");
    }
  }
}
