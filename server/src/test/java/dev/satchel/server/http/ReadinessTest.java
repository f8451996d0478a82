package dev.satchel.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.core.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the server says of itself when it cannot write. */
@Timeout(60)
final class ReadinessTest {
  @Test
  void aFullDiskIsSaidWhileReadsGoOnAndUntilAWriteSucceeds(@TempDir Path directory)
      throws IOException {
    Needs.root();
    Path disk = Files.createDirectory(directory.resolve("disk"));
    Needs.that(
        Needs.works("mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", disk.toString()),
        "this test needs to mount a tmpfs");
    try {
      Path filler = Files.write(disk.resolve("filler"), new byte[1 << 20]);
      try (TestServer server = new TestServer(disk)) {
        isReady(server, "ok", "satchel_store_full 0");
        fill(server.admin);
        isReady(server, "Writes are refused for want of space", "satchel_store_full 1");
        server.admin.get("/v1/secrets").is(200);
        Files.delete(filler);
        write(server.admin, "after").is(201);
        isReady(server, "ok", "satchel_store_full 0");
      }
    } finally {
      assertThat(Needs.works("umount", disk.toString())).isTrue();
    }
  }

  @Test
  void aDatabaseThatWasRemovedIsSaidAtOnce(@TempDir Path directory) throws IOException {
    try (TestServer server = new TestServer(directory)) {
      Files.delete(directory.resolve("satchel.db"));
      Answer ready = server.admin.with("").get("/readyz").is(503);
      assertThat(ready.get("status")).contains("satchel.db was removed");
      write(server.admin, "after").is(503, "STORE_FAILED").says("restarted");
      assertThat(server.admin.get("/metrics").text()).contains("satchel_store_failed 1");
    }
  }

  private static void isReady(TestServer server, String status, String metric) {
    assertThat(server.admin.with("").get("/readyz").is(200).get("status")).startsWith(status);
    assertThat(server.admin.get("/metrics").is(200).text()).contains(metric);
  }

  private static void fill(Client client) {
    int number = 0;
    while (write(client, "b" + number++).status() == 201) {
      assertThat(number).as("it never gets full").isLessThan(1000);
    }
    write(client, "more").is(507, "STORE_FULL");
  }

  private static Answer write(Client client, String name) {
    return client.put("/v1/secrets/" + name, "{\"values\":{\"A\":\"" + "x".repeat(60_000) + "\"}}");
  }
}
