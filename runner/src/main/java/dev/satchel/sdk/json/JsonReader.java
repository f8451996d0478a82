package dev.satchel.sdk.json;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads one document from its first character to its last. */
final class JsonReader {
  private static final int MOST_DEPTH = 64;

  private final String text;
  private int at;
  private int depth;

  JsonReader(String text) {
    this.text = text;
  }

  @Nullable Object document() {
    Object value = value();
    skipSpace();
    if (at < text.length()) {
      throw wrong();
    }
    return value;
  }

  private @Nullable Object value() {
    skipSpace();
    return switch (peek()) {
      case '{' -> nested(true);
      case '[' -> nested(false);
      case '"' -> string();
      case 't' -> word("true", true);
      case 'f' -> word("false", false);
      case 'n' -> word("null", null);
      default -> number();
    };
  }

  private Object nested(boolean isObject) {
    if (++depth > MOST_DEPTH) {
      throw wrong();
    }
    at++; // The bracket.
    Object value = isObject ? object() : array();
    depth--;
    return value;
  }

  private Map<String, @Nullable Object> object() {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    if (take('}')) {
      return members;
    }
    do {
      skipSpace();
      String name = string();
      require(':');
      members.put(name, value());
    } while (take(','));
    require('}');
    return members;
  }

  private List<@Nullable Object> array() {
    List<@Nullable Object> elements = new ArrayList<>();
    if (take(']')) {
      return elements;
    }
    do {
      elements.add(value());
    } while (take(','));
    require(']');
    return elements;
  }

  private String string() {
    require('"');
    StringBuilder read = new StringBuilder();
    while (true) {
      char c = next();
      if (c == '"') {
        return read.toString();
      }
      if (c < ' ') {
        throw wrong();
      }
      read.append(c == '\\' ? escaped() : c);
    }
  }

  private char escaped() {
    char c = next();
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> unicode();
      default -> throw wrong();
    };
  }

  private char unicode() {
    int code = 0;
    for (int i = 0; i < 4; i++) {
      int digit = Character.digit(next(), 16);
      if (digit < 0) {
        throw wrong();
      }
      code = code * 16 + digit;
    }
    return (char) code;
  }

  private Number number() {
    int from = at;
    int digits = skip('-') ? at : from; // Where they begin.
    if (!skip('0')) {
      digits();
    }
    boolean whole = true;
    if (skip('.')) {
      whole = false;
      digits();
    }
    if (skip('e') || skip('E')) {
      whole = false;
      if (!skip('+')) {
        skip('-');
      }
      digits();
    }
    String read = text.substring(from, at);
    if (whole) { // A large one would lose its last digits as a double.
      return at - digits <= 18 ? (Number) Long.valueOf(read) : new BigInteger(read);
    }
    return decimal(read);
  }

  private BigDecimal decimal(String read) {
    try {
      return new BigDecimal(read);
    } catch (NumberFormatException beyond) { // Its exponent has more digits than an int.
      throw wrong();
    }
  }

  private void digits() {
    int from = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    if (at == from) {
      throw wrong();
    }
  }

  private boolean skip(char c) {
    boolean found = at < text.length() && text.charAt(at) == c;
    at += found ? 1 : 0;
    return found;
  }

  private @Nullable Object word(String word, @Nullable Object value) {
    if (!text.startsWith(word, at)) {
      throw wrong();
    }
    at += word.length();
    return value;
  }

  private void skipSpace() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private boolean take(char wanted) {
    skipSpace();
    boolean found = peek() == wanted;
    at += found ? 1 : 0;
    return found;
  }

  private void require(char wanted) {
    if (!take(wanted)) {
      throw wrong();
    }
  }

  private char peek() {
    if (at >= text.length()) {
      throw wrong();
    }
    return text.charAt(at);
  }

  private char next() {
    char c = peek();
    at++;
    return c;
  }

  private IllegalArgumentException wrong() { // Without the text: it may hold values.
    return new IllegalArgumentException("No JSON at character " + at + ".");
  }
}
