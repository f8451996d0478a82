package dev.satchel.sdk.json;

import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads and writes JSON (RFC 8259) of maps, lists and scalars. */
public final class Json {
  private Json() {}

  /**
   * Reads one document.
   *
   * @param text the whole document
   * @return its root
   * @throws IllegalArgumentException where the text is no JSON or nests too deeply; the message
   *     says where and echoes nothing
   */
  public static Node read(String text) {
    return new Node(new JsonReader(text).document());
  }

  /**
   * One line of JSON.
   *
   * @param value a {@code Map}, {@code Iterable}, {@code Number}, {@code Boolean}, {@code Node} or
   *     null; anything else is written as its text
   * @return the document
   */
  public static String write(@Nullable Object value) {
    StringBuilder out = new StringBuilder();
    put(out, value, null);
    return out.toString();
  }

  /**
   * JSON over several lines, for people.
   *
   * @param value as of {@link #write}
   * @return the document
   */
  public static String pretty(@Nullable Object value) {
    StringBuilder out = new StringBuilder();
    put(out, value, "\n");
    return out.toString();
  }

  /**
   * @param line what begins a line here: its break and its indent; null to write all on one
   */
  private static void put(StringBuilder out, @Nullable Object value, @Nullable String line) {
    if (value instanceof Node node) {
      put(out, node.value(), line);
    } else if (value instanceof Map<?, ?> members) {
      putMembers(out, members, line);
    } else if (value instanceof Iterable<?> elements) {
      putElements(out, elements, line);
    } else if (value == null || value instanceof Boolean || value instanceof Number) {
      out.append(value);
    } else {
      putText(out, value.toString());
    }
  }

  private static void putMembers(StringBuilder out, Map<?, ?> members, @Nullable String line) {
    String inner = line == null ? null : line + "  ";
    out.append('{');
    Iterator<? extends Map.Entry<?, ?>> each = members.entrySet().iterator();
    while (each.hasNext()) {
      Map.Entry<?, ?> member = each.next();
      out.append(inner == null ? "" : inner);
      putText(out, String.valueOf(member.getKey()));
      out.append(inner == null ? ":" : ": ");
      put(out, member.getValue(), inner);
      out.append(each.hasNext() ? "," : line == null ? "" : line);
    }
    out.append('}');
  }

  private static void putElements(StringBuilder out, Iterable<?> elements, @Nullable String line) {
    String inner = line == null ? null : line + "  ";
    out.append('[');
    Iterator<?> each = elements.iterator();
    while (each.hasNext()) {
      out.append(inner == null ? "" : inner);
      put(out, each.next(), inner);
      out.append(each.hasNext() ? "," : line == null ? "" : line);
    }
    out.append(']');
  }

  private static void putText(StringBuilder out, String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> out.append('\\').append(c);
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < ' ') {
            out.append("\\u00")
                .append(c < 16 ? '0' : '1')
                .append("0123456789abcdef".charAt(c & 15));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
