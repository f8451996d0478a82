package dev.satchel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.cli.Terminal.Outcome;
import dev.satchel.cli.session.Surroundings;
import dev.satchel.sdk.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class FollowTest extends CommandTest {
  private static final String DETAIL = "GET /v1/workloads/w1";
  private static final String LOGS = "GET /v1/workloads/w1/logs";

  @BeforeEach
  void accepts() {
    server.on("POST /v1/workloads", 202, "{\"id\":\"w1\",\"state\":\"queued\",\"attempt\":1}");
  }

  private List<String> logRequests() {
    return server.asked().stream()
        .filter(one -> one.path().endsWith("/logs"))
        .map(one -> one.target().substring(one.target().indexOf('?')))
        .toList();
  }

  @Test
  void runPrintsTheJobsOutputAndExitsWithItsCode() {
    server.log("w1", 1, "hi\n").on(DETAIL, 200, workload("errored", ",\"exit_code\":3"));
    Outcome outcome = terminal.run("run", "--", "sh", "-c", "echo hi; exit 3");
    assertThat(outcome.exitCode()).isEqualTo(3);
    assertThat(outcome.out()).isEqualTo("hi\n");
    assertThat(outcome.err()).isEqualTo("Submitted w1.\nw1 errored (exit 3) in 1m\n");
    assertThat(terminal.run("run", "-q", "--", "x").err()).isEmpty();
  }

  @Test
  void theEndsThatAreNotTheJobsHaveCodesOfTheirOwn() {
    for (String end : List.of("completed 0", "failed 70", "invalid 71", "terminated 72")) {
      String state = end.substring(0, end.indexOf(' '));
      server.on("GET /v1/workloads/" + state, 200, workload(state, ",\"reason\":\"so\""));
      Outcome outcome = terminal.run("wait", state);
      assertThat(state + " " + outcome.exitCode()).isEqualTo(end);
      assertThat(outcome.out()).contains(state, ": so");
    }
  }

  @Test
  void aBrokenConnectionIsTakenUpAtTheByteWhereItBroke() {
    server
        .on(
            LOGS,
            exchange -> {
              exchange.getResponseHeaders().set("Satchel-Attempt", "1");
              exchange.sendResponseHeaders(200, 0);
              exchange.getResponseBody().write("öne\n".getBytes(StandardCharsets.UTF_8));
              exchange.getResponseBody().flush();
              exchange.close(); // Without the last chunk, as when the server is killed.
            })
        .on(LOGS, exchange -> exchange.close())
        .log("w1", 1, "öne\ntwo\n")
        .on(DETAIL, 200, workload("running", ""))
        .on(DETAIL, 200, workload("completed", ",\"exit_code\":0"));
    Outcome outcome = terminal.run("logs", "-f", "w1");
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.out()).isEqualTo("öne\ntwo\n");
    assertThat(logRequests()).first().isEqualTo("?follow=true");
    assertThat(logRequests()).contains("?follow=true&attempt=1&cursor=5");
  }

  @Test
  void whatCameBetweenABreakAndTheEndIsNotLost() {
    server
        .on(
            LOGS,
            exchange -> {
              exchange.getResponseHeaders().set("Satchel-Attempt", "1");
              exchange.sendResponseHeaders(200, 0);
              exchange.getResponseBody().write("one\n".getBytes(StandardCharsets.UTF_8));
              exchange.getResponseBody().flush();
              exchange.close();
            })
        .log("w1", 1, "one\ntwo\n")
        .on(
            DETAIL,
            200,
            workload("completed", ",\"exit_code\":0")
                .replace(
                    "\"started_at\":\"2026-11-22T11:58:00Z\"}",
                    "\"ended_at\":\"2026-11-22T11:58:00Z\"}"));
    Outcome outcome = terminal.run("logs", "-f", "w1");
    assertThat(outcome.out()).isEqualTo("one\ntwo\n");
  }

  @Test
  void whoseTokenOpensNoMoreIsToldSo() {
    server
        .log("w1", 1, "so far\n") // The server ends the stream, and the attempt goes on.
        .on(DETAIL, 401, "{\"code\":\"UNAUTHENTICATED\",\"detail\":\"This needs a token.\"}");
    Outcome outcome = terminal.run("logs", "-f", "w1");
    assertThat(outcome.exitCode()).isEqualTo(6);
    assertThat(outcome.out()).isEqualTo("so far\n");
    assertThat(outcome.err()).contains("does not accept the token", "satchel login");
    assertThat(logRequests()).hasSize(1);
  }

  @Test
  void theNextAttemptIsFollowedToo() {
    server
        .log("w1", 1, "first\n")
        .log("w1", 2, "second\n")
        .on(
            DETAIL,
            200,
            workload("retrying", "")
                .replace(
                    "\"started_at\":\"2026-11-22T11:58:00Z\"}",
                    "\"ended_at\":\"2026-11-22T11:58:00Z\"}"))
        .on(DETAIL, 200, workload("running", "").replace("\"attempt\":1", "\"attempt\":2"))
        .on(
            DETAIL,
            200,
            workload("completed", ",\"exit_code\":0").replace("\"attempt\":1", "\"attempt\":2"));
    Outcome outcome = terminal.run("run", "--", "x");
    assertThat(outcome.out()).isEqualTo("first\nsecond\n");
    assertThat(outcome.err()).contains("-- attempt 2 of w1");
    assertThat(logRequests())
        .as("each to its end, once that is known to be the end")
        .containsExactly(
            "?follow=true&attempt=1",
            "?follow=true&attempt=1&cursor=6",
            "?follow=true&attempt=2",
            "?follow=true&attempt=2&cursor=7");
  }

  @Test
  void logsWithoutFollowingPrintWhatThereIs() {
    server.log("w1", 2, "no end of line");
    assertThat(terminal.run("logs", "w1").out()).isEqualTo("no end of line");
    assertThat(terminal.run("logs", "w1", "--json", "--attempt", "2").out())
        .isEqualTo("{\"attempt\":2,\"line\":\"no end of line\"}\n");
    assertThat(server.last().target()).isEqualTo("/v1/workloads/w1/logs?attempt=2");
  }

  @Test
  void withJsonTheOutputGoesToStandardErrorAndTheEndIsTheAnswer() {
    server.log("w1", 1, "hi\n").on(DETAIL, 200, workload("completed", ",\"exit_code\":0"));
    Outcome outcome = terminal.run("run", "--json", "--", "x");
    assertThat(Json.read(outcome.out()).text("state")).isEqualTo("completed");
    assertThat(outcome.err()).contains("hi\n");
  }

  @Test
  void waitGivesUpWithACodeOfItsOwn() {
    server.on(DETAIL, 200, workload("running", ""));
    Outcome outcome = terminal.run("wait", "w1", "--timeout", "0s");
    assertThat(outcome.exitCode()).isEqualTo(4);
    assertThat(outcome.err()).contains("w1 has not ended yet");
  }

  @Test
  void waitForSeveralFailsWhereOneDoes() {
    server
        .on(DETAIL, 200, workload("completed", ",\"exit_code\":0"))
        .on("GET /v1/workloads/w2", 200, workload("errored", ",\"exit_code\":9"));
    assertThat(terminal.run("wait", "w1", "w2").exitCode()).isEqualTo(1);
    assertThat(server.last().target()).isEqualTo("/v1/workloads/w2?wait_s=50");
  }

  @Test
  void submitAndWaitPassesOnTheCode() {
    server.on(DETAIL, 200, workload("errored", ",\"exit_code\":9"));
    Outcome outcome = terminal.run("submit", "-q", "--wait", "--", "x");
    assertThat(outcome.exitCode()).isEqualTo(9);
    assertThat(outcome.out()).isEqualTo("w1\n");
  }

  @Test
  void anOutputThatNobodyReadsAnyMoreEndsItWithoutAWord() {
    server.log("w1", 1, "one\ntwo\n").on(DETAIL, 200, workload("running", ""));
    for (String[] command :
        new String[][] {{"logs", "w1"}, {"logs", "-f", "w1"}, {"logs", "-f", "--json", "w1"}}) {
      ByteArrayOutputStream err = new ByteArrayOutputStream();
      PrintStream closed =
          new PrintStream(
              new OutputStream() {
                @Override
                public void write(int next) throws IOException {
                  throw new IOException("Broken pipe");
                }
              });
      Surroundings piped = terminal.surroundings(new ByteArrayOutputStream(), err).withOut(closed);
      assertThat(new Cli(piped).run(List.of(command))).isEqualTo(141);
      assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    }
  }
}
