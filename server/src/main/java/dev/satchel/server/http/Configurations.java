package dev.satchel.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.satchel.core.application.InstanceConfiguration;
import dev.satchel.core.application.InstanceConfiguration.Format;
import dev.satchel.core.application.InstanceConfiguration.Queuing;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The configuration of an instance or a run, as it is sent and answered. */
final class Configurations {
  private Configurations() {}

  /** The member {@code configuration}; nothing said where it is absent. */
  static InstanceConfiguration read(Fields body) {
    Fields fields = body.lenientObject("configuration");
    if (fields == null) {
      return InstanceConfiguration.NONE;
    }
    Map<String, String> options = fields.textMap("options");
    return new InstanceConfiguration(
        text(fields, "execution_class"),
        format(fields.lenientObject("format")),
        options == null ? Map.of() : options,
        text(fields, "secrets_collection_id"),
        queuing(fields.lenientObject("queuing")),
        text(fields, "integration_id"));
  }

  /** What was said, and nothing else: the client fills in what is absent. */
  static ObjectNode tree(InstanceConfiguration configuration) {
    ObjectNode tree = Json.object();
    put(tree, "execution_class", configuration.executionClass());
    Format format = configuration.format();
    if (format != null) {
      ObjectNode node = tree.putObject("format");
      putType(node, "input", format.input());
      putType(node, "output", format.output());
    }
    if (!configuration.options().isEmpty()) {
      configuration.options().forEach(tree.putObject("options")::put);
    }
    put(tree, "secrets_collection_id", configuration.secretsCollection());
    Queuing queuing = configuration.queuing();
    if (queuing != null) {
      ObjectNode node = tree.putObject("queuing");
      if (queuing.priority() != null) {
        node.put("priority", queuing.priority());
      }
      if (queuing.disabled() != null) {
        node.put("disabled", queuing.disabled());
      }
    }
    put(tree, "integration_id", configuration.integration());
    return tree;
  }

  static @Nullable Format format(@Nullable Fields fields) {
    return fields == null ? null : new Format(type(fields, "input"), type(fields, "output"));
  }

  private static @Nullable String type(Fields fields, String side) {
    Fields of = fields.lenientObject(side);
    return of == null ? null : of.text("type");
  }

  private static @Nullable Queuing queuing(@Nullable Fields fields) {
    if (fields == null) {
      return null;
    }
    Long priority = fields.number("priority");
    return new Queuing(
        priority == null ? null : Math.clamp(priority, 0, 10),
        fields.has("disabled") ? fields.flag("disabled") : null);
  }

  static String text(Fields fields, String field) {
    String text = fields.text(field);
    return text == null ? "" : text;
  }

  static void put(ObjectNode tree, String field, String text) {
    if (!text.isEmpty()) {
      tree.put(field, text);
    }
  }

  private static void putType(ObjectNode tree, String side, @Nullable String type) {
    if (type != null) {
      tree.putObject(side).put("type", type);
    }
  }
}
