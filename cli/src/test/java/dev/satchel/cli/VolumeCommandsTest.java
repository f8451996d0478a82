package dev.satchel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.cli.Terminal.Outcome;
import dev.satchel.cli.session.Surroundings.Terminals;
import dev.satchel.sdk.files.Digests;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class VolumeCommandsTest extends CommandTest {
  private static final String MODELS =
      """
      {"name":"models","volume_id":"v1","backend":"cloud_bucket","size_gb":5,
       "mount_path_default":"/models","geolocation":["DE"],"status":"in_use",
       "reason":"Workloads that have not ended hold it: w1.","created_at":"2026-11-22T11:00:00Z",
       "updated_at":"2026-11-22T11:57:00Z","used_by":["w1"]}""";
  private static final String HELLO = "sha-256=:LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=:";
  private static final String WRITTEN =
      """
      {"path":"a","size_bytes":5,"modified_at":"2026-11-22T11:00:00Z",
       "sha256":"2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"}""";

  @Test
  void createSendsWhatIsAskedFor() {
    server.on("POST /v1/volumes", 201, MODELS);
    Outcome outcome =
        terminal.run(
            "volume",
            "create",
            "models",
            "--backend",
            "vast_local",
            "--size-gb",
            "5",
            "--mount-path",
            "/models",
            "--geolocation",
            "DE",
            "--if-missing");
    assertThat(outcome.out()).isEqualTo("The volume models (cloud_bucket) is in_use.\n");
    assertThat(server.last().body())
        .isEqualTo(
            "{\"name\":\"models\",\"backend\":\"vast_local\",\"size_gb\":5,"
                + "\"mount_path_default\":\"/models\",\"geolocation\":[\"DE\"],"
                + "\"create_if_missing\":true}");
  }

  @Test
  void listAndShowTellHowItStands() {
    server.on("GET /v1/volumes", 200, "{\"items\":[" + MODELS + "]}");
    server.on("GET /v1/volumes/models", 200, MODELS);
    assertThat(terminal.run("volumes", "list").out())
        .contains("models", "cloud_bucket", "5 GB", "in_use", "/models");
    assertThat(terminal.run("volume", "show", "models").out())
        .contains("status   in_use: Workloads", "mounted  /models", "place    DE", "used by  w1")
        .doesNotContain("machine");
    assertThat(terminal.run("volume", "show", "models", "-q").out()).isEqualTo("in_use\n");
    server.on(
        "GET /v1/volumes/leased",
        200,
        MODELS.replace("\"used_by\"", "\"lease_expires_at\":\"2026-11-22T12:00:30Z\",\"used_by\""));
    assertThat(terminal.run("volume", "show", "leased").out())
        .contains("lease    2026-11-22T12:00:30Z");
  }

  @Test
  void aRefusedDeleteNamesTheWorkloads() {
    server.refuse("DELETE /v1/volumes/models", 409, "VOLUME_IN_USE", "Used by w1.");
    Outcome outcome = terminal.run("volume", "delete", "models");
    assertThat(outcome.exitCode()).isEqualTo(7);
    assertThat(outcome.err()).contains("Used by w1.");
  }

  @Test
  void aFileIsPutWithItsDigest_andADirectoryFileByFile() throws IOException {
    Files.writeString(home.resolve("a b"), "hello");
    server.on("PUT /v1/volumes/models/files/in/a%20b", 200, WRITTEN);
    Outcome outcome = terminal.run("volume", "put", "models", "a b", "in/");
    assertThat(outcome.err()).isEqualTo("Put 1 file, 5 bytes.\n");
    assertThat(server.last().body()).isEqualTo("hello");
    assertThat(server.last().headers()).containsEntry("content-digest", HELLO);
    Files.createDirectories(home.resolve("d/e"));
    Files.writeString(home.resolve("d/e/f"), "hello");
    Files.writeString(home.resolve("d/g"), "hello");
    Files.createSymbolicLink(home.resolve("d/link"), home.resolve("a b"));
    server.on("PUT /v1/volumes/models/files/d/e/f", 200, WRITTEN);
    server.on("PUT /v1/volumes/models/files/d/g", 200, WRITTEN);
    assertThat(terminal.run("volume", "cp", "d", "models:").err())
        .isEqualTo("Copied 2 files, 10 bytes.\n");
  }

  @Test
  void whatComesInIsPutWhereItIsTold() {
    server.on("PUT /v1/volumes/models/files/x", 200, WRITTEN);
    Outcome outcome = terminal.in("hello").run("volume", "put", "models", "-", "x");
    assertThat(outcome.exitCode()).isZero();
    assertThat(terminal.in("other").run("volume", "put", "models", "-", "x").err())
        .contains("not what was sent");
    assertThat(terminal.in("hello").run("volume", "put", "models", "-").exitCode()).isEqualTo(2);
  }

  private void serve(String path, String text) {
    server.on(
        "GET /v1/volumes/models/files/" + path,
        exchange -> {
          exchange.getResponseHeaders().set("Repr-Digest", HELLO);
          Recorder.send(exchange, 200, "application/octet-stream", text);
        });
  }

  @Test
  void aFileIsGotWholeOrNotAtAll() throws IOException {
    serve("a", "hello");
    serve("broken", "hullo");
    assertThat(terminal.run("volume", "get", "models", "a").err())
        .isEqualTo("Got 1 file, 5 bytes.\n");
    assertThat(home.resolve("a")).hasContent("hello");
    assertThat(terminal.run("volume", "get", "models", "a", "-").out()).isEqualTo("hello");
    Outcome broken = terminal.run("volume", "get", "models", "broken");
    assertThat(broken.exitCode()).isEqualTo(1);
    assertThat(broken.err()).contains("models:broken");
    assertThat(home.resolve("broken")).doesNotExist();
    try (var all = Files.list(home)) {
      assertThat(all.filter(it -> it.toString().endsWith(".part"))).isEmpty();
    }
  }

  /** Answers what is asked for by Range, and cuts the connection after so many bytes of it. */
  private void serveInPieces(String path, byte[] whole, int cutAfter) {
    server.on(
        "GET /v1/volumes/models/files/" + path,
        exchange -> {
          String range = exchange.getRequestHeaders().getFirst("Range");
          int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
          from = from < whole.length ? from : 0;
          int left = whole.length - from;
          exchange.getResponseHeaders().set("Content-Type", "application/octet-stream");
          exchange
              .getResponseHeaders()
              .set("Repr-Digest", Digests.wire(Digests.sha256().digest(whole)));
          exchange.sendResponseHeaders(from > 0 ? 206 : 200, left);
          exchange.getResponseBody().write(whole, from, Math.min(left, cutAfter));
          exchange.getResponseBody().flush();
          exchange.close();
        });
  }

  private static byte[] random(int size, int seed) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  @Test
  void aFileIsGotOnWhereTheConnectionBroke() {
    byte[] whole = random(1_000_000, 1);
    serveInPieces("large", whole, 150_000);
    Outcome outcome = terminal.run("volume", "get", "models", "large");
    assertThat(outcome.err()).isEqualTo("Got 1 file, 1000000 bytes.\n");
    assertThat(home.resolve("large")).hasBinaryContent(whole);
    assertThat(home.resolve(".large.part")).doesNotExist();
    assertThat(server.asked()).hasSizeBetween(7, 15);
    assertThat(server.last().headers()).containsKey("range");
  }

  @Test
  void whatIsLeftOfAnEarlierGetIsUsedIfItIsOfTheSameFile() throws IOException {
    byte[] whole = random(100_000, 1);
    serveInPieces("f", whole, whole.length);
    Files.write(home.resolve(".f.part"), Arrays.copyOf(whole, 60_000));
    assertThat(terminal.run("volume", "get", "models", "f").err())
        .isEqualTo("Got 1 file, 100000 bytes.\n");
    assertThat(server.last().headers()).containsEntry("range", "bytes=60000-");
    assertThat(home.resolve("f")).hasBinaryContent(whole);
    for (int size : new int[] {1, 99_999, 100_000, 200_000}) {
      Files.write(home.resolve(".f.part"), random(size, 2));
      assertThat(terminal.run("volume", "get", "models", "f").err())
          .isEqualTo("Got 1 file, 100000 bytes.\n");
      assertThat(home.resolve("f")).hasBinaryContent(whole);
      assertThat(home.resolve(".f.part")).doesNotExist();
    }
  }

  @Test
  void aGetThatFailsLeavesWhatThereIs_toTheNext() throws IOException {
    byte[] whole = random(100_000, 1);
    Recorder gone = server.refuse("GET /v1/volumes/models/files/f", 503, "STORE_BUSY", "Busy.");
    Files.write(home.resolve(".f.part"), Arrays.copyOf(whole, 60_000));
    Outcome failed = terminal.run("volume", "get", "models", "f");
    assertThat(failed.exitCode()).isNotZero();
    assertThat(gone.asked()).hasSize(4);
    assertThat(home.resolve(".f.part")).hasSize(60_000);
    assertThat(home.resolve("f")).doesNotExist();
  }

  @Test
  void aDirectoryIsGotWithAllThatIsInIt_butNoLinks() {
    String at = "\"size_bytes\":5,\"modified_at\":\"2026-11-22T11:00:00Z\"";
    server.on(
        "GET /v1/volumes/models/files/d",
        200,
        "{\"items\":[{\"name\":\"a\",\"type\":\"file\","
            + at
            + "},{\"name\":\"l\",\"type\":\"link\","
            + at
            + "}]}");
    serve("d/a", "hello");
    Outcome outcome = terminal.run("volume", "cp", "models:d", "copy");
    assertThat(home.resolve("copy/a")).hasContent("hello");
    assertThat(outcome.err()).contains("Left out models:d/l: it is a link.", "1 file");
    server.on(
        "GET /v1/volumes/models/files/evil",
        200,
        "{\"items\":[{\"name\":\"../a\",\"type\":\"file\"," + at + "}]}");
    assertThat(terminal.run("volume", "get", "models", "evil").exitCode()).isEqualTo(1);
  }

  @Test
  void fromVolumeToVolumeTheServerCopies() {
    server.on("POST /v1/volumes/models/copies", 200, WRITTEN);
    assertThat(terminal.run("volume", "cp", "models:d/a", "other:x/").err())
        .isEqualTo("Copied 1 file, 5 bytes.\n");
    assertThat(server.last().body())
        .contains("\"from\":\"d/a\"", "\"to\":\"x/a\"", "\"to_volume\":\"other\"");
    server.refuse("POST /v1/volumes/m/copies", 409, "VOLUME_FILE_CONFLICT", "It is a directory.");
    server.on("POST /v1/volumes/m/copies", 200, WRITTEN);
    String at = "\"type\":\"file\",\"size_bytes\":5,\"modified_at\":\"2026-11-22T11:00:00Z\"";
    server.on(
        "GET /v1/volumes/m/files/d",
        200,
        "{\"items\":[{\"name\":\"a\"," + at + "},{\"name\":\"b\"," + at + "}]}");
    assertThat(terminal.run("volume", "cp", "m:d", "other:e").err())
        .isEqualTo("Copied 2 files, 10 bytes.\n");
  }

  @Test
  void aWholeVolumeIsCopiedFileByFile() {
    String at = "\"size_bytes\":5,\"modified_at\":\"2026-11-22T11:00:00Z\"";
    server.on(
        "GET /v1/volumes/models/files",
        200,
        "{\"items\":[{\"name\":\"a\",\"type\":\"file\"," + at + "}]}");
    server.on("POST /v1/volumes/models/copies", 200, WRITTEN);
    assertThat(terminal.run("volume", "cp", "models:", "other:x").err())
        .isEqualTo("Copied 1 file, 5 bytes.\n");
    assertThat(server.last().body()).contains("\"from\":\"a\"", "\"to\":\"x/a\"");
  }

  @Test
  void aDirectoryOfManyIsPutSeveralAtATime() throws IOException {
    Files.createDirectories(home.resolve("many"));
    CyclicBarrier together = new CyclicBarrier(4);
    for (int i = 0; i < 8; i++) {
      Files.writeString(home.resolve("many/" + i), "hello");
      server.on(
          "PUT /v1/volumes/models/files/many/" + i,
          exchange -> {
            try {
              together.await(20, TimeUnit.SECONDS); // Alone nobody gets through.
            } catch (Exception alone) {
              throw new IOException(alone);
            }
            Recorder.send(exchange, 200, "application/json", WRITTEN);
          });
    }
    Outcome outcome = terminal.run("volume", "cp", "many", "models:");
    assertThat(outcome.err()).isEqualTo("Copied 8 files, 40 bytes.\n");
  }

  @Test
  void oneOfManyThatIsRefusedIsTold() throws IOException {
    Files.createDirectories(home.resolve("many"));
    for (int i = 0; i < 3; i++) {
      Files.writeString(home.resolve("many/" + i), "hello");
      server.refuse(
          "PUT /v1/volumes/models/files/many/" + i, 507, "STORE_FULL", "There is no room.");
    }
    Outcome outcome = terminal.run("volume", "put", "models", "many", "many");
    assertThat(outcome.exitCode()).isNotZero();
    assertThat(outcome.err()).contains("There is no room.");
  }

  @Test
  void aTerminalIsToldHowFarItIs() throws IOException {
    byte[] large = new byte[200_000];
    server.on(
        "GET /v1/volumes/models/files/large",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", "application/octet-stream");
          exchange.sendResponseHeaders(200, large.length);
          exchange.getResponseBody().write(large, 0, 100_000);
          exchange.getResponseBody().flush();
          try {
            TimeUnit.MILLISECONDS.sleep(300);
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
          exchange.getResponseBody().write(large, 100_000, 100_000);
          exchange.close();
        });
    Outcome outcome =
        terminal.on(new Terminals(false, false, true), 80).run("volume", "get", "models", "large");
    assertThat(outcome.err())
        .contains("\r\u001b[K0 files, ")
        .endsWith("Got 1 file, 200000 bytes.\n");
  }

  @Test
  void filesAreListedAndRemoved() {
    server.on(
        "GET /v1/volumes/models/files",
        200,
        "{\"items\":[{\"name\":\"d\",\"type\":\"directory\",\"size_bytes\":0,\"modified_at\":\"2026-11-22T11:00:00Z\"}]}");
    assertThat(terminal.run("volume", "ls", "models").out()).contains("d/", "directory");
    assertThat(terminal.run("volume", "ls", "models:", "-q").out()).isEqualTo("d\n");
    server.on("DELETE /v1/volumes/models/files/d", 204, "");
    assertThat(terminal.run("volume", "rm", "models:d/", "-r").err())
        .isEqualTo("Removed models:d.\n");
    assertThat(server.last().target()).endsWith("?recursive=true");
    assertThat(terminal.run("volume", "rm", "models").exitCode()).isEqualTo(2);
  }

  @Test
  void statusAndExplainTellWhatIsMounted() {
    String mounts =
        ",\"mounts\":[{\"volume\":\"models\",\"path\":\"/m\",\"read_only\":true,\"subdirectory\":\"in\"},"
            + "{\"volume\":\"s\",\"path\":\"/s\",\"read_only\":false,\"sync\":true}]";
    server.on("GET /v1/workloads/w1", 200, workload("running", mounts));
    assertThat(terminal.run("status", "w1").out())
        .contains("volume     models/in at /m (read-only)", "s at /s (synchronised)");
    server.on(
        "POST /v1/plans",
        200,
        "{\"engine\":\"process\",\"isolation\":\"bubblewrap\",\"command\":[\"x\"]" + mounts + "}");
    assertThat(terminal.run("explain", "--volume", "models", "--", "x").out())
        .contains("volume     models/in at /m (read-only)");
  }

  @Test
  void aSubmitMountsVolumes() {
    server.on("POST /v1/workloads", 202, "{\"id\":\"w1\",\"state\":\"queued\",\"attempt\":1}");
    terminal.run(
        "submit",
        "--volume",
        "a",
        "--volume",
        "b:/b",
        "--volume",
        "c:/c:ro",
        "--volume",
        "d:ro",
        "--volume",
        "e:sync",
        "--volume",
        "f:/f:sync:ro",
        "--",
        "true");
    assertThat(server.last().body())
        .contains(
            "\"mounts\":[{\"volume\":\"a\"},{\"volume\":\"b\",\"path\":\"/b\"},"
                + "{\"volume\":\"c\",\"read_only\":true,\"path\":\"/c\"},"
                + "{\"volume\":\"d\",\"read_only\":true},"
                + "{\"volume\":\"e\",\"sync\":true},"
                + "{\"volume\":\"f\",\"read_only\":true,\"sync\":true,\"path\":\"/f\"}]");
    assertThat(terminal.run("submit", "--volume", "a:x", "--", "true").exitCode()).isEqualTo(2);
  }
}
