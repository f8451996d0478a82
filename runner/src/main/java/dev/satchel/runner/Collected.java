package dev.satchel.runner;

import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Which collections and maps of java.util there are, and how each is made anew. */
final class Collected {
  private Collected() {}

  static boolean isCollection(Class<?> type) {
    return type == Iterable.class || (isOfJava(type) && Collection.class.isAssignableFrom(type));
  }

  static boolean isMap(Class<?> type) {
    return isOfJava(type) && Map.class.isAssignableFrom(type);
  }

  private static boolean isOfJava(Class<?> type) {
    return type.getPackageName().equals("java.util");
  }

  /**
   * Whether one can be made where it arrives.
   *
   * @param shape of a collection or a map
   */
  static boolean isMade(Shape shape) {
    return shape.type().isAssignableFrom(List.class)
        || (isCollection(shape.type()) ? emptyCollection(shape) : emptyMap(shape)) != null;
  }

  /** Of what it holds; null where there is no way to make one. */
  static @Nullable Object collection(List<@Nullable Object> items, Shape shape) {
    if (shape.type().isAssignableFrom(List.class)) {
      return Collections.unmodifiableList(items);
    }
    Collection<@Nullable Object> made = emptyCollection(shape);
    if (made != null) {
      made.addAll(items);
    }
    return made != null && shape.type() == Set.class
        ? Collections.unmodifiableSet((Set<@Nullable Object>) made)
        : made;
  }

  /** Of what it holds; null where there is no way to make one. */
  static @Nullable Object map(Map<@Nullable Object, @Nullable Object> members, Shape shape) {
    if (shape.type() == Map.class) {
      return Collections.unmodifiableMap(members);
    }
    Map<@Nullable Object, @Nullable Object> made = emptyMap(shape);
    if (made != null) {
      made.putAll(members);
    }
    return made;
  }

  /** A queue is a list that may hold null, as the one that it was may. */
  @SuppressWarnings({"unchecked", "rawtypes", "JdkObsolete"}) // What is empty may become anything.
  private static @Nullable Collection<@Nullable Object> emptyCollection(Shape shape) {
    Class<?> type = shape.type();
    if (type.isInterface()) {
      for (Collection<@Nullable Object> each :
          List.of(
              new LinkedHashSet<@Nullable Object>(),
              new TreeSet<@Nullable Object>(),
              new LinkedList<@Nullable Object>())) {
        if (type.isInstance(each)) {
          return each;
        }
      }
      return null;
    }
    Class<?> of = shape.argument(0).type();
    return type == EnumSet.class && of.isEnum()
        ? (Collection) EnumSet.noneOf((Class) of)
        : (Collection<@Nullable Object>) empty(type);
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // As above.
  private static @Nullable Map<@Nullable Object, @Nullable Object> emptyMap(Shape shape) {
    Class<?> type = shape.type();
    if (type.isInterface()) {
      for (Map<@Nullable Object, @Nullable Object> each :
          List.of(
              new LinkedHashMap<@Nullable Object, @Nullable Object>(),
              new TreeMap<@Nullable Object, @Nullable Object>())) {
        if (type.isInstance(each)) {
          return each;
        }
      }
      return null;
    }
    Class<?> of = shape.argument(0).type();
    return type == EnumMap.class && of.isEnum()
        ? (Map) new EnumMap((Class) of)
        : (Map<@Nullable Object, @Nullable Object>) empty(type);
  }

  /** Of a class that makes itself empty. */
  private static @Nullable Object empty(Class<?> type) {
    try {
      return Modifier.isAbstract(type.getModifiers()) ? null : type.getConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      return null;
    }
  }
}
