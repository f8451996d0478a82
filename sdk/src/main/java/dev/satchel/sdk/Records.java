package dev.satchel.sdk;

import dev.satchel.sdk.json.Node;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads records of the wire contract from JSON, by the names of their components. Members that are
 * not known are passed over, so that a newer server is understood; what is absent is null, empty,
 * zero or false.
 */
final class Records {
  private static final ClassValue<Shape> SHAPES =
      new ClassValue<>() {
        @Override
        protected Shape computeValue(Class<?> type) {
          return Shape.of(type);
        }
      };

  private Records() {}

  /**
   * What reflection says of a record, asked once.
   *
   * @param members the names of its components, as JSON has them
   * @param types of its components
   */
  private record Shape(Constructor<?> constructor, List<String> members, List<Type> types) {
    static Shape of(Class<?> type) {
      RecordComponent[] components = type.getRecordComponents();
      Class<?>[] parameters =
          Stream.of(components).map(RecordComponent::getType).toArray(Class[]::new);
      try {
        return new Shape(
            type.getDeclaredConstructor(parameters),
            Stream.of(components).map(Records::member).toList(),
            Stream.of(components).map(RecordComponent::getGenericType).toList());
      } catch (NoSuchMethodException impossible) {
        throw new IllegalStateException(impossible);
      }
    }
  }

  static <T extends Record> T read(Node json, Class<T> type) {
    Shape shape = SHAPES.get(type);
    @Nullable Object[] values = new Object[shape.members().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = value(json.at(shape.members().get(i)), shape.types().get(i));
    }
    try {
      return type.cast(shape.constructor().newInstance(values));
    } catch (InvocationTargetException | InstantiationException e) {
      throw new IllegalStateException("not a record of the wire contract: " + type, e);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("a record of the wire contract is not public: " + type, e);
    }
  }

  private static String member(RecordComponent component) {
    return component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }

  private static @Nullable Object value(Node json, Type type) {
    if (type instanceof ParameterizedType generic) {
      Type[] of = generic.getActualTypeArguments();
      return generic.getRawType() == Map.class
          ? members(json, of[1])
          : json.items().stream().map(item -> value(item, of[0])).toList();
    }
    Class<?> plain = (Class<?>) type;
    if (plain == int.class) {
      return (int) whole(json);
    }
    if (plain == long.class) {
      return whole(json);
    }
    if (plain == double.class) {
      return json.value() instanceof Number number ? number.doubleValue() : 0.0;
    }
    if (plain == boolean.class) {
      return Boolean.TRUE.equals(json.value());
    }
    if (plain == Object.class) { // Whatever a program has written.
      return json.value();
    }
    return json.isPresent() ? scalar(json, plain) : null;
  }

  private static Object scalar(Node json, Class<?> type) {
    if (type == String.class) {
      return json.text();
    }
    if (type == Integer.class) {
      return (int) whole(json);
    }
    if (type == Long.class) {
      return whole(json);
    }
    if (type == Instant.class) {
      return instant(json.text());
    }
    return read(json, type.asSubclass(Record.class));
  }

  private static Map<String, @Nullable Object> members(Node json, Type type) {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    json.names().forEach(name -> members.put(name, value(json.at(name), type)));
    return members;
  }

  private static long whole(Node json) {
    return json.value() instanceof Number number ? number.longValue() : 0;
  }

  private static Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException other) {
      throw new RemoteFailure(Refusal.unreadable(200));
    }
  }
}
