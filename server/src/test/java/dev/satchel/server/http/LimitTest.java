package dev.satchel.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Limits of the server as callers meet them. */
final class LimitTest {
  @TempDir Path directory;

  @Test
  void tooManyWorkloadsAreRefusedWithWhenToComeAgain() {
    try (TestServer server = new TestServer(directory, 1)) {
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
}
