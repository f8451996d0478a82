package dev.satchel.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.sdk.json.Json;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.AbstractList;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What JSON carries of Java, there and back. */
final class CarrierTest {
  enum Size {
    SMALL,
    LARGE {
      @Override
      public String toString() {
        return "huge";
      }
    }
  }

  private record Pair<A, B>(A first, @Nullable B second) {}

  private record Tree(String name, List<Tree> below) {}

  sealed interface Figure permits Circle, Square {}

  private record Circle(double radius) implements Figure {}

  private record Square(int side) implements Figure {}

  private record All(
      int a,
      long b,
      short c,
      byte d,
      double e,
      float f,
      boolean g,
      char h,
      @Nullable Integer none,
      BigDecimal big,
      BigInteger whole,
      String text,
      Size size,
      Instant at,
      LocalDate day,
      Duration lasted,
      ZoneId zone,
      UUID id,
      URI uri,
      Path path,
      Optional<String> there,
      Optional<Integer> absent,
      List<Pair<String, Size>> pairs,
      Set<Long> set,
      SortedSet<String> sorted,
      Map<Size, List<Integer>> byEnum,
      SortedMap<Integer, String> byNumber,
      ArrayList<Instant> times,
      Figure figure,
      Pair<List<Figure>, Map<String, Tree>> deep) {}

  @SuppressWarnings("unused")
  private record Mutable(List<Thread> threads) {}

  private static final All ALL =
      new All(
          Integer.MIN_VALUE,
          Long.MAX_VALUE,
          (short) -7,
          (byte) 127,
          0.1,
          1.5f,
          true,
          'ß',
          null,
          new BigDecimal("12345678901234567890.000000001"),
          new BigInteger("-123456789012345678901234567890"),
          "\u0000\"\\\n😀 ",
          Size.LARGE,
          Instant.parse("2026-11-27T03:00:00.123456789Z"),
          LocalDate.of(2026, 2, 28),
          Duration.ofMillis(1),
          ZoneId.of("Europe/Berlin"),
          UUID.fromString("123e4567-e89b-12d3-a456-426614174000"),
          URI.create("https://example.invalid/a?b"),
          Path.of("/models/best"),
          Optional.of("x"),
          Optional.empty(),
          List.of(new Pair<>("a", Size.SMALL), new Pair<>("b", null)),
          Set.of(1L << 60),
          new TreeSet<>(List.of("z", "a")),
          new EnumMap<>(Map.of(Size.LARGE, List.of(1, 2))),
          new TreeMap<>(Map.of(10, "ten", 9, "nine")),
          new ArrayList<>(List.of(Instant.EPOCH)),
          new Square(3),
          new Pair<>(
              List.of(new Circle(2)),
              Map.of("t", new Tree("r", List.of(new Tree("l", List.of()))))));

  @Test
  void whatARecordHoldsComesBackTheSame() {
    assertThat(thereAndBack(ALL, All.class)).isEqualTo(ALL);
    Carrier.check(All.class, "it");
  }

  @Test
  void bytesAndArraysComeBack() throws Exception {
    assertThat((byte[]) thereAndBack(new byte[] {0, -1, 127}, byte[].class))
        .containsExactly(0, -1, 127);
    assertThat((int[][]) thereAndBack(new int[][] {{1}, {}}, int[][].class))
        .isDeepEqualTo(new int[][] {{1}, {}});
    Type lists = CarrierTest.class.getDeclaredMethod("lists").getGenericReturnType();
    assertThat((Object[]) thereAndBack(lists(), lists)).containsExactly(List.of(Size.SMALL));
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static List<Size>[] lists() {
    return new List[] {List.of(Size.SMALL)};
  }

  @Test
  void numbersThatJsonLacksAreTexts() {
    assertThat(thereAndBack(Double.NaN, double.class)).isEqualTo(Double.NaN);
    assertThat(thereAndBack(Float.NEGATIVE_INFINITY, Float.class))
        .isEqualTo(Float.NEGATIVE_INFINITY);
  }

  @Test
  void whatCannotBeCarriedIsNamedByItsPlaceBeforeAnythingIsSent() {
    assertThatThrownBy(() -> Carrier.check(Mutable.class, "argument 1"))
        .isInstanceOf(UncarriedException.class)
        .hasMessageContaining("argument 1.threads[] is of the type java.lang.Thread")
        .hasMessageContaining("Use a record");
  }

  @Test
  void whatIsOfAnotherTypeIsRefusedWithoutItsValue() {
    assertThatThrownBy(() -> decoded("\"12secret\"", int.class))
        .hasMessage("argument 1 is no int.");
    assertThatThrownBy(() -> decoded("3000000000", int.class)).hasMessage("argument 1 is no int.");
    assertThatThrownBy(() -> decoded("1.5", long.class)).hasMessage("argument 1 is no long.");
    assertThatThrownBy(() -> decoded("null", boolean.class)).hasMessageContaining("is absent");
    assertThatThrownBy(() -> decoded("{\"side\":1}", Square[].class))
        .hasMessage("argument 1 is no list.");
    assertThatThrownBy(() -> decoded("{}", Square.class))
        .hasMessageContaining("argument 1.side is absent");
    assertThatThrownBy(() -> decoded("{\"@type\":\"Thread\"}", Figure.class))
        .hasMessage("argument 1 is no Figure.");
  }

  @Test
  void whatHoldsItselfIsRefused() {
    List<Object> self = new ArrayList<>();
    self.add(self);
    assertThatThrownBy(() -> Carrier.encoded(self, List.class, "argument 1"))
        .hasMessageContaining("nested more than");
  }

  sealed interface Maybe<T> permits Some, None, Either {}

  private record Some<T>(T it) implements Maybe<T> {}

  private enum None implements Maybe<Object> {
    NOTHING,
    LESS {}
  }

  sealed interface Either<A> extends Maybe<A> permits Left {}

  private record Left<A, B>(A left, @Nullable B other) implements Either<A> {}

  @SuppressWarnings("unused") // Its types are what is asked for.
  private record Choices(
      Maybe<Size> some, Maybe<Size> none, Maybe<Duration> left, List<Maybe<Long>> all) {}

  @Test
  void aGenericChoiceAndAnEnumOfOneComeBack() {
    Carrier.check(Choices.class, "it");
    @SuppressWarnings("unchecked")
    Maybe<Size> less = (Maybe<Size>) (Maybe<?>) None.LESS;
    Choices all =
        new Choices(
            new Some<>(Size.LARGE),
            less,
            new Left<>(Duration.ofMillis(3), null),
            List.of(new Some<>(7L)));
    assertThat(thereAndBack(all, Choices.class)).isEqualTo(all);
  }

  static final class Twins {
    sealed interface Any permits Twins.Star, One.Star {}

    @SuppressWarnings("SameNameButDifferent") // Which is what is tried.
    record Star() implements Any {}

    static final class One {
      @SuppressWarnings("SameNameButDifferent")
      record Star() implements Any {}
    }
  }

  @Test
  void aChoiceOfTwoOfOneNameIsRefused() {
    assertThatThrownBy(() -> Carrier.check(Twins.Any.class, "argument 1"))
        .isInstanceOf(UncarriedException.class)
        .hasMessageContaining("two classes of the name Star");
  }

  private record Collections(
      Queue<Integer> queue,
      Deque<String> deque,
      ArrayDeque<String> array,
      EnumMap<Size, List<Long>> map,
      EnumSet<Size> set,
      NavigableMap<Long, Size> navigable,
      HashMap<Integer, Long> hashed) {}

  @Test
  void everyCollectionOfJavaThatIsDeclaredComesBack() {
    Carrier.check(Collections.class, "it");
    Collections all =
        new Collections(
            new ArrayDeque<>(List.of(1)),
            new ArrayDeque<>(List.of("a", "b")),
            new ArrayDeque<>(List.of("c")),
            new EnumMap<>(Map.of(Size.SMALL, List.of(1L << 60))),
            EnumSet.of(Size.LARGE),
            new TreeMap<>(Map.of(4L, Size.LARGE)),
            new HashMap<>(Map.of(1, 2L)));
    Collections back = (Collections) Objects.requireNonNull(thereAndBack(all, Collections.class));
    assertThat(back).usingRecursiveComparison().ignoringCollectionOrder().isEqualTo(all);
    assertThat(back.map()).isInstanceOf(EnumMap.class);
  }

  @SuppressWarnings("unused")
  private record Abstract(AbstractList<String> list) {}

  @Test
  void aCollectionThatCannotBeMadeIsRefusedBeforeAnythingIsSent() {
    assertThatThrownBy(() -> Carrier.check(Abstract.class, "argument 1"))
        .isInstanceOf(UncarriedException.class)
        .hasMessageContainingAll(
            "argument 1.list", "java.util.AbstractList", "Write java.util.List");
  }

  @Test
  void whatIsDeclaredAsAnythingComesBackAsItWasOrIsRefused() {
    Map<String, Object> all =
        Map.of("long", (1L << 60) + 1, "five", 5.0, "text", "x", "list", List.of(7L, true));
    assertThat(thereAndBack(all, Object.class)).isEqualTo(all);
    BigInteger huge = BigInteger.TWO.pow(80);
    assertThat(thereAndBack(huge, Object.class)).isEqualTo(huge);
    for (double each : new double[] {12345678.0, 1e7, 123456789012345680.0, -1e300, 1e-9}) {
      assertThat(thereAndBack(each, Object.class)).isEqualTo(each);
    }
    assertThat(thereAndBack(Long.MIN_VALUE, Object.class)).isEqualTo(Long.MIN_VALUE);
    List<Object> refused =
        List.of(
            new Circle(1),
            Size.SMALL,
            Instant.EPOCH,
            Optional.of(1),
            BigInteger.ONE,
            new BigDecimal("0.1234567890123456789"),
            Double.NaN,
            new AtomicInteger(1));
    for (Object lost : refused) {
      assertThatThrownBy(() -> Carrier.encoded(List.of(lost), Object.class, "argument 1"))
          .isInstanceOf(UncarriedException.class)
          .hasMessageContaining("argument 1[0]");
    }
  }

  private static @Nullable Object decoded(String json, Type type) {
    return Carrier.decoded(Json.read(json), type, "argument 1");
  }

  private static @Nullable Object thereAndBack(Object value, Type type) {
    return decoded(Json.write(Carrier.encoded(value, type, "it")), type);
  }
}
