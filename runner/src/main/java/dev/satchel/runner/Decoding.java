package dev.satchel.runner;

import dev.satchel.sdk.json.Node;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** JSON to Java values. */
final class Decoding {
  private Decoding() {}

  static @Nullable Object decoded(Node json, Shape shape, String where) {
    Class<?> type = shape.type();
    if (type == Optional.class) {
      return Optional.ofNullable(json.isPresent() ? decoded(json, shape.argument(0), where) : null);
    }
    if (!json.isPresent()) {
      if (type.isPrimitive() && type != void.class) {
        throw new UncarriedException(where + " is absent, and a " + type + " cannot be.");
      }
      return null;
    }
    if (type == Object.class) {
      return plain(json, where);
    }
    if (Scalars.has(type)) {
      return scalar(json, type, where);
    }
    if (type.isArray()) {
      return array(json, shape.argument(0), where);
    }
    if (Collected.isCollection(type)) {
      return made(Collected.collection(list(json, shape.argument(0), where), shape), type, where);
    }
    if (Collected.isMap(type)) {
      return made(Collected.map(members(json, shape, where), shape), type, where);
    }
    return ofRecord(json, shape, where);
  }

  private static Object scalar(Node json, Class<?> type, String where) {
    Object value = null;
    try {
      value = Scalars.decoded(json.value(), type);
    } catch (RuntimeException otherwise) {
      // Told below, without the value.
    }
    if (value == null) {
      throw wrong(where, type);
    }
    return value;
  }

  private static UncarriedException wrong(String where, Class<?> type) {
    return new UncarriedException(where + " is no " + type.getSimpleName() + ".");
  }

  private static @Nullable Object plain(Node json, String where) {
    Object value = json.value();
    if (value instanceof List<?>) {
      return list(json, Shape.of(Object.class), where);
    }
    if (value instanceof Map<?, ?>) {
      return members(json, Shape.of(Map.class), where);
    }
    return value instanceof Number number ? number(number) : value;
  }

  private static List<@Nullable Object> list(Node json, Shape of, String where) {
    if (!(json.value() instanceof List<?>)) {
      throw new UncarriedException(where + " is no list.");
    }
    List<@Nullable Object> list = new ArrayList<>();
    for (Node item : json.items()) {
      list.add(decoded(item, of, where + "[" + list.size() + "]"));
    }
    return list;
  }

  private static Object array(Node json, Shape of, String where) {
    List<@Nullable Object> items = list(json, of, where);
    Object array = Array.newInstance(of.type(), items.size());
    for (int i = 0; i < items.size(); i++) {
      Array.set(array, i, items.get(i));
    }
    return array;
  }

  /** What has a point or an exponent is a double: 12345678.0 is written 1.2345678E7. */
  private static Number number(Number number) {
    if (number instanceof BigDecimal) {
      return number.doubleValue();
    }
    return number instanceof BigInteger whole && whole.bitLength() < Long.SIZE
        ? (Number) whole.longValue()
        : number;
  }

  private static Object made(@Nullable Object collected, Class<?> type, String where) {
    if (collected == null) {
      throw Carrier.uncarried(where, type);
    }
    return collected;
  }

  private static Map<@Nullable Object, @Nullable Object> members(
      Node json, Shape shape, String where) {
    if (!(json.value() instanceof Map<?, ?>)) {
      throw new UncarriedException(where + " is no map.");
    }
    Class<?> key = shape.argument(0).type();
    Map<@Nullable Object, @Nullable Object> members = new LinkedHashMap<>();
    for (String name : json.names()) {
      members.put(key(name, key, where), decoded(json.at(name), shape.argument(1), where + "{}"));
    }
    return members;
  }

  private static Object key(String name, Class<?> type, String where) {
    if (type == Object.class) {
      return name;
    }
    Class<?> boxed = Scalars.boxed(type);
    Object json = name;
    if (boxed == Boolean.class) {
      json = Boolean.valueOf(name);
    } else if (Number.class.isAssignableFrom(boxed)) {
      try {
        json = new BigDecimal(name);
      } catch (NumberFormatException notANumber) {
        throw wrong(where + "'s key", type);
      }
    }
    return scalar(new Node(json), type, where + "'s key");
  }

  private static Object ofRecord(Node json, Shape shape, String where) {
    if (!(json.value() instanceof Map<?, ?>)) {
      throw wrong(where, shape.type());
    }
    if (shape.isChoice()) {
      Shape chosen = shape.choices(where).get(json.text(Encoding.CHOICE));
      if (chosen == null) {
        throw wrong(where, shape.type());
      }
      if (chosen.type().isEnum()) {
        return scalar(json.at(Encoding.CONSTANT), chosen.type(), where);
      }
      return ofRecord(json, chosen, where);
    }
    if (!shape.type().isRecord()) {
      throw Carrier.uncarried(where, shape.type());
    }
    List<Shape.Part> parts = shape.parts();
    @Nullable Object[] values = new Object[parts.size()];
    for (int i = 0; i < values.length; i++) {
      Shape.Part part = parts.get(i);
      values[i] = decoded(json.at(part.name()), part.shape(), where + "." + part.name());
    }
    return made(shape.type(), parts, values, where);
  }

  private static Object made(
      Class<?> type, List<Shape.Part> parts, @Nullable Object[] values, String where) {
    Class<?>[] types = new Class<?>[parts.size()];
    for (int i = 0; i < types.length; i++) {
      types[i] = parts.get(i).component().getType();
    }
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true); // Of a record that is not public.
      return constructor.newInstance(values);
    } catch (InvocationTargetException thrown) {
      throw new UncarriedException(
          where + " is no " + type.getSimpleName() + ": " + thrown.getCause());
    } catch (ReflectiveOperationException e) {
      throw new UncarriedException(where + " cannot be made: " + e + ".");
    }
  }
}
