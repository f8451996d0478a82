package dev.satchel.core.workload;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * What is masked, against a plain reading of the rule: every byte of every occurrence, overlapping
 * ones as one.
 */
final class MaskerTest {
  private static final long SEED = 20261122;

  @Test
  void aValueIsReplacedWhereverTheStreamIsCut() {
    for (int cut = 0; cut <= 16; cut++) {
      assertThat(masked(List.of("hunter22"), "ab hunter22 cdef", cut)).isEqualTo("ab *** cdef");
    }
  }

  @Test
  void occurrencesThatOverlapBecomeOneMask() {
    assertThat(masked(List.of("abcd", "cdef"), "x abcdef y", 5)).isEqualTo("x *** y");
    assertThat(masked(List.of("aaaa"), "aaaaaaa b", 3)).isEqualTo("*** b");
  }

  @Test
  void aBeginningThatDoesNotGoOnIsLetThrough() {
    assertThat(masked(List.of("secret-value"), "secret-valve", 9)).isEqualTo("secret-valve");
  }

  @Test
  void whatIsHeldBackAtTheEndComesOut() {
    Masker masker = new Masker(List.of(bytes("secret")), 0);
    assertThat(text(masker.write(bytes("x secr"), 0, 6))).isEqualTo("x ");
    assertThat(masker.decided()).isEqualTo(2);
    assertThat(text(masker.finish())).isEqualTo("secr");
    assertThat(masker.decided()).isEqualTo(6);
  }

  private static final String NOTICE = LogSink.GAP + "there was no room.\n";

  @Test
  void whatAGapCutsOutOfAValueIsMaskedOnBothSides() {
    String value = "Zq9Xk[Top";
    for (int end = 0; end <= value.length(); end++) {
      for (int start = end; start <= value.length(); start++) {
        String stream =
            "x " + value.substring(0, end) + NOTICE + value.substring(start) + "\n" + value + "\ny";
        String before = end == 0 ? "x " : "x ***";
        String after = start == value.length() ? "\n" : "***\n";
        for (int cut = 0; cut < stream.length(); cut++) {
          assertThat(masked(List.of(value), stream, cut))
              .isEqualTo(before + NOTICE + after + "***\ny");
          assertThat(maskedAnew(List.of(value), stream, cut))
              .as("by a masker that begins anew")
              .isEqualTo(before + NOTICE + after + "***\ny");
        }
      }
    }
  }

  @Test
  void whatIsLeftBetweenTwoGapsIsMasked() {
    String stream = "Zq" + NOTICE + "9X" + NOTICE + "k" + NOTICE;
    for (int cut = 0; cut < stream.length(); cut++) {
      assertThat(masked(List.of("Zq9XkTop"), stream, cut))
          .isEqualTo("***" + NOTICE + "***" + NOTICE + "***" + NOTICE);
    }
    assertThat(masked(List.of("Zq9XkTop"), "Zq" + NOTICE + "op", 3)).endsWith(NOTICE + "***");
  }

  @Test
  void afterAGapNoMoreIsMaskedThanAValueIsLong() {
    assertThat(masked(List.of("12345"), "a" + NOTICE + "bcdefghij", 7))
        .isEqualTo("a" + NOTICE + "***ghij");
    assertThat(masked(List.of(), "a" + NOTICE + "b", 7)).isEqualTo("a" + NOTICE + "b");
  }

  @Test
  void aJobThatBeginsANoticeAndDoesNotEndItHoldsNothingBack() {
    Masker masker = new Masker(List.of(bytes("secret")), 0);
    String stream = "x secr" + LogSink.GAP + ".".repeat(500);
    assertThat(text(masker.write(bytes(stream), 0, stream.length()))).startsWith("x ***[");
    assertThat(masker.decided()).isGreaterThan(500);
  }

  /** Each write by a new masker, which begins where the one before it was decided. */
  private static String maskedAnew(List<String> values, String stream, int cut) {
    List<byte[]> bytes = values.stream().map(MaskerTest::bytes).toList();
    Masker first = new Masker(bytes, 0);
    String out = text(first.write(bytes(stream), 0, cut));
    int from = (int) first.decided();
    Masker second = new Masker(bytes, from);
    return out
        + text(second.write(bytes(stream), from, stream.length() - from))
        + text(second.finish());
  }

  @Test
  void randomStreamsAreMaskedAsTheRuleSays() {
    Random random = new Random(SEED);
    for (int round = 0; round < 20_000; round++) {
      List<String> values = randomValues(random);
      String stream = randomText(random, random.nextInt(40));
      assertThat(maskedInPieces(values, stream, random))
          .as("round %d of seed %d: %s in %s", round, SEED, values, stream)
          .isEqualTo(plainly(values, stream));
    }
  }

  @Test
  void aMaskerThatBeginsAnewWhereAnotherWasDecidedGoesOnExactly() {
    Random random = new Random(SEED + 1);
    for (int round = 0; round < 20_000; round++) {
      List<String> values = randomValues(random);
      String stream = randomText(random, random.nextInt(40));
      assertThat(maskedOverRestarts(values, stream, random))
          .as("round %d: %s in %s", round, values, stream)
          .isEqualTo(plainly(values, stream));
    }
  }

  @Test
  void aLongRunOfOneValueDoesNotHoldEverythingBack() {
    Masker masker = new Masker(List.of(bytes("aaaa")), 0);
    byte[] run = new byte[1 << 20];
    Arrays.fill(run, (byte) 'a');
    for (int i = 0; i < 16; i++) {
      assertThat(text(masker.write(run, 0, run.length))).doesNotContain("a");
    }
    assertThat(masker.decided()).isGreaterThan(8 << 20);
    assertThat(text(masker.finish())).doesNotContain("a");
  }

  private static List<String> randomValues(Random random) {
    List<String> values = new ArrayList<>();
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      values.add(randomText(random, 1 + random.nextInt(6)));
    }
    return values;
  }

  /** Of few letters, so that values occur, repeat and overlap. */
  private static String randomText(Random random, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append("abc".charAt(random.nextInt(3)));
    }
    return text.toString();
  }

  private static String masked(List<String> values, String stream, int cut) {
    Masker masker = new Masker(values.stream().map(MaskerTest::bytes).toList(), 0);
    byte[] raw = bytes(stream);
    int at = Math.min(cut, raw.length);
    return text(masker.write(raw, 0, at))
        + text(masker.write(raw, at, raw.length - at))
        + text(masker.finish());
  }

  private static String maskedInPieces(List<String> values, String stream, Random random) {
    Masker masker = new Masker(values.stream().map(MaskerTest::bytes).toList(), 0);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] raw = bytes(stream);
    for (int at = 0; at < raw.length; ) {
      int length = 1 + random.nextInt(raw.length - at);
      out.writeBytes(masker.write(raw, at, length));
      at += length;
    }
    out.writeBytes(masker.finish());
    return text(out.toByteArray());
  }

  private static String maskedOverRestarts(List<String> values, String stream, Random random) {
    List<byte[]> strings = values.stream().map(MaskerTest::bytes).toList();
    Masker masker = new Masker(strings, 0);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] raw = bytes(stream);
    for (int at = 0; at < raw.length; ) {
      int length = 1 + random.nextInt(raw.length - at);
      out.writeBytes(masker.write(raw, at, length));
      at += length;
      if (random.nextInt(3) == 0) { // A crash: what was not decided is read again.
        at = (int) masker.decided();
        masker = new Masker(strings, at);
      }
    }
    out.writeBytes(masker.finish());
    return text(out.toByteArray());
  }

  private static String plainly(List<String> values, String stream) {
    boolean[] covered = new boolean[stream.length()];
    boolean[] joined =
        new boolean[stream.length() + 1]; // Whether one occurrence covers the bytes on both sides.
    for (String value : values) {
      for (int at = stream.indexOf(value); at >= 0; at = stream.indexOf(value, at + 1)) {
        for (int i = at; i < at + value.length(); i++) {
          covered[i] = true;
          joined[i] |= i > at;
        }
      }
    }
    StringBuilder masked = new StringBuilder();
    for (int i = 0; i < stream.length(); i++) {
      if (!covered[i]) {
        masked.append(stream.charAt(i));
      } else if (!joined[i]) {
        masked.append("***");
      }
    }
    return masked.toString();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
