package dev.satchel.runner;

import java.lang.reflect.Array;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A type with what it is a type of: {@code List<Job>} is a list of jobs at run time too.
 *
 * @param arguments of a generic type, or the one of an array; fewer than it has where it is raw
 */
record Shape(Class<?> type, List<Shape> arguments) {
  private static final Shape ANYTHING = new Shape(Object.class, List.of());

  /** One component of a record. */
  record Part(RecordComponent component, Shape shape) {
    String name() {
      return component.getName();
    }
  }

  static Shape of(Type type) {
    return of(type, Map.of());
  }

  private static Shape of(Type type, Map<TypeVariable<?>, Shape> known) {
    if (type instanceof Class<?> plain) {
      return new Shape(plain, plain.isArray() ? List.of(of(plain.getComponentType())) : List.of());
    }
    if (type instanceof ParameterizedType generic) {
      List<Shape> arguments = new ArrayList<>();
      for (Type argument : generic.getActualTypeArguments()) {
        arguments.add(of(argument, known));
      }
      return new Shape((Class<?>) generic.getRawType(), List.copyOf(arguments));
    }
    if (type instanceof GenericArrayType array) {
      Shape element = of(array.getGenericComponentType(), known);
      return new Shape(Array.newInstance(element.type(), 0).getClass(), List.of(element));
    }
    if (type instanceof WildcardType wildcard) {
      return of(wildcard.getUpperBounds()[0], known);
    }
    if (type instanceof TypeVariable<?> variable && known.containsKey(variable)) {
      return known.getOrDefault(variable, ANYTHING);
    }
    return ANYTHING;
  }

  /** What it is of: the n-th argument. */
  Shape argument(int index) {
    return index < arguments.size() ? arguments.get(index) : ANYTHING;
  }

  /** Of a record. */
  List<Part> parts() {
    Map<TypeVariable<?>, Shape> known = new HashMap<>();
    TypeVariable<?>[] variables = type.getTypeParameters();
    for (int i = 0; i < variables.length; i++) {
      known.put(variables[i], argument(i));
    }
    List<Part> parts = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      parts.add(new Part(component, of(component.getGenericType(), known)));
    }
    return parts;
  }

  /** Whether it is a choice of records and enums, which are told apart by their names. */
  boolean isChoice() {
    return type.isSealed() && type.isInterface();
  }

  /**
   * The records and enums of a choice, by their names, each with what this one is of.
   *
   * @throws UncarriedException where two have one name
   */
  Map<String, Shape> choices(String where) {
    Map<String, Shape> choices = new HashMap<>();
    for (Class<?> each : type.getPermittedSubclasses()) {
      Shape shape = permitted(each);
      Map<String, Shape> more =
          shape.isChoice() ? shape.choices(where) : Map.of(each.getSimpleName(), shape);
      more.forEach(
          (name, one) -> {
            Shape other = choices.put(name, one);
            if (other != null && other.type() != one.type()) {
              throw new UncarriedException(
                  where
                      + " can be two classes of the name "
                      + name
                      + ", and is told apart by that name. Give one of them another.");
            }
          });
    }
    return choices;
  }

  /** The one of a choice that a value is of; null where it is none of them. */
  @Nullable Shape chosen(Class<?> of, String where) {
    for (Shape each : choices(where).values()) {
      if (each.type() == of) {
        return each;
      }
    }
    return null;
  }

  /** As {@code record Box<T>(T it) implements Figure<T>} is one of texts where this is. */
  private Shape permitted(Class<?> subclass) {
    TypeVariable<?>[] variables = subclass.getTypeParameters();
    Map<TypeVariable<?>, Shape> known = new HashMap<>();
    for (Type of : subclass.getGenericInterfaces()) {
      if (of instanceof ParameterizedType generic && generic.getRawType() == type) {
        Type[] said = generic.getActualTypeArguments();
        for (int i = 0; i < said.length; i++) {
          if (said[i] instanceof TypeVariable<?> variable) {
            known.put(variable, argument(i));
          }
        }
      }
    }
    List<Shape> own = new ArrayList<>();
    for (TypeVariable<?> variable : variables) {
      own.add(known.getOrDefault(variable, ANYTHING));
    }
    return new Shape(subclass, List.copyOf(own));
  }
}
