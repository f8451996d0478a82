package dev.satchel.server.http;

import static dev.satchel.server.http.TestServer.MARKER;
import static dev.satchel.server.http.TestServer.WRONG;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three thousand bodies that are almost right. Each is answered as the document says, none with a
 * failure of the server, and none of the answers or log lines holds the value.
 */
final class FuzzTest {
  private static final long SEED = 20_261_122;
  private static final int ROUNDS = 1000;
  private static final JsonMapper MAPPER = new JsonMapper();

  private static final List<String> SECRETS =
      List.of(
          "{\"values\":{\"A\":\"MARKER\",\"B\":\"MARKER\"}}",
          "{\"entries\":[{\"type\":\"env\",\"location\":\"A\",\"value\":\"MARKER\"},"
              + "{\"type\":\"file\",\"location\":\"dir/f\",\"value\":\"TUFSS0VS\",\"encoding\":\"base64\"}]}");
  private static final List<String> WORKLOADS =
      List.of(
          "{\"command\":[\"sh\",\"-c\",\"exit 0\"],\"env\":{\"A\":\"MARKER\"},\"secrets\":[\"one\"],"
              + "\"timeout_s\":60,\"retries\":0,\"spot\":false,\"kind\":\"job\",\"name\":\"fuzz\"}",
          "{\"command\":[\"sh\",\"-c\",\"exit 0\"],\"working_directory\":\"/tmp\",\"engine\":\"process\","
              + "\"secrets\":[{\"name\":\"one\",\"as_env\":\"B\",\"require\":[\"A\"]}],\"vm_type\":\"MARKER\"}");

  private static final List<String> ANYCLOUD =
      List.of(
          "{\"image\":\"a/b:1\",\"command\":[\"true\"],\"env\":{\"A\":\"MARKER\"},\"secrets\":[\"one\"],"
              + "\"gpuType\":[\"h100:8\"],\"timeLimit\":60,\"workloadType\":\"job\",\"nodes\":1,"
              + "\"cloudConfig\":{\"vmType\":\"MARKER\",\"spot\":true,\"region\":\"eu\",\"maxVmCount\":1},"
              + "\"dockerOptions\":{\"cpus\":\"1.5\",\"memory\":\"8g\",\"privileged\":false}}");

  @TempDir Path directory;
  private final Random random = new Random(SEED);

  @Test
  void whateverIsSentIsAnsweredAndNothingIsToldOfIt() {
    try (TestServer server = new TestServer(directory)) {
      Client admin = server.admin;
      admin.put("/v1/secrets/one", "{\"values\":{\"A\":\"" + MARKER + "\"}}").is(201);
      Set<Integer> statuses = new TreeSet<>();
      for (int round = 0; round < ROUNDS; round++) {
        statuses.add(ask(admin, "PUT", "/v1/secrets/fuzz", SECRETS, round));
        statuses.add(ask(admin, "POST", "/v1/workloads", WORKLOADS, round));
        statuses.add(ask(admin, "POST", Anycloud.PATH + "/workloads", ANYCLOUD, round));
      }
      assertThat(statuses).contains(200, 202, 400, 422).allMatch(status -> status < 500);
    }
  }

  private int ask(Client client, String method, String path, List<String> bodies, int round) {
    byte[] body = mutated(bodies.get(random.nextInt(bodies.size())).replace("MARKER", MARKER));
    try {
      return client.send(method, path, body).status();
    } catch (AssertionError e) {
      String sent = new String(body, StandardCharsets.ISO_8859_1);
      throw new AssertionError("round " + round + " of seed " + SEED + ": " + sent, e);
    }
  }

  private byte[] mutated(String body) {
    return switch (random.nextInt(10)) {
      case 0 -> body.getBytes(StandardCharsets.UTF_8);
      case 1, 2, 3 -> withOtherBytes(body.getBytes(StandardCharsets.UTF_8));
      default -> withOtherNodes(body).getBytes(StandardCharsets.UTF_8);
    };
  }

  private byte[] withOtherBytes(byte[] body) {
    byte[] other = body.clone();
    for (int i = random.nextInt(3); i >= 0; i--) {
      int at = random.nextInt(other.length);
      switch (random.nextInt(4)) {
        case 0 -> other[at] = (byte) random.nextInt(256);
        case 1 -> other[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> other = java.util.Arrays.copyOf(other, at + 1);
        default -> System.arraycopy(body, 0, other, at, Math.min(body.length, other.length - at));
      }
    }
    return other;
  }

  private String withOtherNodes(String body) {
    try {
      JsonNode tree = MAPPER.readTree(body);
      for (int i = random.nextInt(3); i >= 0; i--) {
        mutate(tree);
      }
      return tree.toString();
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  private void mutate(JsonNode node) {
    List<JsonNode> containers = new ArrayList<>();
    collect(node, containers);
    JsonNode chosen = containers.get(random.nextInt(containers.size()));
    if (chosen instanceof ObjectNode object) {
      List<String> names = new ArrayList<>();
      object.fieldNames().forEachRemaining(names::add);
      String name = names.isEmpty() ? WRONG : names.get(random.nextInt(names.size()));
      switch (random.nextInt(4)) {
        case 0 -> object.remove(name);
        case 1 -> object.set(random.nextBoolean() ? WRONG : name + "s", junk());
        default -> object.set(name, junk());
      }
    } else if (chosen instanceof ArrayNode array) {
      switch (random.nextInt(3)) {
        case 0 -> array.removeAll();
        case 1 -> array.add(junk());
        default -> array.insert(0, array.isEmpty() ? junk() : array.get(0).deepCopy());
      }
    }
  }

  private static void collect(JsonNode node, List<JsonNode> into) {
    if (node.isContainerNode()) {
      into.add(node);
      node.forEach(child -> collect(child, into));
    }
  }

  /** Something that is wrong nearly everywhere. */
  private JsonNode junk() {
    JsonNodeFactory make = JsonNodeFactory.instance;
    return switch (random.nextInt(14)) {
      case 0 -> make.nullNode();
      case 1 -> make.booleanNode(random.nextBoolean());
      case 2 -> make.numberNode(random.nextLong());
      case 3 -> make.numberNode(random.nextDouble() * 1e300);
      case 4 -> make.textNode("");
      case 5 -> make.textNode(WRONG);
      case 6 -> make.textNode(WRONG.repeat(1 + random.nextInt(2000)));
      case 7 -> make.textNode("\u0000" + MARKER);
      case 8 -> make.textNode("../\u0007" + MARKER);
      case 9 -> make.arrayNode().add(WRONG).add(random.nextInt());
      case 10 -> make.objectNode().put(WRONG, WRONG);
      case 11 -> make.objectNode().set("name", make.textNode(WRONG));
      case 12 -> make.textNode("é\u2028\uD83D\uDE00");
      default -> make.numberNode(new java.math.BigInteger(200, random));
    };
  }
}
