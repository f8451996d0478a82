package dev.satchel.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.core.access.Role;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Volumes and their files, as callers see them. */
final class VolumeRoutesTest {
  private static final String HELLO_DIGEST =
      "sha-256=:LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=:";

  @TempDir static Path directory;
  static TestServer server;
  static Client admin;

  @BeforeAll
  static void start() {
    server = new TestServer(directory);
    admin = server.admin;
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static void create(String name, String... fields) {
    String more = fields.length == 0 ? "" : "," + String.join(",", fields);
    admin.post("/v1/volumes", "{\"name\":\"" + name + "\"" + more + "}").is(201);
  }

  @Test
  void aVolumeTellsAllItsFields() {
    create(
        "told",
        "\"backend\":\"vast_local\"",
        "\"size_gb\":50",
        "\"mount_path_default\":\"/told\"",
        "\"geolocation\":\"DE\"");
    Answer told = admin.get("/v1/volumes/told").is(200);
    assertThat(told.get("volume_id")).hasSize(26);
    assertThat(told.get("backend")).isEqualTo("vast_local");
    assertThat(told.get("size_gb")).isEqualTo("50");
    assertThat(told.get("mount_path_default")).isEqualTo("/told");
    assertThat(told.list("geolocation")).containsExactly("DE");
    assertThat(told.get("status")).isEqualTo("reserved");
    assertThat(told.get("reason")).contains("first");
    assertThat(told.json().has("machine_id")).isFalse();
    String id = Jobs.run(admin, "\"mounts\":[{\"volume\":\"told\"}]");
    Answer used = admin.get("/v1/volumes/told").is(200);
    assertThat(used.get("machine_id")).isEqualTo("this-machine");
    assertThat(used.get("status")).isEqualTo("in_use");
    assertThat(used.list("used_by")).containsExactly(id);
    Answer refused = admin.delete("/v1/volumes/told").is(409, "VOLUME_IN_USE");
    assertThat(refused.list("workload_ids")).containsExactly(id);
    assertThat(admin.get("/v1/workloads/" + id).json().at("/mounts/0/path").asText())
        .isEqualTo("/told");
    assertThat(admin.delete("/v1/volumes/told?force=true").is(200).list("workload_ids"))
        .containsExactly(id);
    Answer deleting = admin.get("/v1/volumes/told").is(200);
    assertThat(deleting.get("status")).isEqualTo("deleting");
    assertThat(deleting.get("reason")).contains(id);
    Jobs.end(admin, id);
    admin.get("/v1/volumes/told/files").is(404, "VOLUME_NOT_FOUND");
    admin.delete("/v1/volumes/told").is(404, "VOLUME_NOT_FOUND");
  }

  @Test
  void whatIsThereOtherwiseIsRefusedWithFieldHaveAndWant_andNothingChanges() {
    create("sized", "\"size_gb\":5");
    admin.post("/v1/volumes", "{\"name\":\"sized\"}").is(409, "VOLUME_EXISTS");
    String want = "{\"name\":\"sized\",\"size_gb\":6,\"create_if_missing\":true}";
    Answer size = admin.post("/v1/volumes", want).is(409, "VOLUME_INCOMPATIBLE");
    assertThat(size.get("field") + size.get("have") + size.get("want")).isEqualTo("size_gb56");
    String local =
        "{\"name\":\"sized\",\"backend\":\"vast_local\",\"size_gb\":5,\"create_if_missing\":true}";
    Answer backend = admin.post("/v1/volumes", local).is(409, "VOLUME_INCOMPATIBLE");
    assertThat(backend.get("field")).isEqualTo("backend");
    String same = "{\"name\":\"sized\",\"create_if_missing\":true}";
    assertThat(admin.post("/v1/volumes", same).is(200).get("size_gb")).isEqualTo("5");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"name\":\"!\"}|name",
        "{}|name",
        "{\"name\":\"x\",\"backend\":\"s3\"}|backend",
        "{\"name\":\"x\",\"backend\":\"vast_local\"}|size_gb",
        "{\"name\":\"x\",\"size_gb\":0}|size_gb",
        "{\"name\":\"x\",\"size_gb\":99999999999}|size_gb",
        "{\"name\":\"x\",\"mount_path_default\":\"models\"}|mount_path_default",
        "{\"name\":\"x\",\"mount_path_default\":\"/a/../b\"}|mount_path_default",
        "{\"name\":\"x\",\"mount_path_default\":\"/proc/x\"}|mount_path_default",
        "{\"name\":\"x\",\"mount_path_default\":\"/\"}|mount_path_default",
        "{\"name\":\"x\",\"geolocation\":[\"\"]}|geolocation",
      })
  void aVolumeOfTheWrongFormIsRefusedByField(String body, String field) {
    admin.post("/v1/volumes", body).isInvalid(field);
  }

  @Test
  void mountsOfTheWrongFormAreRefusedByField() {
    create("formed");
    submit("{\"volume\":\"formed\",\"path\":\"x\"}").isInvalid("mounts[0].path");
    submit("{\"volume\":\"!\",\"path\":\"/x\"}").isInvalid("mounts[0].volume");
    submit("{\"volume\":\"formed\",\"path\":\"/x\",\"subdirectory\":\"../y\"}")
        .isInvalid("mounts[0].subdirectory");
    submit("{\"volume\":\"formed\"}").isInvalid("mounts[0].path").says("\"formed\"");
    submit("{\"volume\":\"none\",\"path\":\"/x\",\"create\":{\"backend\":\"vast_local\"}}")
        .isInvalid("mounts[0].create.size_gb");
    submit("{\"volume\":\"none\",\"path\":\"/x\"}").is(422, "VOLUME_NOT_FOUND");
    submit("{\"bucket\":{\"bucket_name\":\"b\"},\"path\":\"/x\"}")
        .isInvalid("mounts[0].bucket.endpoint_url");
  }

  private static Answer submit(String mount) {
    return admin.post("/v1/workloads", Jobs.lasting("\"mounts\":[" + mount + "]"));
  }

  @Test
  void aLeaseIsToldAndRenewed() {
    create("leased", "\"lease_s\":60");
    Answer told = admin.get("/v1/volumes/leased").is(200);
    assertThat(told.get("lease_s")).isEqualTo("60");
    Answer renewed = admin.send("PUT", "/v1/volumes/leased/lease", null).is(200);
    assertThat(Instant.parse(renewed.get("lease_expires_at")))
        .isAfter(Instant.parse(told.get("lease_expires_at")));
    create("unleased");
    assertThat(admin.get("/v1/volumes/unleased").json().has("lease_expires_at")).isFalse();
    admin.send("PUT", "/v1/volumes/unleased/lease", null).is(409, "VOLUME_INCOMPATIBLE");
    admin.send("PUT", "/v1/volumes/none/lease", null).is(404, "VOLUME_NOT_FOUND");
    admin.post("/v1/volumes", "{\"name\":\"x\",\"lease_s\":1}").isInvalid("lease_s");
  }

  @Test
  void aFileThatDoesNotFitIntoAVolumesSizeIsRefused() throws IOException {
    create("small", "\"size_gb\":1");
    String files = "/v1/volumes/small/files/";
    admin.get("/v1/volumes/small/files").is(200); // From now on it has a directory.
    String id = admin.get("/v1/volumes/small").get("volume_id");
    try (RandomAccessFile sparse =
        new RandomAccessFile(directory.resolve("volumes/data/" + id + "/large").toFile(), "rw")) {
      sparse.setLength(999_999_000L);
    }
    admin.send("PUT", files + "a", new byte[1000]).is(200);
    admin.send("PUT", files + "b", new byte[0]).is(200);
    Answer refused = admin.send("PUT", files + "c", new byte[1]).is(413, "TOO_LARGE");
    assertThat(refused.get("detail")).contains("\"small\"", "1 GB");
    admin.post("/v1/volumes/small/copies", "{\"from\":\"a\",\"to\":\"d\"}").is(413, "TOO_LARGE");
    admin.send("PUT", files + "a", new byte[0]).is(200); // What was there counts no more.
    admin.send("PUT", files + "c", new byte[1000]).is(200);
    admin.delete(files + "c").is(204);
    admin.send("PUT", files + "d", new byte[1000]).is(200);
  }

  @Test
  void aFileIsReadFromAnyByteOfIt_withTheDigestOfTheWhole() {
    create("ranged");
    String path = "/v1/volumes/ranged/files/hello";
    admin.send("PUT", path, "hello".getBytes(StandardCharsets.UTF_8)).is(200);
    Answer part = admin.send("GET", path, null, "Range", "bytes=2-").is(206);
    assertThat(part.text()).isEqualTo("llo");
    assertThat(part.header("Content-Range")).isEqualTo("bytes 2-4/5");
    assertThat(part.header("Repr-Digest")).isEqualTo(HELLO_DIGEST);
    assertThat(part.header("Content-Digest")).isEmpty();
    for (String other :
        new String[] {"bytes=5-", "bytes=0-", "bytes=1-2", "bytes=-2", "lines=1-"}) {
      Answer whole = admin.send("GET", path, null, "Range", other).is(200);
      assertThat(whole.text()).as(other).isEqualTo("hello");
      assertThat(whole.header("Content-Digest")).isEqualTo(HELLO_DIGEST);
    }
  }

  @Test
  void aFileIsCopiedWithinAVolumeAndToAnother() {
    create("source");
    create("target");
    byte[] bytes = new byte[3_000_000];
    java.util.Arrays.fill(bytes, (byte) 'x');
    Answer written = admin.send("PUT", "/v1/volumes/source/files/a/x", bytes).is(200);
    String copies = "/v1/volumes/source/copies";
    Answer copied = admin.post(copies, "{\"from\":\"a/x\",\"to\":\"b/y\"}").is(200);
    assertThat(copied.get("sha256")).isEqualTo(written.get("sha256"));
    assertThat(copied.get("path")).isEqualTo("b/y");
    admin.post(copies, "{\"from\":\"b/y\",\"to\":\"z\",\"to_volume\":\"target\"}").is(200);
    assertThat(admin.get("/v1/volumes/target/files/z").is(200).text()).hasSize(bytes.length);
    admin.post(copies, "{\"from\":\"b/y\",\"to\":\"b/y\"}").is(200);
    admin.post(copies, "{\"from\":\"none\",\"to\":\"n\"}").is(404, "VOLUME_FILE_NOT_FOUND");
    admin.post(copies, "{\"from\":\"a\",\"to\":\"n\"}").is(409, "VOLUME_FILE_CONFLICT");
    admin.post(copies, "{\"from\":\"a/x\",\"to\":\"b\"}").is(409, "VOLUME_FILE_CONFLICT");
    admin.post(copies, "{\"from\":\"\",\"to\":\"n\"}").is(409, "VOLUME_FILE_CONFLICT");
    admin.post(copies, "{\"from\":\"a/x\",\"to\":\"\"}").isInvalid("to");
    admin.post(copies, "{\"from\":\"../x\",\"to\":\"n\"}").isInvalid("path");
    admin
        .post(copies, "{\"from\":\"a/x\",\"to\":\"n\",\"to_volume\":\"none\"}")
        .is(404, "VOLUME_NOT_FOUND");
  }

  @Test
  void filesGoInAndOutWithTheirDigest() {
    create("files");
    byte[] hello = "hello".getBytes(StandardCharsets.UTF_8);
    String path = "/v1/volumes/files/files/a%20b/%C3%BC.txt";
    Answer written = admin.send("PUT", path, hello, "Content-Digest", HELLO_DIGEST).is(200);
    assertThat(written.get("path")).isEqualTo("a b/ü.txt");
    assertThat(written.get("size_bytes")).isEqualTo("5");
    Answer read = admin.get(path).is(200);
    assertThat(read.text()).isEqualTo("hello");
    assertThat(read.header("Content-Digest")).isEqualTo(HELLO_DIGEST);
    assertThat(read.header("Content-Type")).isEqualTo("application/octet-stream");
    admin
        .send("PUT", path, "other".getBytes(StandardCharsets.UTF_8), "Content-Digest", HELLO_DIGEST)
        .isInvalid("Content-Digest");
    admin.send("PUT", path, hello, "Content-Digest", "md5=:x:").isInvalid("Content-Digest");
    assertThat(admin.get(path).is(200).text()).isEqualTo("hello");
    admin.sendChunked("PUT", "/v1/volumes/files/files/chunked", hello).is(200);
    Answer list = admin.get("/v1/volumes/files/files?limit=1").is(200);
    assertThat(list.json().at("/items/0/name").asText()).isEqualTo("a b");
    assertThat(list.json().at("/items/0/type").asText()).isEqualTo("directory");
    String next = "/v1/volumes/files/files?page_token=" + list.get("next_page_token");
    assertThat(admin.get(next).is(200).json().at("/items/0/name").asText()).isEqualTo("chunked");
    admin.delete("/v1/volumes/files/files/a%20b").is(409, "VOLUME_FILE_CONFLICT");
    admin.delete("/v1/volumes/files/files/a%20b?recursive=true").is(204);
    admin.get(path).is(404, "VOLUME_FILE_NOT_FOUND");
    assertThat(server.audited())
        .contains(
            "volume.file_write|files|ok|path a b/ü.txt", "volume.file_delete|files|ok|path a b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../other/x",
        "%2e%2e/x",
        "a/%2e%2e/%2e%2e/x",
        "%2Fetc/passwd",
        "a%2F..%2F..%2Fx",
        "/etc/passwd",
        "a//b",
        "a/",
        "a%00b",
        "a%0Ab",
        "..%5C..%5Cx"
      })
  void noPathLeadsOutOfAVolume(String path) throws Exception {
    admin.post("/v1/volumes", "{\"name\":\"kept\",\"create_if_missing\":true}");
    Files.writeString(directory.resolve("sentinel"), "sentinel");
    for (String method : new String[] {"GET", "PUT", "DELETE"}) {
      byte[] body = method.equals("PUT") ? new byte[] {1} : null;
      Answer answer = admin.send(method, "/v1/volumes/kept/files/" + path, body);
      if (!path.contains("5C")) { // A backslash is a letter here.
        assertThat(answer.status()).as(method + " " + answer.text()).isIn(400, 404, 405);
      }
    }
    assertThat(directory.resolve("sentinel")).hasContent("sentinel");
    try (var all = Files.walk(directory.resolve("volumes"))) {
      assertThat(all.filter(Files::isRegularFile).filter(it -> it.endsWith("x"))).isEmpty();
    }
  }

  @Test
  void filesOfALocalVolumeThatIsOnNoMachineYetCannotBeReached() {
    create("unbound", "\"backend\":\"vast_local\"", "\"size_gb\":1");
    admin.get("/v1/volumes/unbound/files").is(409, "VOLUME_UNREACHABLE").says("no machine");
  }

  @Test
  void aRunnerMountsOnlyWhatItsTokenNames_andReadsNoFiles() {
    create("named", "\"mount_path_default\":\"/n\"");
    Client runner = server.as("volume-runner", Set.of(Role.RUNNER), "volume/named");
    Jobs.end(runner, Jobs.run(runner, "\"mounts\":[{\"volume\":\"named\"}]"));
    String other = Jobs.lasting("\"mounts\":[{\"volume\":\"other\",\"path\":\"/x\"}]");
    runner.post("/v1/workloads", other).is(403, "FORBIDDEN").says("volume/other");
    runner.get("/v1/volumes/named").is(200);
    runner.get("/v1/volumes/named/files").is(403, "FORBIDDEN");
    String token = "{\"name\":\"vt\",\"roles\":[\"runner\"],\"uses\":[\"volume/named\"]}";
    admin.post("/v1/tokens", token).is(201);
    admin
        .post("/v1/tokens", "{\"name\":\"n\",\"roles\":[\"runner\"],\"uses\":[\"volume/\"]}")
        .isInvalid("uses[0]");
  }

  @Test
  void whoMayWriteVolumesAndRunMountsAny() {
    create("drawn", "\"mount_path_default\":\"/d\"");
    Client both = server.as("volume-both", Set.of(Role.RUNNER, Role.WRITER));
    Jobs.end(both, Jobs.run(both, "\"mounts\":[{\"volume\":\"drawn\"}]"));
    Client seeing = server.as("volume-seeing", Set.of(Role.RUNNER, Role.AUDITOR));
    String job = Jobs.lasting("\"mounts\":[{\"volume\":\"drawn\"}]");
    seeing.post("/v1/workloads", job).is(403, "FORBIDDEN").says("volume/drawn");
  }

  @Test
  void anotherWorkspacesVolumesAreNotThere() {
    server.addWorkspace("elsewhere");
    Client other = server.as("elsewhere", "foreign", Set.of(Role.ADMIN));
    other.post("/v1/volumes", "{\"name\":\"foreign\",\"mount_path_default\":\"/f\"}").is(201);
    other.send("PUT", "/v1/volumes/foreign/files/x", new byte[] {1}).is(200);
    admin.get("/v1/volumes/foreign").is(404, "VOLUME_NOT_FOUND");
    admin.get("/v1/volumes/foreign/files/x").is(404, "VOLUME_NOT_FOUND");
    admin.send("PUT", "/v1/volumes/foreign/files/x", new byte[] {2}).is(404, "VOLUME_NOT_FOUND");
    admin.delete("/v1/volumes/foreign?force=true").is(404, "VOLUME_NOT_FOUND");
    submit("{\"volume\":\"foreign\",\"path\":\"/x\"}").is(422, "VOLUME_NOT_FOUND");
    assertThat(admin.get("/v1/volumes").text()).doesNotContain("foreign");
  }
}
