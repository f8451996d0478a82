package dev.satchel.sdk.pack;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What of YAML stands on one line: scalars, {@code [lists]} and {@code {mappings}}. */
final class YamlScalars {
  private static final int MOST_DEPTH = 8;

  private final String text;
  private final int line;
  private int at;
  private int depth;

  private YamlScalars(String text, int line) {
    this.text = text;
    this.line = line;
  }

  /** Reads a value that is all of a line. */
  static @Nullable Object read(String text, int line) {
    YamlScalars scalars = new YamlScalars(text, line);
    Object value = scalars.value(false);
    scalars.skipSpace();
    if (scalars.at < text.length()) {
      throw Yaml.wrong(line, "has something behind a value");
    }
    return value;
  }

  /** Where the colon behind a member's name is; negative where the line begins with none. */
  static int endOfKey(String text) {
    char first = text.charAt(0);
    if (first == '[' || first == '{') {
      return -1;
    }
    int from = first == '"' || first == '\'' ? text.indexOf(first, 1) : 0;
    for (int i = Math.max(from, 0); i < text.length(); i++) {
      if (text.charAt(i) == ':' && (i + 1 == text.length() || text.charAt(i + 1) == ' ')) {
        return i;
      }
    }
    return -1;
  }

  /** A line up to a {@code #} that begins it or follows a space, outside of quotes. */
  static String withoutComment(String line) {
    char quote = 0;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (quote != 0) {
        boolean doubled = quote == '\'' && line.startsWith("''", i);
        if (doubled || (c == '\\' && quote == '"')) {
          i++;
        } else if (c == quote) {
          quote = 0;
        }
      } else if ((c == '"' || c == '\'') && (i == 0 || " [{,:".indexOf(line.charAt(i - 1)) >= 0)) {
        quote = c;
      } else if (c == '#' && (i == 0 || Character.isWhitespace(line.charAt(i - 1)))) {
        return line.substring(0, i);
      }
    }
    return line;
  }

  /**
   * @param flow whether a comma or a bracket ends it
   */
  private @Nullable Object value(boolean flow) {
    skipSpace();
    char first = at < text.length() ? text.charAt(at) : ' ';
    return switch (first) {
      case '"' -> doubleQuoted();
      case '\'' -> singleQuoted();
      case '[' -> list();
      case '{' -> mapping();
      case '&', '*', '!', '%', '@', '`', '|', '>' ->
          throw Yaml.wrong(
              line, "has a value that begins with " + first + "; write it between quotes");
      default -> plain(flow);
    };
  }

  private List<@Nullable Object> list() {
    deeper();
    List<@Nullable Object> items = new ArrayList<>();
    while (!taken(']')) {
      items.add(value(true));
      comma(']');
    }
    depth--;
    return items;
  }

  private Map<String, @Nullable Object> mapping() {
    deeper();
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    while (!taken('}')) {
      String key = String.valueOf(value(true));
      if (!taken(':')) {
        throw Yaml.wrong(line, "has a mapping without a colon");
      }
      members.put(key, value(true));
      comma('}');
    }
    depth--;
    return members;
  }

  private void deeper() {
    if (++depth > MOST_DEPTH) {
      throw Yaml.wrong(line, "nests too deeply");
    }
    at++;
  }

  private void comma(char end) {
    skipSpace();
    boolean ends = at < text.length() && text.charAt(at) == end;
    if (!ends && !taken(',')) {
      throw Yaml.wrong(line, "has a list or mapping that does not end on it");
    }
  }

  private boolean taken(char wanted) {
    skipSpace();
    boolean found = at < text.length() && text.charAt(at) == wanted;
    at += found ? 1 : 0;
    return found;
  }

  private void skipSpace() {
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
  }

  private String singleQuoted() {
    StringBuilder read = new StringBuilder();
    for (at++; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '\'') {
        boolean doubled = at + 1 < text.length() && text.charAt(at + 1) == '\'';
        if (!doubled) {
          at++;
          return read.toString();
        }
        at++;
      }
      read.append(c);
    }
    throw Yaml.wrong(line, "has a quote that does not end on it");
  }

  private String doubleQuoted() {
    StringBuilder read = new StringBuilder();
    for (at++; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '"') {
        at++;
        return read.toString();
      }
      read.append(c == '\\' ? escaped() : c);
    }
    throw Yaml.wrong(line, "has a quote that does not end on it");
  }

  private char escaped() {
    at++;
    char c = at < text.length() ? text.charAt(at) : ' ';
    return switch (c) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case '"', '\\', '/' -> c;
      default -> throw Yaml.wrong(line, "has an escape that is not read here");
    };
  }

  private @Nullable Object plain(boolean flow) {
    int from = at;
    while (at < text.length() && !ends(flow)) {
      at++;
    }
    String word = text.substring(from, at).strip();
    return switch (word) {
      case "", "~", "null", "Null", "NULL" -> null;
      case "true", "True", "TRUE" -> true;
      case "false", "False", "FALSE" -> false;
      default -> number(word);
    };
  }

  private boolean ends(boolean flow) {
    char c = text.charAt(at);
    boolean colon = c == ':' && (at + 1 == text.length() || text.charAt(at + 1) == ' ');
    return flow && (",[]{}".indexOf(c) >= 0 || colon);
  }

  private static Object number(String word) {
    if (word.matches("[-+]?(0|[1-9][0-9]{0,17})")) {
      return Long.valueOf(word);
    }
    return word.matches("[-+]?[0-9]{1,40}\\.[0-9]{1,40}([eE][-+]?[0-9]{1,3})?")
        ? new BigDecimal(word)
        : word;
  }
}
