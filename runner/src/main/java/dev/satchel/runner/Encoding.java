package dev.satchel.runner;

import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Java values to JSON. */
final class Encoding {
  /** The member that names the record of a choice. */
  static final String CHOICE = "@type";

  /** The member with the constant where the choice is an enum's. */
  static final String CONSTANT = "@value";

  private static final int DEPTH_MAX = 60; // What reads it allows a few more.

  private Encoding() {}

  static @Nullable Object encoded(@Nullable Object value, Shape shape, String where) {
    return encoded(value, shape, where, 0);
  }

  private static @Nullable Object encoded(
      @Nullable Object value, Shape shape, String where, int depth) {
    if (value == null) {
      return null;
    }
    if (depth > DEPTH_MAX) {
      throw new UncarriedException(
          where + " is nested more than " + DEPTH_MAX + " deep, or holds itself.");
    }
    if (shape.isChoice()) {
      return chosen(value, shape, where, depth);
    }
    Object scalar = Scalars.encoded(value);
    if (scalar != null) {
      requirePlain(value, shape, where);
      return scalar;
    }
    boolean carried = value instanceof List<?> || value instanceof Map<?, ?>;
    if (shape.type() == Object.class && !carried) {
      throw anything(where, value.getClass());
    }
    if (value instanceof Optional<?> maybe) {
      return encoded(maybe.orElse(null), shape.argument(0), where, depth + 1);
    }
    if (value instanceof Iterable<?> items && Collected.isCollection(shape.type())) {
      return list(items, shape.argument(0), where, depth);
    }
    if (value instanceof Iterable<?> items && shape.type() == Object.class) {
      return list(items, shape, where, depth);
    }
    if (value.getClass().isArray()) {
      return array(value, shape.argument(0), where, depth);
    }
    if (value instanceof Map<?, ?> members) {
      Shape of = shape.type() == Object.class ? shape : shape.argument(1);
      return members(members, of, where, depth);
    }
    if (value.getClass().isRecord()) {
      return ofRecord(value, shape, where, depth);
    }
    throw Carrier.uncarried(where, value.getClass());
  }

  /** What is declared as anything comes back as JSON has it, which must be what it was. */
  private static void requirePlain(Object value, Shape shape, String where) {
    boolean plain = value instanceof String || value instanceof Boolean || isPlain(value);
    if (shape.type() == Object.class && !plain) {
      throw anything(where, value.getClass());
    }
  }

  /**
   * Whole numbers come back as Long, or as BigInteger where they are too large; others as Double.
   */
  private static boolean isPlain(Object number) {
    if (number instanceof BigInteger whole) {
      return whole.bitLength() >= Long.SIZE;
    }
    if (number instanceof Double || number instanceof Float) {
      return Double.isFinite(((Number) number).doubleValue()); // Another is carried as a text.
    }
    return number instanceof Long
        || number instanceof Integer
        || number instanceof Short
        || number instanceof Byte;
  }

  private static UncarriedException anything(String where, Class<?> type) {
    return new UncarriedException(
        where
            + " is a "
            + type.getName()
            + " where the declaration says Object, and would not come back as one. Declare that"
            + " type there.");
  }

  private static Map<String, @Nullable Object> chosen(
      Object value, Shape declared, String where, int depth) {
    Class<?> type = value instanceof Enum<?> one ? one.getDeclaringClass() : value.getClass();
    Shape shape = declared.chosen(type, where);
    if (shape == null) {
      throw Carrier.uncarried(where, type);
    }
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    members.put(CHOICE, type.getSimpleName());
    if (value instanceof Enum<?> one) {
      members.put(CONSTANT, one.name());
    } else {
      members.putAll(ofRecord(value, shape, where, depth));
    }
    return members;
  }

  private static List<@Nullable Object> list(Iterable<?> items, Shape of, String where, int depth) {
    List<@Nullable Object> list = new ArrayList<>();
    for (Object item : items) {
      list.add(encoded(item, of, where + "[" + list.size() + "]", depth + 1));
    }
    return list;
  }

  private static List<@Nullable Object> array(Object array, Shape of, String where, int depth) {
    List<@Nullable Object> list = new ArrayList<>();
    for (int i = 0; i < Array.getLength(array); i++) {
      list.add(encoded(Array.get(array, i), of, where + "[" + i + "]", depth + 1));
    }
    return list;
  }

  private static Map<String, @Nullable Object> members(
      Map<?, ?> members, Shape of, String where, int depth) {
    Map<String, @Nullable Object> encoded = new LinkedHashMap<>();
    members.forEach(
        (key, value) -> {
          Object name = key == null ? null : Scalars.encoded(key);
          if (name == null) {
            throw new UncarriedException(where + " has a key that is no text, number or enum.");
          }
          encoded.put(name.toString(), encoded(value, of, where + "{}", depth + 1));
        });
    return encoded;
  }

  private static Map<String, @Nullable Object> ofRecord(
      Object value, Shape declared, String where, int depth) {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    Class<?> type = value.getClass();
    Shape shape = declared.type() == type ? declared : new Shape(type, List.of());
    for (Shape.Part part : shape.parts()) {
      String name = where + "." + part.name();
      Object of = read(part.component().getAccessor(), value, name);
      members.put(part.name(), encoded(of, part.shape(), name, depth + 1));
    }
    return members;
  }

  private static @Nullable Object read(Method accessor, Object value, String where) {
    try {
      accessor.setAccessible(true); // Of a record that is not public.
      return accessor.invoke(value);
    } catch (InvocationTargetException thrown) {
      throw new UncarriedException(
          where + " cannot be read: its accessor threw " + thrown.getCause() + ".");
    } catch (ReflectiveOperationException e) {
      throw new UncarriedException(where + " cannot be read: " + e + ".");
    }
  }
}
