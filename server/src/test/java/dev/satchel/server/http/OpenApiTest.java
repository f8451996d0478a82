package dev.satchel.server.http;

import static dev.satchel.server.http.TestServer.MARKER;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.satchel.core.Reason;
import dev.satchel.core.access.Permission;
import dev.satchel.core.access.Role;
import dev.satchel.core.credential.EngineAddress;
import dev.satchel.core.workload.Cause;
import dev.satchel.core.workload.WorkloadState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The document is well-formed, and says what the server does. */
final class OpenApiTest {
  /** Callers see these under another name. */
  private static final Set<Reason> OF_WORKLOADS =
      Set.of(
          Reason.SECRET_MISSING,
          Reason.CREDENTIAL_MISSING,
          Reason.VOLUME_MISSING,
          Reason.CODE_MISSING);

  @TempDir Path directory;
  private final Contract contract = new Contract();

  @Test
  void itIsOpenApiThreeOne() {
    JsonNode document = contract.document;
    assertThat(document.path("openapi").asText()).matches("3\\.1\\.\\d+");
    assertThat(document.at("/info/title").asText()).isEqualTo("Satchel");
    assertThat(document.at("/info/version").isTextual()).isTrue();
    assertThat(document.at("/components/securitySchemes/token/scheme").asText())
        .isEqualTo("bearer");
    Set<String> tags = new HashSet<>();
    document.path("tags").forEach(tag -> tags.add(tag.path("name").asText()));
    Set<String> ids = new HashSet<>();
    for (Contract.Operation operation : contract.operations) {
      assertThat(ids.add(operation.id())).as("another %s", operation.id()).isTrue();
      assertThat(operation.json().path("summary").asText()).isNotEmpty();
      assertThat(operation.json().path("description").asText()).isNotEmpty();
      assertThat(tags).contains(operation.json().at("/tags/0").asText());
      assertThat(operation.statuses())
          .anyMatch(status -> status.startsWith("2") || status.equals("501"));
    }
  }

  @Test
  void everyReferenceResolvesAndEveryComponentIsUsed() {
    Set<String> used = new TreeSet<>();
    walk(
        contract.document,
        "",
        (place, node) -> {
          if (node.has("$ref")) {
            String target = node.path("$ref").asText();
            assertThat(contract.document.at(target.substring(1)).isMissingNode())
                .as("%s at %s", target, place)
                .isFalse();
            used.add(target.replaceAll("^#/components/([^/]+/[^/]+).*", "$1"));
          }
        });
    Set<String> there = new TreeSet<>();
    for (String kind : List.of("schemas", "responses", "parameters", "headers")) {
      contract
          .document
          .at("/components/" + kind)
          .fieldNames()
          .forEachRemaining(name -> there.add(kind + "/" + name));
    }
    assertThat(used).isEqualTo(there);
  }

  @Test
  void everySchemaIsValid() {
    var metaSchema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));
    contract
        .document
        .at("/components/schemas")
        .propertyStream()
        .forEach(
            schema ->
                assertThat(metaSchema.validate(schema.getValue().toString(), InputFormat.JSON))
                    .as(schema.getKey())
                    .isEmpty());
  }

  @Test
  void everyParameterOfAPathIsDescribed() {
    contract
        .document
        .path("paths")
        .propertyStream()
        .forEach(
            path -> {
              Set<String> described = new HashSet<>();
              path.getValue()
                  .path("parameters")
                  .forEach(p -> described.add(contract.resolved(p).path("name").asText()));
              assertThat(described)
                  .isEqualTo(
                      Pattern.compile("\\{([a-z]+)}")
                          .matcher(path.getKey())
                          .results()
                          .map(m -> m.group(1))
                          .collect(Collectors.toSet()));
            });
  }

  @Test
  void itListsExactlyTheRoutesThatAreServed() {
    try (TestServer server = new TestServer(directory)) {
      assertThat(
              contract.operations.stream()
                  .map(o -> o.method().toUpperCase(Locale.ROOT) + " " + o.path()))
          .containsExactlyInAnyOrderElementsOf(server.routes());
    }
  }

  @Test
  void itsWordsAreThoseOfTheCode() {
    assertThat(words("/components/schemas/WorkloadState/enum"))
        .isEqualTo(set(Arrays.stream(WorkloadState.values()).map(WorkloadState::word)));
    assertThat(words("/components/schemas/Cause/enum"))
        .isEqualTo(set(Arrays.stream(Cause.values()).map(Cause::name)));
    assertThat(words("/components/schemas/TokenCreate/properties/roles/items/enum"))
        .isEqualTo(set(Arrays.stream(Role.values()).map(Role::word)));
    Stream<String> reasons =
        Arrays.stream(Reason.values()).filter(r -> !OF_WORKLOADS.contains(r)).map(Reason::name);
    Stream<String> others = Stream.of("NO_SUCH_ROUTE", "METHOD_NOT_ALLOWED", "REFUSED", "INTERNAL");
    assertThat(words("/components/schemas/Problem/properties/code/enum"))
        .isEqualTo(set(Stream.concat(reasons, others)));
    assertThat(contract.operations.stream().map(Contract.Operation::permission))
        .filteredOn(permission -> !permission.isEmpty())
        .containsAll(Arrays.stream(Permission.values()).map(Permission::name).toList());
  }

  @Test
  void whatIsOpenIsSaidAndNothingElseIs() {
    for (Contract.Operation operation : contract.operations) {
      boolean open = operation.json().path("security").isArray();
      assertThat(operation.permission().isEmpty()).as(operation.id()).isEqualTo(open);
      assertThat(open)
          .isEqualTo(
              !operation.path().startsWith("/v1/")
                  && !operation.path().startsWith("/v0/")
                  && !operation.path().startsWith(Anycloud.PATH + "/")
                  && !operation.id().equals("getMetrics"));
    }
  }

  /**
   * The one value that is answered is a token that was just made. A plan repeats what was just sent
   * under env, which is visible by its nature. An entry of a collection is in what is revealed, and
   * nowhere else. What anycloud's errors have under data are names.
   */
  @Test
  void noAnswerHasAFieldForAValue() {
    Set<String> found = new TreeSet<>();
    for (Contract.Operation operation : contract.operations) {
      collectValues(operation.json().path("responses"), "", new HashSet<>(), found);
    }
    assertThat(found)
        .containsExactly(
            "AnycloudError.data",
            "AnycloudInUse.data",
            "CollectionEntry.value",
            "PlannedVariable.value",
            "TokenCreated.token");
  }

  @Test
  void everyRequestRefusesUnknownFields() {
    for (Contract.Operation operation : contract.operations) {
      JsonNode schema = operation.json().at("/requestBody/content/application~1json/schema");
      boolean isLenient = operation.path().startsWith("/v1/applications");
      if (!schema.isMissingNode() && !isLenient) {
        assertThat(contract.resolved(schema).path("additionalProperties").asBoolean(true))
            .as(operation.id())
            .isFalse();
      }
    }
  }

  private void askRuns(Client admin) throws IOException {
    String app = "/v1/applications/runs";
    admin.post("/v1/applications", "{\"id\":\"runs\"}").is(201);
    send(admin, admin.get(app + "/binary").is(200).get("upload_url"), TestArchives.of("main.py"));
    admin.put(app + "/binary", "{\"requirements\":{\"executable_type\":\"python\"}}").is(204);
    Answer upload = admin.post(app + "/runs/uploadurl", "").is(200);
    send(admin, upload.get("upload_url"), "{}".getBytes(UTF_8));
    String body = "{\"id\":\"i\",\"upload_id\":\"" + upload.get("upload_id") + "\"}";
    admin.post(app + "/inputs", body).is(201);
    admin.get(app + "/inputs").is(200);
    admin.get(app + "/inputs/i").is(200);
    admin.put(app + "/inputs/i", "{\"name\":\"n\"}").is(200);
    admin.delete(app + "/inputs/i").is(204);
    String run = app + "/runs/" + admin.post(app + "/runs", body).is(202).get("run_id");
    admin.get(app + "/runs").is(200);
    for (String part :
        List.of("", "/metadata", "/output", "/input", "/logs", "/logs/live", "/assets")) {
      admin.get(run + part).is(200);
    }
    String url = admin.get(run + "/input?format=url").is(200).get("url");
    admin.with("").get(url.substring(url.indexOf("/uploads/"))).is(200);
    admin.send("PATCH", run + "/cancel", null).is(204);
    admin.get("/v1/account/queue").is(200);
    admin.get("/v1/marketplace/subscriptions").is(200);
    admin.get("/v1/marketplace/apps").is(200);
    admin.get("/v1/marketplace/partners/p/apps").is(200);
    admin.get("/v1/marketplace/partners/p/apps/a/versions").is(200);
    String id = run.substring(run.lastIndexOf('/') + 1);
    Files.writeString(directory.resolve("runs").resolve(id).resolve("asset-1"), "{}");
    admin.get(run + "/assets/asset-1").is(200);
    admin.get("/v1/workloads/" + id + "?wait_s=20").is(200);
    admin.delete(run).is(204);
    admin.get(run).is(404, "WORKLOAD_NOT_FOUND");
  }

  private static void send(Client admin, String url, byte[] bytes) {
    admin.with("").send("PUT", url.substring(url.indexOf("/uploads/")), bytes).is(204);
  }

  @Test
  void everyOperationAnswersAsItSays() throws IOException {
    try (TestServer server = new TestServer(directory)) {
      Client admin = server.admin;
      askSecrets(admin);
      askWorkloads(server, admin);
      askCalls(server, admin);
      askCredentials(admin);
      askHosts(server, admin);
      askVolumes(admin);
      askApplications(server, admin);
      askRuns(admin);
      askTokens(admin);
      askAnycloud(admin);
      for (String path : List.of("/healthz", "/readyz")) {
        admin.with("").get(path).is(200);
        admin.with("").send("HEAD", path, null).is(200);
      }
      admin.get("/metrics").is(200);
      admin.with("").get("/openapi.json").is(200);
      Set<String> wanted =
          contract.operations.stream()
              .flatMap(
                  o ->
                      o.statuses().stream()
                          .filter(s -> s.startsWith("2"))
                          .map(s -> o.id() + " " + s))
              .collect(Collectors.toSet());
      assertThat(server.contract.seen()).containsAll(wanted);
    }
  }

  private static void askSecrets(Client admin) {
    String body = "{\"values\":{\"A\":\"" + MARKER + "\",\"B\":\"" + MARKER + "\"}}";
    admin.put("/v1/secrets/all", body).is(201);
    admin.put("/v1/secrets/all", body).is(200);
    admin
        .post("/v1/secrets/all/changes", "{\"unset\":[{\"type\":\"env\",\"location\":\"B\"}]}")
        .is(200);
    admin.get("/v1/secrets").is(200);
    admin.get("/v1/secrets/all").is(200);
  }

  private static void askWorkloads(TestServer server, Client admin) {
    String body =
        "{\"name\":\"w\",\"command\":[\"sh\",\"-c\",\"echo hi; sleep 60\"],\"env\":{\"E\":\"1\"},"
            + "\"secrets\":[\"all\"],\"vm_type\":\"g6e\",\"timeout_s\":60}";
    admin.post("/v1/plans", body).is(200);
    String id = admin.post("/v1/workloads", body).is(202).get("id");
    Jobs.awaitState(admin, id, "running");
    admin.get("/v1/workloads").is(200);
    admin.get("/v1/workloads/" + id + "/logs").is(200);
    askExec(server, admin, "/v1/workloads/" + id + "/exec", id);
    admin.post("/v1/workloads/" + id + "/resubmissions", "{\"env\":{}}").is(202);
    admin.delete("/v1/workloads/" + id).is(202);
    assertThat(admin.get("/v1/workloads/" + id + "?wait_s=20").is(200).get("state"))
        .isEqualTo("terminated");
    admin.delete("/v1/secrets/all").is(200);
    assertThat(server.engine.starts()).isNotEmpty();
  }

  private void askCalls(TestServer server, Client admin) throws IOException {
    byte[] jar = "a jar".getBytes(UTF_8);
    String digest = CallRoutesTest.sent(admin, jar);
    admin.send("HEAD", "/v1/code/" + digest, null).is(200);
    String body =
        "{\"kind\":\"function\",\"java\":{\"class_path\":[\""
            + digest
            + "\"],\"main\":\"a.Main\",\"options\":[\"-Xmx1g\"],\"release\":17,\"request\":\"{}\"}}";
    admin.post("/v1/plans", body).is(200);
    String id = admin.post("/v1/workloads", body).is(202).get("id");
    admin.get("/v1/calls/" + id).is(200);
    admin.delete("/v1/workloads/" + id).is(202);
    admin.get("/v1/calls/" + id + "?wait_s=20").is(200);
    Path place = directory.resolve("place");
    Files.createDirectories(place.resolve(".satchel/calls"));
    Files.createDirectories(place.resolve(".satchel/answers"));
    server.engine.worksIn(place);
    String object =
        admin.post("/v1/workloads", body.replace("\"function\"", "\"cls\"")).is(202).get("id");
    Jobs.awaitState(admin, object, "running");
    Answer call = admin.post("/v1/workloads/" + object + "/calls", "{\"request\":\"{}\"}").is(200);
    admin.get("/v1/calls/" + call.get("id")).is(200);
    admin.delete("/v1/calls/" + call.get("id")).is(202);
    admin.delete("/v1/workloads/" + object).is(202);
  }

  private static void askExec(TestServer server, Client admin, String path, String id) {
    admin.post(path, "{\"command\":[\"echo\",\"hi\"],\"stdin\":false,\"attempt\":1}").is(200);
    String url = "http://127.0.0.1:" + server.port;
    try (OpenExec exec =
        new OpenExec(url, admin.token(), id, "{\"command\":[\"cat\"],\"stdin\":true}")) {
      admin.post(path + "/" + exec.id + "/input?end=true", "").is(200);
      server.contract.checkFrame("ExecEnded", exec.end().toString());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static void askCredentials(Client admin) {
    String body =
        "{\"kind\":\"registry\",\"fields\":{\"server\":\"ghcr.io\",\"username\":\"me\",\"password\":\""
            + MARKER
            + "\"}}";
    admin.put("/v1/credentials/ghcr", body).is(201);
    admin.put("/v1/credentials/ghcr", body).is(200);
    admin.get("/v1/credentials").is(200);
    admin.get("/v1/credentials/ghcr").is(200);
    admin.delete("/v1/credentials/ghcr").is(200);
  }

  private static void askHosts(TestServer server, Client admin) {
    String address =
        "{\"kind\":\"docker\",\"fields\":{\"host\":\"tcp://a.example:2376\",\"gpu\":\"h100:8\"}}";
    admin.put("/v1/credentials/gpu", address).is(201);
    assertThat(admin.get("/v1/hosts").is(200).list("items")).hasSize(3);
    admin.delete("/v1/hosts/docker").is(409, "HOST_REACHABLE");
    server.containers.outage("it is off");
    admin.delete("/v1/hosts/docker").is(422, "UNSUPPORTED");
    server.containers.outage(null);
    EngineAddress gpu = new EngineAddress("tcp://a.example:2376");
    server.hosts.at(gpu).outage("it is off");
    String lost = "/v1/hosts/" + gpu.mark();
    assertThat(admin.delete(lost).is(200).get("reason")).isEqualTo("it is off");
    admin.delete("/v1/credentials/gpu").is(200);
  }

  private static void askVolumes(Client admin) {
    String body =
        "{\"name\":\"v\",\"backend\":\"cloud_bucket\",\"size_gb\":5,\"mount_path_default\":\"/v\","
            + "\"geolocation\":[\"DE\"],\"create_if_missing\":true}";
    admin.post("/v1/volumes", body).is(201);
    admin.post("/v1/volumes", body).is(200);
    admin.get("/v1/volumes").is(200);
    admin.get("/v1/volumes/v").is(200);
    admin.post("/v1/volumes", "{\"name\":\"leased\",\"lease_s\":60}").is(201);
    admin.send("PUT", "/v1/volumes/leased/lease", null).is(200);
    String file = "/v1/volumes/v/files/in/a.txt";
    admin.send("PUT", file, "hello".getBytes(UTF_8)).is(200);
    admin.get("/v1/volumes/v/files").is(200);
    admin.get("/v1/volumes/v/files/in").is(200);
    admin.send("GET", file, null, "Range", "bytes=1-").is(206);
    admin.post("/v1/volumes/v/copies", "{\"from\":\"in/a.txt\",\"to\":\"in/b.txt\"}").is(200);
    assertThat(admin.get(file).is(200).text()).isEqualTo("hello");
    admin.delete(file).is(204);
    String job =
        "{\"command\":[\"true\"],\"mounts\":[{\"volume\":\"v\",\"read_only\":true,\"subdirectory\":\"in\"},"
            + "{\"volume\":\"w\",\"path\":\"/w\",\"create\":{\"backend\":\"vast_local\",\"size_gb\":1}}]}";
    admin.post("/v1/plans", job).is(200);
    String id = admin.post("/v1/workloads", job).is(202).get("id");
    admin.get("/v1/workloads/" + id).is(200);
    Jobs.end(admin, id);
    admin.delete("/v1/volumes/v").is(200);
    admin.delete("/v1/volumes/w").is(200);
  }

  private static void askAnycloud(Client admin) {
    String path = Anycloud.PATH;
    admin.put(path + "/secrets/theirs", "{\"values\":{\"A\":\"" + MARKER + "\"}}").is(204);
    admin.get(path + "/secrets").is(200);
    String job =
        "{\"image\":\"a/b:1\",\"command\":[\"sleep\",\"60\"],\"secrets\":[\"theirs\"],\"env\":{\"A\":\"1\"},"
            + "\"gpuType\":[\"h100:8\"],\"cloudConfig\":{\"vmType\":\"g6e\",\"spot\":true},"
            + "\"dockerOptions\":{\"cpus\":\"1.5\",\"memory\":\"1g\"},\"timeLimit\":60,\"agent\":\"me\"}";
    String id = admin.post(path + "/workloads", job).is(202).get("id");
    Jobs.awaitState(admin, id, "running");
    admin.get(path + "/workloads").is(200);
    admin.get(path + "/workloads/" + id + "?verbose=true").is(200);
    admin.post(path + "/workloads/" + id + "/resubmissions", "{\"session\":\"s\"}").is(202);
    admin.delete(path + "/workloads/" + id).is(202);
    Jobs.end(admin, id);
    admin.get(path + "/workloads/" + id).is(200);
    admin.delete(path + "/secrets/theirs").is(204);
    String account =
        "{\"cloudProvider\":\"AWS\",\"accessKeyId\":\"k\",\"secretAccessKey\":\"" + MARKER + "\"}";
    admin.put(path + "/credentials/my-aws", account).is(204);
    admin.get(path + "/credentials").is(200);
    admin.get(path + "/credentials/my-aws").is(200);
    admin.delete(path + "/credentials/my-aws").is(204);
  }

  private static void askApplications(TestServer server, Client admin) {
    String app = "/v1/applications/a";
    admin.post("/v1/applications", "{\"id\":\"a\",\"more\":1}").is(201);
    admin.get("/v1/applications").is(200);
    admin.get(app).is(200);
    admin.put(app, "{\"name\":\"A\"}").is(200);
    server.push("a");
    admin.post(app + "/versions", "{\"id\":\"v\"}").is(201);
    admin.get(app + "/versions?pagereturn=true").is(200);
    admin.get(app + "/versions/v").is(200);
    admin.put(app + "/versions/v", "{\"description\":\"d\"}").is(200);
    String secret = "{\"type\":\"env\",\"location\":\"K\",\"value\":\"" + MARKER + "\"}";
    admin.post(app + "/secrets", "{\"id\":\"s\",\"secrets\":[" + secret + "]}").is(201);
    admin.get(app + "/secrets").is(200);
    admin.get(app + "/secrets/s").is(200);
    admin.put(app + "/secrets/s", "{\"name\":\"S\"}").is(200);
    admin.patch(app + "/secrets/s", "{\"operations\":[]}").is(200);
    String instance =
        "{\"id\":\"i\",\"version_id\":\"v\",\"configuration\":{\"secrets_collection_id\":\"s\"}}";
    admin.post(app + "/instances", instance).is(201);
    admin.get(app + "/instances").is(200);
    admin.get(app + "/instances/latest").is(200);
    admin.put(app + "/instances/i", instance).is(200);
    admin.put(app + "/instances/i/lock", "{\"locked\":false}").is(200);
    admin.delete(app + "/instances/i").is(204);
    admin.delete(app + "/versions/v").is(204);
    admin.delete(app + "/secrets/s").is(204);
    for (String list :
        List.of(app + "/experiments/batch", app + "/ensembles", "/v1/integrations")) {
      admin.get(list).is(200);
      admin.post(list, "").is(501, "NOT_SERVED");
    }
    admin.delete(app).is(204);
  }

  private static void askTokens(Client admin) {
    String id =
        admin.post("/v1/tokens", "{\"name\":\"t\",\"roles\":[\"auditor\"]}").is(201).get("id");
    admin.get("/v1/tokens").is(200);
    admin.delete("/v1/tokens/" + id).is(200);
  }

  private void collectValues(JsonNode node, String schema, Set<String> visited, Set<String> found) {
    if (node.has("$ref")) {
      String target = node.path("$ref").asText();
      if (visited.add(target)) {
        String name = target.substring(target.lastIndexOf('/') + 1);
        collectValues(contract.document.at(target.substring(1)), name, visited, found);
      }
    }
    node.path("properties")
        .fieldNames()
        .forEachRemaining(
            field -> {
              if (Set.of("value", "values", "token", "secret", "encoding", "data")
                  .contains(field)) {
                found.add(schema + "." + field);
              }
            });
    node.forEach(child -> collectValues(child, schema, visited, found));
  }

  private static void walk(JsonNode node, String place, BiConsumer<String, JsonNode> visitor) {
    visitor.accept(place, node);
    node.propertyStream().forEach(f -> walk(f.getValue(), place + "/" + f.getKey(), visitor));
    if (node.isArray()) {
      node.forEach(child -> walk(child, place + "/*", visitor));
    }
  }

  private Set<String> words(String pointer) {
    return set(
        StreamSupport.stream(contract.document.at(pointer).spliterator(), false)
            .map(JsonNode::asText));
  }

  private static Set<String> set(Stream<String> words) {
    return words.collect(Collectors.toCollection(TreeSet::new));
  }
}
