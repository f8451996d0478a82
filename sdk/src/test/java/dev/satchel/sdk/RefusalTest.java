package dev.satchel.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.api.Paths;
import dev.satchel.sdk.json.Json;
import dev.satchel.sdk.json.Node;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Which exception is which refusal. */
final class RefusalTest {
  /** By the code: the status that it comes with, and what it becomes. */
  private static final Map<String, String> WANTED =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("INVALID", "400 Invalid"),
              Map.entry("TOO_LARGE", "413 Invalid"),
              Map.entry("UNAUTHENTICATED", "401 Unauthorized"),
              Map.entry("FORBIDDEN", "403 Forbidden"),
              Map.entry("SECRET_NOT_FOUND", "422 NotFound"),
              Map.entry("SECRET_ENTRY_MISSING", "422 Invalid"),
              Map.entry("SECRET_EXISTS", "409 AlreadyExists"),
              Map.entry("SECRET_IN_USE", "409 InUse"),
              Map.entry("REVISION_MISMATCH", "412 RevisionMismatch"),
              Map.entry("WORKLOAD_NOT_FOUND", "404 NotFound"),
              Map.entry("WORKLOAD_BUSY", "409 Conflict"),
              Map.entry("TOO_MANY_WORKLOADS", "429 Unavailable"),
              Map.entry("ATTEMPT_SUPERSEDED", "409 Conflict"),
              Map.entry("ATTEMPT_NOT_RUNNING", "409 Conflict"),
              Map.entry("TOO_MANY_EXECS", "429 Unavailable"),
              Map.entry("EXEC_NOT_FOUND", "404 NotFound"),
              Map.entry("EXEC_INPUT_CLOSED", "409 Conflict"),
              Map.entry("CREDENTIAL_NOT_FOUND", "404 NotFound"),
              Map.entry("CREDENTIAL_EXISTS", "409 AlreadyExists"),
              Map.entry("CREDENTIAL_IN_USE", "409 InUse"),
              Map.entry("CREDENTIAL_INCOMPATIBLE", "409 Incompatible"),
              Map.entry("VOLUME_NOT_FOUND", "404 NotFound"),
              Map.entry("VOLUME_EXISTS", "409 AlreadyExists"),
              Map.entry("VOLUME_INCOMPATIBLE", "409 Incompatible"),
              Map.entry("VOLUME_IN_USE", "409 InUse"),
              Map.entry("VOLUME_UNREACHABLE", "409 Conflict"),
              Map.entry("VOLUME_FILE_NOT_FOUND", "404 NotFound"),
              Map.entry("VOLUME_FILE_CONFLICT", "409 Conflict"),
              Map.entry("CODE_NOT_FOUND", "422 NotFound"),
              Map.entry("CALL_NOT_FOUND", "404 NotFound"),
              Map.entry("TOO_MANY_CALLS", "429 Unavailable"),
              Map.entry("MOUNT_FAILED", "422 Invalid"),
              Map.entry("APPLICATION_NOT_FOUND", "404 NotFound"),
              Map.entry("APPLICATION_EXISTS", "409 AlreadyExists"),
              Map.entry("APPLICATION_IN_USE", "409 InUse"),
              Map.entry("VERSION_NOT_FOUND", "404 NotFound"),
              Map.entry("VERSION_EXISTS", "409 AlreadyExists"),
              Map.entry("VERSION_IN_USE", "409 InUse"),
              Map.entry("INSTANCE_NOT_FOUND", "404 NotFound"),
              Map.entry("INSTANCE_EXISTS", "409 AlreadyExists"),
              Map.entry("INSTANCE_LOCKED", "409 Conflict"),
              Map.entry("INPUT_NOT_FOUND", "404 NotFound"),
              Map.entry("INPUT_EXISTS", "409 AlreadyExists"),
              Map.entry("COLLECTION_NOT_FOUND", "404 NotFound"),
              Map.entry("COLLECTION_EXISTS", "409 AlreadyExists"),
              Map.entry("COLLECTION_IN_USE", "409 InUse"),
              Map.entry("COLLECTION_CHANGED", "409 Conflict"),
              Map.entry("REFERENCE_MISSING", "422 Invalid"),
              Map.entry("NOTHING_PUSHED", "409 Conflict"),
              Map.entry("NOT_SERVED", "501 Unsupported"),
              Map.entry("TRANSFER_NOT_FOUND", "404 NotFound"),
              Map.entry("HOST_NOT_FOUND", "404 NotFound"),
              Map.entry("HOST_REACHABLE", "409 Conflict"),
              Map.entry("TOKEN_NOT_FOUND", "404 NotFound"),
              Map.entry("TOKEN_EXISTS", "409 AlreadyExists"),
              Map.entry("LAST_ADMIN_TOKEN", "409 Conflict"),
              Map.entry("IDEMPOTENCY_KEY_REUSED", "409 Conflict"),
              Map.entry("UNSUPPORTED", "422 Unsupported"),
              Map.entry("ENGINE_UNAVAILABLE", "503 Unavailable"),
              Map.entry("OBJECT_STORE_UNAVAILABLE", "503 Unavailable"),
              Map.entry("START_FAILED", "422 Invalid"),
              Map.entry("IMAGE_PULL", "422 Invalid"),
              Map.entry("STORE_FULL", "507 Unavailable"),
              Map.entry("STORE_UNCERTAIN", "504 Unavailable"),
              Map.entry("STORE_BUSY", "503 Unavailable"),
              Map.entry("STORE_FAILED", "503 Unavailable"),
              Map.entry("NO_SUCH_ROUTE", "404 NotFound"),
              Map.entry("METHOD_NOT_ALLOWED", "405 RemoteFailure"),
              Map.entry("REFUSED", "500 RemoteFailure"),
              Map.entry("INTERNAL", "500 RemoteFailure")));

  private static String become(int status, String code, String more) {
    String body = "{\"code\":\"" + code + "\",\"detail\":\"Why.\"" + more + "}";
    SatchelException thrown = Refusal.of(status, body).exception();
    assertThat(thrown).hasMessage("Why.");
    assertThat(thrown.code()).isEqualTo(code);
    assertThat(thrown.status()).isEqualTo(status);
    return status + " " + thrown.getClass().getSimpleName();
  }

  @Test
  void eachCodeOfTheContractBecomesWhatItMeans() throws IOException {
    for (String code :
        openApi()
            .at("components")
            .at("schemas")
            .at("Problem")
            .at("properties")
            .at("code")
            .at("enum")
            .texts()) {
      assertThat(WANTED).as("what %s becomes", code).containsKey(code);
      String wanted = WANTED.getOrDefault(code, "");
      assertThat(become(Integer.parseInt(wanted.substring(0, 3)), code, "")).isEqualTo(wanted);
    }
  }

  private static Node openApi() throws IOException {
    try (InputStream document = Paths.class.getResourceAsStream("openapi.json")) {
      assertThat(document).isNotNull();
      return Json.read(new String(document.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void codesOfANewerServerFallToTheNearestKind() {
    assertThat(become(404, "VOLUME_NOT_FOUND", "")).isEqualTo("404 NotFound");
    assertThat(become(409, "VOLUME_IN_USE", "")).isEqualTo("409 InUse");
    assertThat(become(409, "VOLUME_INCOMPATIBLE", "")).isEqualTo("409 Incompatible");
    assertThat(become(409, "WHATEVER", "")).isEqualTo("409 Conflict");
    assertThat(become(418, "WHATEVER", "")).isEqualTo("418 RemoteFailure");
  }

  @Test
  void whatARefusalIsAboutCanBeAsked() {
    String members = "\"field\":\"size_gb\",\"have\":\"100\",\"want\":\"200\"";
    SatchelException thrown =
        Refusal.of(409, "{\"code\":\"VOLUME_INCOMPATIBLE\",\"detail\":\"d\"," + members + "}")
            .exception();
    assertThat(thrown)
        .isInstanceOfSatisfying(
            Incompatible.class,
            seen -> {
              assertThat(seen.field()).isEqualTo("size_gb");
              assertThat(seen.have()).isEqualTo("100");
              assertThat(seen.want()).isEqualTo("200");
            });
  }

  @Test
  void aPageOfAProxyIsNotQuoted() {
    SatchelException thrown = Refusal.of(502, "<html>you sent hf_s3cret</html>").exception();
    assertThat(thrown).isInstanceOf(Unavailable.class);
    assertThat(thrown.getMessage()).doesNotContain("s3cret").contains("502");
    assertThat(Refusal.of(404, "{\"hf\":1}").exception()).isInstanceOf(RemoteFailure.class);
  }

  @Test
  void everyFieldOfAnApplicationAndItsPartsIsOneOfTheContract() throws IOException {
    Node schemas = openApi().at("components").at("schemas");
    CollectionRequest collection = new CollectionRequest();
    collection.name("n").description("d").ifUpdatedAt(Instant.EPOCH).secrets(s -> s.env("A", "b"));
    Node sent = Json.read(String.valueOf(collection.create("/c", "id").body()));
    assertIn(schemas, "CollectionWrite", sent, 5);
    assertIn(schemas, "CollectionEntry", sent.at("secrets").items().get(0), 3);
    Node instance =
        Json.read(
            Json.write(
                new InstanceRequest()
                    .version("v")
                    .name("n")
                    .description("d")
                    .configuration(
                        c ->
                            c.secretsCollection("c")
                                .executionClass("e")
                                .option("o", "v")
                                .format("json", "text"))
                    .body("id")));
    assertIn(schemas, "InstanceWrite", instance, 5);
    assertIn(schemas, "InstanceConfiguration", instance.at("configuration"), 4);
    ApplicationRequest application = new ApplicationRequest();
    application.name("n").description("d").defaultInstance("i");
    assertIn(schemas, "ApplicationWrite", Json.read(Json.write(application.body("id"))), 4);
  }

  private static void assertIn(Node schemas, String schema, Node sent, int fields) {
    assertThat(schemas.at(schema).at("properties").names()).containsAll(sent.names());
    assertThat(sent.names()).hasSize(fields);
  }

  @Test
  void everyFieldOfASubmissionIsOneOfTheContract() throws IOException {
    Submission all = new Submission();
    all.name("n").image("i").command("c").workingDirectory("/w").env("A", "b").secrets("s");
    all.secret("t", r -> r.asEnv("E").asFile("f").require("K")).engine("docker");
    all.credentials("my-aws").vmType("g6e.xlarge").geolocation("eu").gpu("h100:8").spot();
    all.volumes(Volume.cloud("v", "/v"));
    all.ports(8080).cpus(4).memoryMib(8192).timeout(Duration.ofSeconds(1)).retries(2);
    Node sent = Json.read(String.valueOf(all.submit().body()));
    Node schemas = openApi().at("components").at("schemas");
    assertThat(schemas.at("WorkloadSubmit").at("properties").names()).containsAll(sent.names());
    assertThat(schemas.at("SecretReference").at("oneOf").items().get(1).at("properties").names())
        .containsAll(sent.at("secrets").items().get(1).names());
    assertThat(sent.at("resources").names()).containsExactly("cpus", "memory_mib");
    assertThat(sent.names()).hasSize(18);
  }
}
