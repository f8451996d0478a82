package dev.satchel.server.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.satchel.core.application.InstanceConfiguration;
import dev.satchel.core.application.InstanceConfiguration.Format;
import dev.satchel.core.application.InstanceConfiguration.Queuing;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An instance's configuration as the text of a column. */
final class ConfigurationJson {
  private static final JsonMapper MAPPER = new JsonMapper();

  private ConfigurationJson() {}

  static String write(InstanceConfiguration configuration) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("execution_class", configuration.executionClass());
    Format format = configuration.format();
    if (format != null) {
      json.putObject("format").put("input", format.input()).put("output", format.output());
    }
    configuration.options().forEach(json.putObject("options")::put);
    json.put("secrets_collection", configuration.secretsCollection());
    Queuing queuing = configuration.queuing();
    if (queuing != null) {
      ObjectNode node = json.putObject("queuing");
      node.put("priority", queuing.priority());
      node.put("disabled", queuing.disabled());
    }
    json.put("integration", configuration.integration());
    return json.toString();
  }

  static InstanceConfiguration read(String text) {
    JsonNode json = parse(text);
    Map<String, String> options = new LinkedHashMap<>();
    json.path("options")
        .properties()
        .forEach(it -> options.put(it.getKey(), it.getValue().asText()));
    return new InstanceConfiguration(
        json.path("execution_class").asText(),
        readFormat(json.path("format")),
        options,
        json.path("secrets_collection").asText(),
        readQueuing(json.path("queuing")),
        json.path("integration").asText());
  }

  private static @Nullable Format readFormat(JsonNode json) {
    return json.isObject() ? new Format(text(json, "input"), text(json, "output")) : null;
  }

  private static @Nullable Queuing readQueuing(JsonNode json) {
    if (!json.isObject()) {
      return null;
    }
    JsonNode priority = json.path("priority");
    JsonNode disabled = json.path("disabled");
    return new Queuing(
        priority.isNumber() ? priority.asInt() : null,
        disabled.isBoolean() ? disabled.asBoolean() : null);
  }

  private static @Nullable String text(JsonNode json, String field) {
    return json.path(field).isTextual() ? json.path(field).asText() : null;
  }

  private static JsonNode parse(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a column that this class wrote does not parse", e);
    }
  }
}
