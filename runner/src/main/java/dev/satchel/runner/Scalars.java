package dev.satchel.runner;

import java.math.BigDecimal;
import java.math.BigInteger;
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
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Values that JSON carries as one text, number, or true and false. */
final class Scalars {
  /** Of what is carried as its text, how it is read. */
  private static final Map<Class<?>, Function<String, Object>> TEXTS =
      Map.ofEntries(
          Map.entry(String.class, text -> text),
          Map.entry(CharSequence.class, text -> text),
          Map.entry(Instant.class, Instant::parse),
          Map.entry(LocalDate.class, LocalDate::parse),
          Map.entry(LocalTime.class, LocalTime::parse),
          Map.entry(LocalDateTime.class, LocalDateTime::parse),
          Map.entry(OffsetDateTime.class, OffsetDateTime::parse),
          Map.entry(ZonedDateTime.class, ZonedDateTime::parse),
          Map.entry(Duration.class, Duration::parse),
          Map.entry(Period.class, Period::parse),
          Map.entry(ZoneId.class, ZoneId::of),
          Map.entry(UUID.class, UUID::fromString),
          Map.entry(URI.class, URI::create),
          Map.entry(Path.class, Path::of),
          Map.entry(byte[].class, text -> Base64.getDecoder().decode(text)));

  private static final Map<Class<?>, Function<BigDecimal, Object>> NUMBERS =
      Map.of(
          Integer.class, BigDecimal::intValueExact,
          Long.class, BigDecimal::longValueExact,
          Short.class, BigDecimal::shortValueExact,
          Byte.class, BigDecimal::byteValueExact,
          Double.class, BigDecimal::doubleValue,
          Float.class, BigDecimal::floatValue,
          BigInteger.class, BigDecimal::toBigIntegerExact,
          BigDecimal.class, number -> number,
          Number.class, number -> number);

  private static final Map<Class<?>, Class<?>> BOXES =
      Map.of(
          int.class, Integer.class,
          long.class, Long.class,
          short.class, Short.class,
          byte.class, Byte.class,
          double.class, Double.class,
          float.class, Float.class,
          boolean.class, Boolean.class,
          char.class, Character.class,
          void.class, Void.class);

  private Scalars() {}

  static Class<?> boxed(Class<?> type) {
    return BOXES.getOrDefault(type, type);
  }

  static boolean has(Class<?> type) {
    Class<?> boxed = boxed(type);
    return TEXTS.containsKey(boxed)
        || NUMBERS.containsKey(boxed)
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
            || TEXTS.containsKey(value.getClass());
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
    if (json instanceof Number number) {
      Function<BigDecimal, Object> read = NUMBERS.get(boxed);
      return read == null ? null : read.apply(new BigDecimal(number.toString()));
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
    Function<String, Object> read = TEXTS.get(boxed);
    return read == null ? null : read.apply(text);
  }
}
