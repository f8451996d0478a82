package dev.satchel.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import dev.satchel.api.HealthDetail;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The OpenAPI document, and what was seen of it. Answers are held to it more strictly than clients
 * should be: a field that it does not list is an error.
 */
final class Contract {
  private static final Set<String> METHODS =
      Set.of("get", "head", "put", "post", "patch", "delete");

  /** What stands in the document under one method of one path. */
  record Operation(String method, String path, Pattern matcher, JsonNode json) {
    String id() {
      return json.path("operationId").asText();
    }

    /** The permission's name; empty where it is open. */
    String permission() {
      return json.path("x-permission").asText();
    }

    Set<String> statuses() {
      return ((ObjectNode) json.path("responses"))
          .propertyStream()
          .map(Map.Entry::getKey)
          .collect(java.util.stream.Collectors.toSet());
    }
  }

  final ObjectNode document = read();
  final List<Operation> operations = operations(document);
  private final ObjectNode components = strict(document.withObject("/components").deepCopy());
  private final Map<String, Schema> schemas = new ConcurrentHashMap<>();
  private final Set<String> seen = ConcurrentHashMap.newKeySet();
  private final SchemaRegistry registry =
      SchemaRegistry.withDefaultDialect(
          SpecificationVersion.DRAFT_2020_12,
          builder ->
              builder.schemaRegistryConfig(
                  SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build()));

  /** What was answered so far: ids of operations with statuses, such as {@code getSecret 200}. */
  Set<String> seen() {
    return Set.copyOf(seen);
  }

  void checkAnswer(String method, String path, Answer answer) {
    Operation operation = operation(method, path);
    if (operation == null) {
      assertThat(answer.get("code")).isIn("NO_SUCH_ROUTE", "METHOD_NOT_ALLOWED", "");
      return;
    }
    String status = Integer.toString(answer.status());
    assertThat(operation.statuses()).as("%s: %s", operation.id(), answer.text()).contains(status);
    seen.add(operation.id() + " " + status);
    JsonNode response = resolved(operation.json().path("responses").path(status));
    checkHeaders(response, answer);
    checkContent(operation, response, answer);
  }

  /** Asserts that what was accepted is what the document allows to be sent. */
  void checkRequest(String method, String path, String body) {
    Operation operation = Objects.requireNonNull(operation(method, path));
    JsonNode schema = operation.json().at("/requestBody/content/application~1json/schema");
    if (!body.isEmpty() && !schema.isMissingNode()) { // Else a file is sent.
      check(operation.id() + " body", schema, withoutNulls(body));
    }
  }

  /** Asserts that what a frame of an exec holds is as its schema says. */
  void checkFrame(String schema, String json) {
    check(schema, document.at("/components/schemas/" + schema), json);
  }

  private void checkHeaders(JsonNode response, Answer answer) {
    response
        .path("headers")
        .propertyStream()
        .filter(header -> answer.headers().firstValue(header.getKey()).isPresent())
        .forEach(
            header -> {
              JsonNode schema = resolved(header.getValue()).path("schema");
              boolean number = schema.path("type").asText().equals("integer");
              String value = answer.header(header.getKey());
              check(
                  header.getKey(),
                  schema,
                  number ? value : "\"" + value.replace("\"", "\\\"") + "\"");
            });
  }

  private void checkContent(Operation operation, JsonNode response, Answer answer) {
    if (operation.method().equals("head")) {
      assertThat(answer.text()).isEmpty();
      return;
    }
    if (!response.has("content")) {
      assertThat(answer.text()).isEmpty();
      return;
    }
    String type = answer.header("Content-Type").replaceAll(";.*", "");
    JsonNode content = response.path("content").path(type);
    assertThat(content.isObject()).as("%s answers %s", operation.id(), type).isTrue();
    if (type.endsWith("json")) {
      check(operation.id() + " " + answer.status(), content.path("schema"), answer.text());
    }
  }

  private void check(String what, JsonNode schema, String json) {
    List<Error> errors = schema(schema).validate(json, InputFormat.JSON);
    assertThat(errors).as("%s: %s", what, json).isEmpty();
  }

  private Schema schema(JsonNode node) {
    return schemas.computeIfAbsent(
        node.toString(),
        text -> {
          ObjectNode whole = ((ObjectNode) node).deepCopy();
          whole.set("components", components);
          return registry.getSchema(whole.toString(), InputFormat.JSON);
        });
  }

  @Nullable Operation operation(String method, String path) {
    String plain = path.replaceAll("\\?.*", "");
    return operations.stream()
        .filter(o -> o.method().equalsIgnoreCase(method) && o.matcher().matcher(plain).matches())
        .findFirst()
        .orElse(null);
  }

  /** What a reference in the document stands for. */
  JsonNode resolved(JsonNode node) {
    return node.has("$ref") ? document.at(node.path("$ref").asText().substring(1)) : node;
  }

  private static List<Operation> operations(ObjectNode document) {
    return document
        .path("paths")
        .propertyStream()
        .flatMap(
            path ->
                path.getValue()
                    .propertyStream()
                    .filter(verb -> METHODS.contains(verb.getKey()))
                    .map(verb -> operation(path.getKey(), verb)))
        .toList();
  }

  private static Operation operation(String path, Map.Entry<String, JsonNode> verb) {
    String files = path.replace("{path}", ".+"); // The one parameter that has slashes.
    Pattern matcher = Pattern.compile(files.replaceAll("\\{[a-z]+}", "[^/]+"));
    return new Operation(verb.getKey(), path, matcher, verb.getValue());
  }

  /** The same schemas, refusing what they do not list. */
  private static ObjectNode strict(ObjectNode components) {
    for (JsonNode schema : components.path("schemas")) {
      if (schema.has("properties") && !schema.has("additionalProperties")) {
        ((ObjectNode) schema).put("additionalProperties", false);
      }
    }
    return components;
  }

  /** Null stands for absent in what is sent. */
  private static String withoutNulls(String body) {
    JsonNode tree = parse(body);
    removeNulls(tree);
    return tree.toString();
  }

  private static void removeNulls(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.removeIf(JsonNode::isNull);
    }
    node.forEach(Contract::removeNulls);
  }

  private static JsonNode parse(String text) {
    try {
      return new JsonMapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError("accepted, and no JSON", e);
    }
  }

  private static ObjectNode read() {
    try (InputStream in =
        Objects.requireNonNull(HealthDetail.class.getResourceAsStream("openapi.json"))) {
      return (ObjectNode) new JsonMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
