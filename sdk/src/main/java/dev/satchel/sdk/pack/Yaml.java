package dev.satchel.sdk.pack;

import dev.satchel.sdk.json.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the part of YAML that manifests are written in: block mappings and sequences, texts over
 * several lines by {@code |} and {@code >}, and scalars, lists and mappings on one line. Anything
 * else, such as anchors and tags, is refused with its line, never guessed at.
 */
final class Yaml {
  private static final int MOST_DEPTH = 32;

  private final String[] lines;
  private int at;
  private int depth;
  private @Nullable Line pending; // What is left of a line whose beginning was read.

  /** A line without its comment. */
  private record Line(int number, int indent, String text) {
    boolean isItem() {
      return text.equals("-") || text.startsWith("- ");
    }
  }

  private Yaml(String text) {
    this.lines = text.split("\r?\n", -1);
  }

  /**
   * Reads a document.
   *
   * @throws PackException where it is none, or not of this part
   */
  static Node read(String text) {
    Yaml yaml = new Yaml(text);
    Line first = yaml.peek();
    if (first != null && first.text().equals("---")) {
      yaml.next();
      first = yaml.peek();
    }
    Object value = first == null ? null : yaml.block(first);
    Line left = yaml.peek();
    if (left != null) {
      throw wrong(left.number(), "is not where it should be");
    }
    return new Node(value);
  }

  private @Nullable Line peek() {
    if (pending != null) {
      return pending;
    }
    while (at < lines.length) {
      String text = YamlScalars.withoutComment(lines[at]).stripTrailing();
      String stripped = text.stripLeading();
      if (!stripped.isEmpty()) {
        int indent = text.length() - stripped.length();
        if (text.substring(0, indent).indexOf('\t') >= 0) {
          throw wrong(at + 1, "is indented by a tab; YAML takes spaces");
        }
        return new Line(at + 1, indent, stripped);
      }
      at++;
    }
    return null;
  }

  private void next() {
    if (pending == null) {
      at++;
    }
    pending = null;
  }

  /** Reads on within a line, as if what is left of it stood on a line of its own. */
  private Line split(Line line, int from) {
    at = line.number();
    Line rest =
        new Line(line.number(), line.indent() + from, line.text().substring(from).stripTrailing());
    pending = rest;
    return rest;
  }

  private @Nullable Object block(Line first) {
    if (++depth > MOST_DEPTH) {
      throw wrong(first.number(), "nests too deeply");
    }
    Object value = first.isItem() ? sequence(first.indent()) : mapping(first.indent());
    depth--;
    return value;
  }

  private List<@Nullable Object> sequence(int indent) {
    List<@Nullable Object> items = new ArrayList<>();
    Line line = peek();
    while (line != null && line.indent() == indent && line.isItem()) {
      String rest = line.text().substring(1).stripLeading();
      if (rest.isEmpty()) {
        next();
        items.add(below(indent, false));
      } else if (rest.startsWith("- ") || YamlScalars.endOfKey(rest) >= 0) {
        items.add(block(split(line, line.text().length() - rest.length())));
      } else {
        next();
        items.add(value(line, rest, indent));
      }
      line = peek();
    }
    return items;
  }

  private Map<String, @Nullable Object> mapping(int indent) {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    Line line = peek();
    while (line != null && line.indent() == indent && !line.isItem()) {
      int colon = YamlScalars.endOfKey(line.text());
      if (colon < 0) {
        throw wrong(line.number(), "has no \"name: value\"");
      }
      Object key = YamlScalars.read(line.text().substring(0, colon).strip(), line.number());
      String rest = line.text().substring(colon + 1).strip();
      next();
      Object value = rest.isEmpty() ? below(indent, true) : value(line, rest, indent);
      if (members.containsKey(String.valueOf(key))) {
        throw wrong(line.number(), "names what was named before");
      }
      members.put(String.valueOf(key), value);
      line = peek();
    }
    if (line != null && line.indent() > indent) {
      throw wrong(line.number(), "is indented more than what it belongs to");
    }
    return members;
  }

  /**
   * @param ofMember whether items may stand under a name without being indented
   */
  private @Nullable Object below(int indent, boolean ofMember) {
    Line line = peek();
    boolean deeper = line != null && line.indent() > indent;
    boolean beside = line != null && ofMember && line.indent() == indent && line.isItem();
    return line != null && (deeper || beside) ? block(line) : null;
  }

  private @Nullable Object value(Line line, String rest, int indent) {
    return rest.startsWith("|") || rest.startsWith(">")
        ? text(line, rest, indent)
        : YamlScalars.read(rest, line.number());
  }

  /** The lines below that are indented more, as one text. */
  private String text(Line line, String mark, int indent) {
    if (!mark.matches("[|>][-+]?")) {
      throw wrong(line.number(), "has a text with an indentation of its own, which is not read");
    }
    List<String> taken = new ArrayList<>();
    while (at < lines.length && (lines[at].isBlank() || indentOf(lines[at]) > indent)) {
      taken.add(lines[at++]);
    }
    int least =
        taken.stream().filter(one -> !one.isBlank()).mapToInt(Yaml::indentOf).min().orElse(0);
    List<String> texts =
        taken.stream().map(one -> one.isBlank() ? "" : one.substring(least)).toList();
    String joined = String.join(mark.startsWith("|") ? "\n" : " ", texts).stripTrailing();
    return mark.endsWith("-") ? joined : joined + "\n";
  }

  private static int indentOf(String line) {
    return line.length() - line.stripLeading().length();
  }

  static PackException wrong(int line, String why) {
    return new PackException("Line " + line + " of app.yaml " + why + ".");
  }
}
