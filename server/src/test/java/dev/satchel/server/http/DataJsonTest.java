package dev.satchel.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonToken;
import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Data goes through as it was sent, and in no tree. */
final class DataJsonTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\": 1.50, \"b\" : [1e400,0.1000]}",
        "[ ]",
        "\"te\\\"xt } é\"",
        "12.30",
        "true"
      })
  void oneMemberIsTakenOutAsItWasSent(String input) {
    for (String body : new String[] {"{\"x\":1,\"input\":%s,\"y\":[2]}", " {\"input\" : %s }\n"}) {
      DataJson.Split split = split(body.formatted(input));
      assertThat(split.data()).isEqualTo(bytes(input));
      assertThat(split.rest().has("input")).isFalse();
      assertThat(split.rest().path("x").asInt()).isEqualTo(body.contains("x") ? 1 : 0);
    }
  }

  @Test
  void aMemberFurtherInIsNotIt() {
    DataJson.Split split = split("{\"result\":{\"input\":1},\"input\":null}");
    assertThat(split.data()).isNull();
    assertThat(split.rest().at("/result/input").asInt()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{",
        "{\"input\":[1,}",
        "{\"input\":{}",
        "{\"input\":1,\"input\":2}",
        "{\"a\":1,\"a\":2}",
        "{\"input\":1} x",
        "{\"input\":NaN}"
      })
  void whatIsNoObjectIsRefused(String body) {
    assertInvalid(bytes(body));
  }

  @Test
  void onlyUtf8CanBeTakenApart() {
    for (String other : new String[] {"UTF-16", "UTF-16LE", "UTF-32"}) {
      assertInvalid("{\"input\":{\"a\":1}}".getBytes(Charset.forName(other)));
    }
  }

  @Test
  void theRestHasALimitAndTheDataNone() {
    String many = "[" + "{},".repeat(Json.TOKENS_MAX) + "{}]";
    assertThat(split("{\"input\":" + many + "}").data()).hasSize(many.length());
    assertThatThrownBy(() -> split("{\"other\":" + many + "}"))
        .isInstanceOfSatisfying(
            RefusedException.class,
            refused -> assertThat(refused.reason()).isEqualTo(Reason.TOO_LARGE));
  }

  @Test
  void aFileStandsInAnAnswerAsItIs(@TempDir Path directory) throws IOException {
    Path file =
        Files.writeString(directory.resolve("output"), "{\"n\": 1.500, \"m\":-0.0, \"é\":[1e400]}");
    assertThat(DataJson.holds(JsonToken.START_OBJECT, file)).isTrue();
    var answer = new ByteArrayOutputStream();
    Json.write(answer, Json.object().put("a", 1).putPOJO("output", new DataFile(file)));
    assertThat(answer.toString(StandardCharsets.UTF_8))
        .isEqualTo("{\"a\":1,\"output\":{\"n\": 1.500, \"m\":-0.0, \"é\":[1e400]}}");
    for (String other : new String[] {"", "[]", "{\"a\":", "{} {}", "x"}) {
      Files.writeString(file, other);
      assertThat(DataJson.holds(JsonToken.START_OBJECT, file)).as(other).isFalse();
    }
  }

  private static DataJson.Split split(String body) {
    return DataJson.split(bytes(body), "input");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void assertInvalid(byte[] body) {
    assertThatThrownBy(() -> DataJson.split(body, "input"))
        .isInstanceOfSatisfying(
            RefusedException.class,
            refused -> assertThat(refused.reason()).isEqualTo(Reason.INVALID));
  }
}
