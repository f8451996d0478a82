package dev.satchel.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the client knows and this server has nothing of. */
final class UnservedRoutesTest {
  @TempDir Path directory;

  @Test
  void whatIsNotThereIsRefusedByItsName() {
    try (TestServer server = new TestServer(directory)) {
      server.admin.post("/v1/applications", "{\"id\":\"seed\"}").is(201);
      List<Contract.Operation> unserved =
          server.contract.operations.stream()
              .filter(each -> each.statuses().contains("501"))
              .filter(each -> each.statuses().stream().noneMatch(it -> it.startsWith("2")))
              .toList();
      assertThat(unserved).hasSizeGreaterThan(35);
      for (Contract.Operation each : unserved) {
        String path =
            each.path()
                .replace("{app}", "seed")
                .replace("{kind}", "shadow")
                .replaceAll("\\{[a-z]+}", "x");
        byte[] body = each.method().equals("get") ? null : "{}".getBytes(StandardCharsets.UTF_8);
        String method = each.method().toUpperCase(Locale.ROOT);
        server.admin.send(method, path, body).is(501, "NOT_SERVED").says("has no ");
        server.admin.with("").send(method, path, body).is(401);
      }
      server.admin.get("/v1/applications/seed/experiments/inputsets/x").is(501).says("input sets");
      server.admin.get("/v1/enterprise/sso").is(501).says("single sign-on");
    }
  }
}
