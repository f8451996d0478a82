package dev.satchel.sdk.json;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One place in a JSON document. What is absent is a node too, so that a path may be followed
 * without asking at each step.
 *
 * @param value a {@code Map}, {@code List}, {@code String}, {@code Number} or {@code Boolean}; null
 *     where there is nothing
 */
public record Node(@Nullable Object value) {
  /** Where there is nothing. */
  public static final Node ABSENT = new Node(null);

  /**
   * Whether there is anything here but null.
   *
   * @return true where there is
   */
  public boolean isPresent() {
    return value != null;
  }

  /**
   * The member of a name.
   *
   * @param name of the member
   * @return absent if this is no object or has none
   */
  public Node at(String name) {
    return value instanceof Map<?, ?> members ? new Node(members.get(name)) : ABSENT;
  }

  /**
   * The elements.
   *
   * @return none if this is no array
   */
  public List<Node> items() {
    if (!(value instanceof List<?> elements)) {
      return List.of();
    }
    List<Node> items = new ArrayList<>(elements.size());
    for (Object element : elements) {
      items.add(new Node(element));
    }
    return Collections.unmodifiableList(items);
  }

  /**
   * The elements as texts.
   *
   * @return none if this is no array
   */
  public List<String> texts() {
    return items().stream().map(Node::text).toList();
  }

  /**
   * The names of the members, in the document's order.
   *
   * @return none if this is no object
   */
  public List<String> names() {
    return value instanceof Map<?, ?> members
        ? members.keySet().stream().map(String::valueOf).toList()
        : List.of();
  }

  /**
   * The scalar as text.
   *
   * @return empty where there is none
   */
  public String text() {
    return value == null ? "" : value.toString();
  }

  /**
   * The text of a member.
   *
   * @param name of the member
   * @return empty where there is none
   */
  public String text(String name) {
    return at(name).text();
  }

  /**
   * A member that is a whole number.
   *
   * @param name of the member
   * @param otherwise what to answer where it is none
   * @return the number
   */
  public long number(String name, long otherwise) {
    return at(name).value() instanceof Number number ? number.longValue() : otherwise;
  }

  /**
   * A member that is true or false.
   *
   * @param name of the member
   * @return false where there is none
   */
  public boolean flag(String name) {
    return Boolean.TRUE.equals(at(name).value());
  }

  @Override
  public String toString() { // An answer may hold a new token.
    return "Node[" + (value == null ? "absent" : value.getClass().getSimpleName()) + "]";
  }
}
