package dev.satchel.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What tests of commands share: a server that records, and somebody who types. */
abstract class CommandTest {
  @TempDir Path home;
  protected Recorder server = recorder();
  protected Terminal terminal = new Terminal(Path.of("/"));

  private static Recorder recorder() {
    try {
      return new Recorder();
    } catch (IOException noPort) {
      throw new UncheckedIOException(noPort);
    }
  }

  @BeforeEach
  void terminal() {
    terminal = new Terminal(home, server);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /** A workload in a state, with one attempt, both as the server would answer them. */
  static String workload(String state, String more) {
    boolean ended = !state.equals("running") && !state.equals("retrying");
    String end = ended ? ",\"ended_at\":\"2026-11-22T11:59:00Z\"" : "";
    return """
    {"id":"w1","kind":"job","name":"train","state":"%1$s","engine":"process","isolation":"bubblewrap",
     "command":["sh","-c","echo hi"],"env":{"LR":"0.01"},"secrets":[],"unchecked":{},"retries":0,
     "retries_used":0,"spot":false,"terminate_requested":false,"attempt":1,
     "created_at":"2026-11-22T11:57:00Z","started_at":"2026-11-22T11:58:00Z"%2$s,
     "attempts":[{"number":1,"id":"a1","state":"%1$s","created_at":"2026-11-22T11:57:00Z",
       "started_at":"2026-11-22T11:58:00Z"%2$s}]%3$s}"""
        .formatted(state, end, more);
  }
}
