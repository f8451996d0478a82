package dev.satchel.runner;

import java.lang.invoke.MethodType;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Base64;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Values that JSON carries as one text, number, or true and false. */
final class Scalars {
  /** What is carried as its text, by name: a class that is not carried is not loaded either. */
  private static final Set<String> TEXTS =
      Set.of(
          "java.lang.String",
          "java.lang.CharSequence",
          "java.time.Instant",
          "java.time.LocalDate",
          "java.time.LocalTime",
          "java.time.LocalDateTime",
          "java.time.OffsetDateTime",
          "java.time.ZonedDateTime",
          "java.time.Duration",
          "java.time.Period",
          "java.time.ZoneId",
          "java.util.UUID",
          "java.net.URI",
          "java.nio.file.Path",
          "[B");

  private static final Set<String> NUMBERS =
      Set.of(
          "java.lang.Integer",
          "java.lang.Long",
          "java.lang.Short",
          "java.lang.Byte",
          "java.lang.Double",
          "java.lang.Float",
          "java.math.BigInteger",
          "java.math.BigDecimal",
          "java.lang.Number");

  private Scalars() {}

  static Class<?> boxed(Class<?> type) {
    return type.isPrimitive() ? MethodType.methodType(type).wrap().returnType() : type;
  }

  static boolean has(Class<?> type) {
    Class<?> boxed = boxed(type);
    return TEXTS.contains(boxed.getName())
        || NUMBERS.contains(boxed.getName())
        || boxed.isEnum()
        || boxed == Boolean.class
        || boxed == Character.class;
  }

  /** The value as JSON has it; null where it is none of these. */
  static @Nullable Object encoded(Object value) {
    if (value instanceof Enum<?> one) {
      return one.name();
    }
    if (value instanceof Double number) {
      return Double.isFinite(number) ? number : number.toString(); // JSON has no NaN.
    }
    if (value instanceof Float number) {
      return Float.isFinite(number) ? number : number.toString();
    }
    if (value instanceof Number || value instanceof Boolean) {
      return value;
    }
    if (value instanceof byte[] bytes) {
      return Base64.getEncoder().encodeToString(bytes);
    }
    boolean text =
        value instanceof CharSequence
            || value instanceof Character
            || value instanceof Path // Its class is a file system's own, as a zone's is.
            || value instanceof ZoneId
            || TEXTS.contains(value.getClass().getName());
    return text ? value.toString() : null;
  }

  /**
   * The value that JSON carries; null where it can be none of this type.
   *
   * @throws RuntimeException likewise
   */
  static @Nullable Object decoded(@Nullable Object json, Class<?> type) {
    Class<?> boxed = boxed(type);
    if (json instanceof Boolean) {
      return boxed == Boolean.class ? json : null;
    }
    if (json instanceof Long whole && isWhole(boxed)) {
      return ofWhole(whole, boxed); // A tenth of what a short call costs is to set up BigDecimal.
    }
    if (json instanceof Number number) {
      return ofNumber(new BigDecimal(number.toString()), boxed);
    }
    return json instanceof String text ? ofText(text, boxed) : null;
  }

  private static @Nullable Object ofText(String text, Class<?> boxed) {
    if (boxed.isEnum()) {
      for (Object constant : boxed.getEnumConstants()) {
        if (((Enum<?>) constant).name().equals(text)) {
          return constant;
        }
      }
      return null;
    }
    if (boxed == Character.class) {
      return text.length() == 1 ? text.charAt(0) : null;
    }
    if (boxed == Double.class) {
      return Double.valueOf(text);
    }
    if (boxed == Float.class) {
      return Float.valueOf(text);
    }
    // No table of functions: a JVM that runs one call would make all of them first.
    return switch (boxed.getName()) {
      case "java.lang.String", "java.lang.CharSequence" -> text;
      case "java.time.Instant" -> Instant.parse(text);
      case "java.time.LocalDate" -> LocalDate.parse(text);
      case "java.time.LocalTime" -> LocalTime.parse(text);
      case "java.time.LocalDateTime" -> LocalDateTime.parse(text);
      case "java.time.OffsetDateTime" -> OffsetDateTime.parse(text);
      case "java.time.ZonedDateTime" -> ZonedDateTime.parse(text);
      case "java.time.Duration" -> Duration.parse(text);
      case "java.time.Period" -> Period.parse(text);
      case "java.time.ZoneId" -> ZoneId.of(text);
      case "java.util.UUID" -> UUID.fromString(text);
      case "java.net.URI" -> URI.create(text);
      case "java.nio.file.Path" -> Path.of(text);
      case "[B" -> Base64.getDecoder().decode(text);
      default -> null;
    };
  }

  private static boolean isWhole(Class<?> boxed) {
    return boxed == Integer.class
        || boxed == Long.class
        || boxed == Short.class
        || boxed == Byte.class;
  }

  private static @Nullable Object ofWhole(long number, Class<?> boxed) {
    Object value =
        switch (boxed.getName()) {
          case "java.lang.Integer" -> (int) number;
          case "java.lang.Short" -> (short) number;
          case "java.lang.Byte" -> (byte) number;
          default -> number;
        };
    return ((Number) value).longValue() == number ? value : null; // What is too large is none.
  }

  private static @Nullable Object ofNumber(BigDecimal number, Class<?> boxed) {
    return switch (boxed.getName()) {
      case "java.lang.Integer" -> number.intValueExact();
      case "java.lang.Long" -> number.longValueExact();
      case "java.lang.Short" -> number.shortValueExact();
      case "java.lang.Byte" -> number.byteValueExact();
      case "java.lang.Double" -> number.doubleValue();
      case "java.lang.Float" -> number.floatValue();
      case "java.math.BigInteger" -> number.toBigIntegerExact();
      case "java.math.BigDecimal", "java.lang.Number" -> number;
      default -> null;
    };
  }
}
