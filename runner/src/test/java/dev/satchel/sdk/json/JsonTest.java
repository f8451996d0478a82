package dev.satchel.sdk.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Ours against Jackson, which the server reads and writes with. */
final class JsonTest {
  private static final ObjectMapper ORACLE = new ObjectMapper();

  @Test
  void jacksonReadsWhatWeWriteAndWeReadWhatItWrites() throws IOException {
    Random random = new Random(7);
    for (int round = 0; round < 2000; round++) {
      Object value = value(random, 4);
      JsonNode wanted = ORACLE.valueToTree(value);
      assertThat(ORACLE.readTree(Json.write(value))).isEqualTo(wanted);
      assertThat(ORACLE.readTree(Json.pretty(value))).isEqualTo(wanted);
      assertThat(Json.read(ORACLE.writeValueAsString(value)).value()).isEqualTo(value);
    }
  }

  private static @Nullable Object value(Random random, int depth) {
    return switch (random.nextInt(depth == 0 ? 5 : 7)) {
      case 0 -> null;
      case 1 -> random.nextBoolean();
      case 2 -> random.nextLong() / 10;
      case 3, 4 -> text(random);
      case 5 -> {
        List<@Nullable Object> elements = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          elements.add(value(random, depth - 1));
        }
        yield elements;
      }
      default -> {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          members.put(text(random), value(random, depth - 1));
        }
        yield members;
      }
    };
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(8); i > 0; i--) {
      text.appendCodePoint(
          switch (random.nextInt(4)) {
            case 0 -> random.nextInt(32);
            case 1 -> "\"\\/\u007f\u2028é".charAt(random.nextInt(6));
            case 2 -> 0x1F600 + random.nextInt(50);
            default -> 'a' + random.nextInt(26);
          });
    }
    return text.toString();
  }

  @Test
  void whatIsNoJsonIsRefusedAndNotEchoed() {
    for (String wrong :
        List.of(
            "",
            " ",
            "{",
            "[1,]",
            "{\"a\" 1}",
            "{a:1}",
            "01",
            "1.",
            "-",
            "nul",
            "\"a",
            "\"\\x\"",
            "\"\\u12g4\"",
            "\"a\nb\"",
            "1 2",
            "[1",
            "+1",
            "'s3cret'",
            "s3cret",
            "1e9999999999")) {
      assertThatThrownBy(() -> Json.read(wrong))
          .as(wrong)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageNotContaining("s3cret");
    }
  }

  @Test
  void nestingWithoutEndIsRefused() {
    assertThatThrownBy(() -> Json.read("[".repeat(100_000)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void numbersAreReadExactly() {
    assertThat(Json.read("{\"n\":12345678901234567}").number("n", 0)).isEqualTo(12345678901234567L);
    assertThat(Json.read("-1.50e+2").text()).isEqualTo("-150");
    assertThat(Json.read("123456789012345678901234567890").text())
        .isEqualTo("123456789012345678901234567890");
  }

  @Test
  void aNodeDoesNotPrintWhatItHolds() {
    assertThat(Json.read("{\"token\":\"sat_abc\"}")).hasToString("Node[LinkedHashMap]");
  }
}
