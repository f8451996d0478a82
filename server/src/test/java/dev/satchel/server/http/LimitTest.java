package dev.satchel.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Limits of the server as callers meet them. */
@Timeout(60)
final class LimitTest {
  /** More than half of what there is room for. */
  private static final int LARGE_BYTES = 5 << 20;

  @TempDir Path directory;

  @Test
  void tooManyWorkloadsAreRefusedWithWhenToComeAgain() {
    try (TestServer server = new TestServer(directory, 1, Bodies.ofHeap())) {
      String id = Jobs.run(server.admin);
      Answer refused =
          server.admin.post("/v1/workloads", Jobs.lasting()).is(429, "TOO_MANY_WORKLOADS");
      assertThat(refused.says("at most 1 workloads", "satchel terminate").header("Retry-After"))
          .isEqualTo("10");
      Jobs.end(server.admin, id);
      String next = Jobs.run(server.admin);
      server.admin.post("/v1/workloads/" + id + "/resubmissions", "").is(429, "TOO_MANY_WORKLOADS");
      Jobs.end(server.admin, next);
    }
  }

  @Test
  void bodiesBeyondTheRoomForThemWaitAndAreRefusedAsBusy() throws Exception {
    Bodies bodies = new Bodies(0, Duration.ofMillis(300), Duration.ofSeconds(60)); // For one.
    try (TestServer server = new TestServer(directory, 1, bodies);
        Sender first = new Sender(server)) {
      first.send(LARGE_BYTES / 2);
      while (bodies.freeKibibytes() * 1024L > LARGE_BYTES) { // The class has a time limit.
        Thread.onSpinWait();
      }
      server
          .admin
          .put("/v1/secrets/second", "x".repeat(LARGE_BYTES))
          .is(503, "STORE_BUSY")
          .says("try again");
      server.admin.put("/v1/secrets/small", "{\"values\":{\"A\":\"1\"}}").is(201);
      first.send(LARGE_BYTES / 2);
      assertThat(first.answer()).as("what was read is no JSON").contains("HTTP/1.1 400 ", "JSON");
      server
          .admin
          .put("/v1/secrets/second", "x".repeat(LARGE_BYTES))
          .isInvalid("body")
          .says("JSON");
    }
  }

  @Test
  void aBodyThatComesByTheByteKeepsItsPlaceOnlySoLong() throws Exception {
    try (TestServer server = hasty();
        Sender slow = new Sender(server)) {
      assertThat(answerWhileDripping(slow))
          .contains("HTTP/1.1 400 ", "did not arrive whole in time");
      server.admin.put("/v1/secrets/next", "x".repeat(LARGE_BYTES)).isInvalid("body").says("JSON");
    }
  }

  @Test
  void soDoesAFileThatIsSentToAnAddress() throws Exception {
    try (TestServer server = hasty()) {
      server.admin.post("/v1/applications", "{\"id\":\"seed\",\"name\":\"seed\"}").is(201);
      String upload = "/v1/applications/seed/runs/uploadurl";
      String address =
          URI.create(server.admin.post(upload, "{}").is(200).get("upload_url")).getPath();
      try (Sender slow = new Sender(server, address)) {
        assertThat(answerWhileDripping(slow))
            .contains("HTTP/1.1 400 ", "did not arrive whole in time");
      }
      server.admin.put(address, "whole").is(204); // It may be sent again.
    }
  }

  private TestServer hasty() throws IOException {
    return new TestServer(
        directory, 1, new Bodies(0, Duration.ofMillis(100), Duration.ofSeconds(1)));
  }

  private static String answerWhileDripping(Sender slow) throws IOException {
    Thread dripping =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    while (true) {
                      slow.send(1);
                      Thread.sleep(20);
                    }
                  } catch (IOException | InterruptedException e) {
                    return; // The server has cut it.
                  }
                });
    try {
      return slow.answer();
    } finally {
      dripping.interrupt();
    }
  }

  /** Sends a large body, as much of it as it is told to. */
  private static final class Sender implements AutoCloseable {
    private final Socket socket;

    Sender(TestServer server) throws IOException {
      this(server, "/v1/secrets/first");
    }

    Sender(TestServer server, String path) throws IOException {
      Answer created =
          server.admin.post("/v1/tokens", "{\"name\":\"sender\",\"roles\":[\"writer\"]}");
      socket = new Socket(InetAddress.getLoopbackAddress(), server.port);
      socket.setSoTimeout(10_000);
      String head =
          "PUT "
              + path
              + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
              + "Authorization: Bearer "
              + created.is(201).get("token")
              + "\r\nContent-Length: "
              + LARGE_BYTES
              + "\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    }

    void send(int bytes) throws IOException {
      socket.getOutputStream().write(new byte[bytes]);
    }

    String answer() throws IOException {
      byte[] all = socket.getInputStream().readAllBytes();
      return new String(all, StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  @Test
  void aBodyOfMoreNamesAndValuesThanMemoryIsForIsRefused(@TempDir Path other) {
    try (TestServer server = new TestServer(other)) {
      String many = "{\"command\":[" + "\"\",".repeat(1_000_000) + "\"\"]}";
      server.admin.post("/v1/plans", many).is(413, "TOO_LARGE").says("names, values and brackets");
    }
  }
}
