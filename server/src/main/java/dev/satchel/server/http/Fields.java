package dev.satchel.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.satchel.core.RefusedException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one JSON object of a request. Refusals name fields by their place; what was sent is
 * never in them, be it a value or the name of an unknown field, which could be a value too.
 */
final class Fields {
  private final ObjectNode object;
  private final String path;

  /**
   * Refuses fields that are not known.
   *
   * @param path where the object stands, such as {@code entries[2]}; empty for the body
   */
  Fields(ObjectNode object, String path, String... known) {
    this.object = object;
    this.path = path;
    refuseUnknown(List.of(known));
  }

  private Fields(String path, ObjectNode object) {
    this.object = object;
    this.path = path;
  }

  /** Ignores fields that are not known, as dialects do whose clients send more. */
  static Fields lenient(ObjectNode object, String path) {
    return new Fields(path, object);
  }

  /** The place of a field, for a message. */
  String at(String field) {
    return path.isEmpty() ? field : path + "." + field;
  }

  boolean has(String field) {
    return !object.path(field).isNull() && object.has(field);
  }

  @Nullable String text(String field) {
    JsonNode value = object.get(field);
    if (value == null || value.isNull()) {
      return null;
    }
    return textOf(value, at(field));
  }

  String requiredText(String field) {
    String value = text(field);
    if (value == null) {
      throw RefusedException.invalid(at(field), at(field) + " is missing; it must be a text.");
    }
    return value;
  }

  boolean flag(String field) {
    JsonNode value = object.get(field);
    if (value == null || value.isNull()) {
      return false;
    }
    if (!value.isBoolean()) {
      throw wrong(field, "true or false");
    }
    return value.booleanValue();
  }

  @Nullable Long number(String field) {
    JsonNode value = object.get(field);
    if (value == null || value.isNull()) {
      return null;
    }
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw wrong(field, "a whole number");
    }
    return value.longValue();
  }

  @Nullable BigDecimal decimal(String field) {
    JsonNode value = object.get(field);
    if (value == null || value.isNull()) {
      return null;
    }
    if (!value.isNumber()) {
      throw wrong(field, "a number");
    }
    double number = value.doubleValue(); // What is beyond it is infinite, and no decimal.
    if (!Double.isFinite(number)) {
      throw wrong(field, "a number of a size that anything has");
    }
    return BigDecimal.valueOf(number).stripTrailingZeros();
  }

  /** The members of an object; null where the field is absent. */
  @Nullable Fields object(String field, String... known) {
    JsonNode value = object.get(field);
    return value == null || value.isNull()
        ? null
        : new Fields(objectOf(value, at(field)), at(field), known);
  }

  /** The members of an object, known or not; null where the field is absent. */
  @Nullable Fields lenientObject(String field) {
    JsonNode value = object.get(field);
    return value == null || value.isNull() ? null : lenient(objectOf(value, at(field)), at(field));
  }

  /** The items of a list, with the place of each; none where the field is absent. */
  Map<String, JsonNode> items(String field) {
    JsonNode value = object.get(field);
    Map<String, JsonNode> items = new LinkedHashMap<>();
    if (value == null || value.isNull()) {
      return items;
    }
    if (!value.isArray()) {
      throw wrong(field, "a list");
    }
    for (JsonNode item : value) {
      items.put(at(field) + "[" + items.size() + "]", item);
    }
    return items;
  }

  List<String> texts(String field) {
    List<String> texts = new ArrayList<>();
    items(field).forEach((place, item) -> texts.add(textOf(item, place)));
    return texts;
  }

  /** A text, or a list of them; none where the field is absent. */
  List<String> oneOrMoreTexts(String field) {
    JsonNode value = object.get(field);
    return value != null && value.isTextual() ? List.of(textOf(value, at(field))) : texts(field);
  }

  /**
   * The members of an object that maps names to texts, in order; null where the field is absent.
   */
  @Nullable Map<String, String> textMap(String field) {
    JsonNode value = object.get(field);
    if (value == null || value.isNull()) {
      return null;
    }
    if (!value.isObject()) {
      throw wrong(field, "an object of texts");
    }
    Map<String, String> map = new LinkedHashMap<>();
    value
        .properties()
        .forEach(
            member ->
                map.put(
                    member.getKey(),
                    textOf(member.getValue(), at(field) + ", member " + (map.size() + 1))));
    return map;
  }

  /** Makes a name or a place, and says where it was sent if it cannot be one. */
  static <T> T at(String where, Supplier<T> made) {
    try {
      return made.get();
    } catch (RefusedException refused) {
      throw RefusedException.invalid(where, where + ": " + refused.detail());
    }
  }

  static ObjectNode objectOf(JsonNode node, String place) {
    if (node instanceof ObjectNode object) {
      return object;
    }
    throw RefusedException.invalid(place, place + " must be an object.");
  }

  static int wholeOf(JsonNode value, String place) {
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw RefusedException.invalid(place, place + " must be a whole number.");
    }
    return value.intValue();
  }

  private static String textOf(JsonNode value, String place) {
    if (!value.isTextual()) {
      throw RefusedException.invalid(place, place + " must be a text, in quotes.");
    }
    String text = value.textValue();
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) { // It would be stored as another.
      throw RefusedException.invalid(
          place, place + " is not valid Unicode text: it has half of a surrogate pair.");
    }
    return text;
  }

  private RefusedException wrong(String field, String wanted) {
    return RefusedException.invalid(at(field), at(field) + " must be " + wanted + ".");
  }

  private void refuseUnknown(List<String> known) {
    int position = 0;
    for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
      position++;
      String name = names.next();
      if (!known.contains(name)) {
        String place = (path.isEmpty() ? "the body" : path) + ", field " + position;
        String like = Likeness.nearest(name, known);
        throw RefusedException.invalid(
            place,
            "Unknown field ("
                + place
                + "). "
                + (like == null ? "" : "Did you mean \"" + like + "\"? ")
                + "Known fields: "
                + String.join(", ", known)
                + ".");
      }
    }
  }
}
