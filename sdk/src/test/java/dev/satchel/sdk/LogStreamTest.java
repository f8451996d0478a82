package dev.satchel.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log is whole, whatever happens to the connection or the server. */
final class LogStreamTest {
  private static final String COUNTING =
      "i=0; while [ $i -lt %d ]; do i=$((i+1)); echo line $i of some length; %s done";

  @TempDir Path directory;

  private static String counted(int lines) {
    StringBuilder text = new StringBuilder();
    for (int i = 1; i <= lines; i++) {
      text.append("line ").append(i).append(" of some length\n");
    }
    return text.toString();
  }

  @Test
  void eachByteComesOnceHoweverOftenTheConnectionBreaks() throws Exception {
    try (RunningServer server = new RunningServer(directory);
        Cable cable = new Cable(server.port());
        Satchel satchel = server.client().url(cable.url()).build()) {
      String script = COUNTING.formatted(3000, "[ $((i % 200)) -gt 0 ] || sleep 0.02;");
      Workload job = satchel.submit(s -> s.command("sh", "-c", script));
      cable.cutAfter(8_000);
      try (LogStream logs = job.logs()) {
        assertThat(new String(logs.readAllBytes(), StandardCharsets.UTF_8))
            .isEqualTo(counted(3000));
        assertThat(cable.cuts()).isGreaterThan(5);
      }
    }
  }

  @Test
  void theTailIsReadThoughTheAttemptEndedWhileTheConnectionWasBroken() throws Exception {
    try (RunningServer server = new RunningServer(directory);
        Cable cable = new Cable(server.port());
        Satchel satchel = server.client().url(cable.url()).build()) {
      Workload job = satchel.submit(s -> s.command("sh", "-c", COUNTING.formatted(2000, "")));
      job.await(Duration.ofMinutes(1));
      cable.cutAfter(20_000);
      try (LogStream logs = job.logs()) {
        assertThat(new String(logs.readAllBytes(), StandardCharsets.UTF_8))
            .isEqualTo(counted(2000));
        assertThat(cable.cuts()).isGreaterThan(1);
      }
    }
  }

  @Test
  void whatIsPrintedBetweenAnAnswerThatEndedBySilenceAndTheEndIsRead() throws Exception {
    String log = "before after";
    String detail =
        "{\"id\":\"w\",\"state\":\"completed\",\"attempt\":1,\"attempts\":[{\"number\":1,"
            + "\"ended_at\":\"2026-11-22T12:00:00Z\"}]}";
    try (Answering server =
            new Answering(
                (exchange, body) -> {
                  String asked = exchange.getRequestURI().toString();
                  exchange.getResponseHeaders().set("Satchel-Attempt", "1");
                  if (!asked.contains("/logs")) {
                    Answering.send(exchange, 200, detail);
                  } else if (asked.contains("cursor=")) {
                    int from = Integer.parseInt(asked.replaceAll(".*cursor=", ""));
                    Answering.send(exchange, 200, log.substring(from));
                  } else {
                    Answering.send(exchange, 200, log.substring(0, 6));
                  }
                });
        Satchel satchel = server.client().build()) {
      assertThat(readAll(satchel.workload("w"))).isEqualTo(log);
    }
  }

  @Test
  void aLogGoesOnExactlyAcrossAKilledServer() throws Exception {
    try (RunningServer server = new RunningServer(directory);
        Satchel satchel = server.client().build()) {
      Workload job =
          satchel.submit(s -> s.command("sh", "-c", COUNTING.formatted(200, "sleep 0.03;")));
      CompletableFuture<String> read = CompletableFuture.supplyAsync(() -> readAll(job));
      var end = job.awaitAsync(Duration.ofMinutes(2));
      RunningServer.pause(1500);
      server.kill();
      RunningServer.pause(500);
      server.start();
      assertThat(read.get(90, TimeUnit.SECONDS)).isEqualTo(counted(200));
      assertThat(end.get(30, TimeUnit.SECONDS).state()).isEqualTo("completed");
    }
  }

  private static String readAll(Workload job) {
    try (LogStream logs = job.logs()) {
      ByteArrayOutputStream read = new ByteArrayOutputStream();
      for (int b = logs.read(); b >= 0; b = logs.read()) {
        read.write(b);
      }
      return read.toString(StandardCharsets.UTF_8);
    }
  }

  @Test
  void aServerThatStaysAwayIsGivenUpAfterTheTimeThatTheCallerSet() throws Exception {
    try (RunningServer server = new RunningServer(directory);
        Satchel satchel = server.client().outage(Duration.ofSeconds(1)).build()) {
      Workload job = satchel.submit(s -> s.command("sleep", "20"));
      var end = job.awaitAsync(Duration.ofMinutes(2));
      server.kill();
      assertThatThrownBy(() -> readAll(job)).isInstanceOf(Unavailable.class);
      assertThat(end.handle((detail, failure) -> failure).get(20, TimeUnit.SECONDS))
          .isInstanceOf(Unavailable.class);
      server.start();
      job.terminate();
      job.await(Duration.ofMinutes(1));
    }
  }

  @Test
  void closingTheClientEndsAReadThatWaits() throws Exception {
    try (RunningServer server = new RunningServer(directory);
        Satchel other = server.client().build()) {
      Satchel satchel = server.client().build();
      Workload job = satchel.submit(s -> s.command("sleep", "30"));
      LogStream logs = job.logs();
      CompletableFuture<Integer> read = CompletableFuture.supplyAsync(logs::read);
      RunningServer.pause(500);
      satchel.close();
      assertThat(read.handle((value, failure) -> failure.getCause()).get(5, TimeUnit.SECONDS))
          .isInstanceOf(Cancelled.class);
      other.workload(job.id()).terminate();
      other.workload(job.id()).await(Duration.ofMinutes(1));
    }
  }

  @Test
  void closingTheStreamEndsAReadThatWaits() throws Exception {
    try (RunningServer server = new RunningServer(directory);
        Satchel satchel = server.client().build()) {
      Workload job = satchel.submit(s -> s.command("sleep", "30"));
      LogStream logs = job.logs();
      CompletableFuture<Integer> read = CompletableFuture.supplyAsync(logs::read);
      RunningServer.pause(500);
      logs.close();
      assertThat(read.handle((value, failure) -> failure.getCause()).get(5, TimeUnit.SECONDS))
          .isInstanceOf(Cancelled.class);
      job.terminate();
      job.await(Duration.ofMinutes(1));
    }
  }
}
