package dev.satchel.runner;

import dev.satchel.sdk.json.Node;
import java.lang.reflect.Type;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Carries Java values as JSON: records by their components, sealed interfaces of records, lists,
 * sets, maps, arrays, {@code Optional}, enums, numbers, texts, times, and bytes as base64. By
 * declared types, generic ones too, so that both sides must have the same classes.
 */
public final class Carrier {
  private Carrier() {}

  /**
   * Whether every value of a type can be carried, as far as its declaration says.
   *
   * @param where what a refusal calls it, such as {@code argument 1}
   * @throws UncarriedException naming the part that cannot
   */
  public static void check(Type type, String where) {
    check(Shape.of(type), where, new HashSet<>());
  }

  private static void check(Shape shape, String where, Set<Shape> seen) {
    Class<?> type = shape.type();
    if (!seen.add(shape) || type == void.class || type == Object.class || Scalars.has(type)) {
      return;
    }
    if ((Collected.isCollection(type) || Collected.isMap(type)) && !Collected.isMade(shape)) {
      throw new UncarriedException(
          where
              + " is of the type "
              + type.getName()
              + ", which cannot be made where it arrives. Write java.util."
              + (Collected.isMap(type) ? "Map" : "List")
              + " instead.");
    }
    if (type.isArray() || type == Optional.class || Collected.isCollection(type)) {
      check(shape.argument(0), where + "[]", seen);
    } else if (Collected.isMap(type)) {
      Class<?> key = shape.argument(0).type();
      if (key != Object.class && (!Scalars.has(key) || key == byte[].class)) {
        throw uncarried(where + "'s keys", key);
      }
      check(shape.argument(1), where + "{}", seen);
    } else if (type.isRecord()) {
      shape.parts().forEach(part -> check(part.shape(), where + "." + part.name(), seen));
    } else if (shape.isChoice()) {
      shape.choices(where).forEach((name, each) -> check(each, where + "(" + name + ")", seen));
    } else {
      throw uncarried(where, type);
    }
  }

  static UncarriedException uncarried(String where, Class<?> type) {
    return new UncarriedException(
        where
            + " is of the type "
            + type.getName()
            + ", which cannot be sent as JSON. Use a record, such as record Job(String id, int"
            + " epochs) {}, of numbers, texts, enums, byte[], times, lists, maps and other records.");
  }

  /**
   * A value as maps, lists and scalars.
   *
   * @throws UncarriedException where it cannot be carried
   */
  public static @Nullable Object encoded(@Nullable Object value, Type type, String where) {
    return Encoding.encoded(value, Shape.of(type), where);
  }

  /**
   * The value that JSON carries.
   *
   * @throws UncarriedException where it is none of that type
   */
  public static @Nullable Object decoded(Node json, Type type, String where) {
    return Decoding.decoded(json, Shape.of(type), where);
  }
}
