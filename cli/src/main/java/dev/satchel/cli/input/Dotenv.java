package dev.satchel.cli.input;

import dev.satchel.cli.session.CliException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads the dotenv format, and keeps each value to the byte.
 *
 * <p>{@code NAME=text} ends with its line; blanks around it, and a comment that a blank and a
 * {@code #} begin, are not part of it. {@code 'text'} is as it stands, over lines. {@code "text"}
 * likewise, but for the escapes n, r, t, ", \ and $. Nothing is expanded. {@code export} may stand
 * before a name.
 */
public final class Dotenv {
  private final String text;
  private int at;
  private final Map<String, String> variables = new LinkedHashMap<>();

  private Dotenv(String text) {
    this.text = text;
  }

  /**
   * The variables in their order, each set once.
   *
   * @throws CliException naming the line, never what stands there
   */
  public static Map<String, String> parse(String text) {
    Dotenv parser = new Dotenv(text.startsWith("\uFEFF") ? text.substring(1) : text);
    while (parser.skipToName()) {
      parser.variable();
    }
    return parser.variables;
  }

  private boolean skipToName() {
    while (at < text.length()) {
      char next = text.charAt(at);
      if (next == '#') {
        skipLine();
      } else if (Character.isWhitespace(next)) {
        at++;
      } else {
        return true;
      }
    }
    return false;
  }

  private void skipLine() {
    int end = text.indexOf('\n', at);
    at = end < 0 ? text.length() : end;
  }

  private void variable() {
    int line = lineNumber();
    String name = name();
    if (name.equals("export") && at < text.length() && isBlank(text.charAt(at))) {
      skipBlanks();
      name = name();
    }
    skipBlanks();
    if (name.isEmpty() || at >= text.length() || text.charAt(at) != '=') {
      throw malformed(line, "expected NAME=value");
    }
    at++;
    skipBlanks();
    if (variables.put(name, value(line)) != null) {
      throw malformed(line, "it sets what a line before it sets");
    }
  }

  private String name() {
    int from = at;
    while (at < text.length() && isPartOfName(text.charAt(at))) {
      at++;
    }
    return text.substring(from, at);
  }

  private static boolean isPartOfName(char next) {
    return next == '_' || next == '.' || next == '-' || Character.isLetterOrDigit(next);
  }

  private String value(int line) {
    char first = at < text.length() ? text.charAt(at) : '\n';
    if (first != '"' && first != '\'') {
      return unquoted();
    }
    at++;
    String value = first == '"' ? doubleQuoted(line) : singleQuoted(line);
    skipBlanks();
    if (at < text.length() && "\r\n#".indexOf(text.charAt(at)) < 0) {
      throw malformed(line, "text follows the closing quote");
    }
    skipLine();
    return value;
  }

  private String unquoted() {
    int from = at;
    skipLine();
    String value = text.substring(from, at);
    for (int i = 0; i < value.length(); i++) {
      if (value.charAt(i) == '#' && (i == 0 || isBlank(value.charAt(i - 1)))) {
        value = value.substring(0, i);
      }
    }
    return value.strip();
  }

  private String singleQuoted(int line) {
    int end = text.indexOf('\'', at);
    if (end < 0) {
      throw malformed(line, "the quote is not closed");
    }
    String value = text.substring(at, end);
    at = end + 1;
    return value;
  }

  private String doubleQuoted(int line) {
    StringBuilder value = new StringBuilder();
    while (at < text.length()) {
      char next = text.charAt(at++);
      if (next == '"') {
        return value.toString();
      }
      if (next == '\\' && at < text.length()) {
        value.append(escaped(text.charAt(at++)));
      } else {
        value.append(next);
      }
    }
    throw malformed(line, "the quote is not closed");
  }

  private static String escaped(char letter) {
    return switch (letter) {
      case 'n' -> "\n";
      case 'r' -> "\r";
      case 't' -> "\t";
      case '"', '\\', '$' -> String.valueOf(letter);
      default -> "\\" + letter; // Not an escape: both stand for themselves.
    };
  }

  private void skipBlanks() {
    while (at < text.length() && isBlank(text.charAt(at))) {
      at++;
    }
  }

  private static boolean isBlank(char next) {
    return next == ' ' || next == '\t';
  }

  private int lineNumber() {
    return 1 + (int) text.substring(0, at).chars().filter(next -> next == '\n').count();
  }

  private static CliException malformed(int line, String why) {
    return CliException.usage("Line " + line + " of the env-file cannot be read: " + why + ".");
  }
}
