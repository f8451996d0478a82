package dev.satchel.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that no row names any more. */
final class LeftoversTest {
  private static final String SEED = "/v1/applications/seed";

  @TempDir Path directory;

  private static void send(Client admin, String url, byte[] bytes) {
    admin.with("").send("PUT", url.substring(url.indexOf("/uploads/")), bytes).is(204);
  }

  private static void push(Client admin, String file) {
    send(admin, admin.get(SEED + "/binary").is(200).get("upload_url"), TestArchives.of(file));
    admin.put(SEED + "/binary", "{\"requirements\":{\"executable_type\":\"python\"}}").is(204);
  }

  private long count(String name) throws Exception {
    try (var files = Files.list(directory.resolve(name))) {
      return files.count();
    }
  }

  @Test
  void theyGoOnceNothingCanStillComeToNameThem() throws Exception {
    try (TestServer server = new TestServer(directory)) {
      Client admin = server.admin;
      admin.post("/v1/applications", "{\"id\":\"seed\"}").is(201);
      push(admin, "a.py");
      admin.post(SEED + "/versions", "{\"id\":\"frozen\"}").is(201);
      push(admin, "b.py");
      push(admin, "c.py"); // Now nothing has the code of b.
      Answer upload = admin.post(SEED + "/runs/uploadurl", "").is(200);
      send(admin, upload.get("upload_url"), "{}".getBytes(StandardCharsets.UTF_8));
      String made = "{\"id\":\"i\",\"upload_id\":\"" + upload.get("upload_id") + "\"}";
      admin.post(SEED + "/inputs", made).is(201);
      String run = admin.post(SEED + "/runs", "{}").is(202).get("run_id");
      Files.createFile(directory.resolve("inputs/left"));
      Files.createDirectory(directory.resolve("runs/left"));
      Files.createDirectories(directory.resolve("code/trial1/of/a/push")); // That was cut off.
      Files.createDirectories(directory.resolve("packages/left.new/packages"));
      server.leftovers().sweep();
      assertThat(count("code")).as("what is young stays").isEqualTo(4);
      assertThat(count("packages")).isEqualTo(1);
      assertThat(count("inputs")).isEqualTo(2);
      assertThat(count("runs")).isEqualTo(2);
      server.advance(Duration.ofHours(2));
      server.leftovers().sweep();
      assertThat(count("code")).isEqualTo(2);
      assertThat(count("packages")).isEqualTo(0);
      assertThat(count("inputs")).isEqualTo(1);
      assertThat(directory.resolve("runs").resolve(run)).isDirectoryContaining("glob:**/code");
      assertThat(count("runs")).isEqualTo(1);
    }
  }
}
