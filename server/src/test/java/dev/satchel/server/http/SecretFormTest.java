package dev.satchel.server.http;

import static dev.satchel.server.http.TestServer.MARKER;
import static dev.satchel.server.http.TestServer.WRONG;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a bundle must be to be taken: forms, limits, and what a refusal says. */
final class SecretFormTest {
  private static final int KIB = 1024;

  @TempDir static Path directory;
  static TestServer server;

  @BeforeAll
  static void start() {
    server = new TestServer(directory);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Answer put(String body) {
    return server.admin.put("/v1/secrets/form", body);
  }

  private static Answer putBytes(byte[] body) {
    return server.admin.send("PUT", "/v1/secrets/form", body);
  }

  /** A JSON text of something, in quotes. */
  private static String quoted(String text) {
    return JsonNodeFactory.instance.textNode(text).toString();
  }

  private static String filled(String body) {
    return body.replace("WRONG", quoted(WRONG).replace("\"", "")).replace("MARKER", MARKER);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | entries",
        "{\"entries\":[]} | entries",
        "{\"values\":{}} | entries",
        "{\"entries\":null,\"values\":null} | entries",
        "{\"entries\":{}} | entries",
        "{\"entries\":\"MARKER\"} | entries",
        "{\"entries\":[\"MARKER\"]} | entries[0]",
        "{\"entries\":[{}]} | entries[0].type",
        "{\"entries\":[{\"type\":\"env\"}]} | entries[0].location",
        "{\"entries\":[{\"type\":\"env\",\"location\":\"A\"}]} | entries[0].value",
        "{\"entries\":[{\"type\":\"MARKER\",\"location\":\"A\",\"value\":\"\"}]} | entries[0].type",
        "{\"entries\":[{\"type\":1,\"location\":\"A\",\"value\":\"\"}]} | entries[0].type",
        "{\"entries\":[{\"type\":\"env\",\"location\":\"WRONG\",\"value\":\"\"}]} | entries[0].location",
        "{\"entries\":[{\"type\":\"env\",\"location\":\"1A\",\"value\":\"\"}]} | entries[0].location",
        "{\"entries\":[{\"type\":\"env\",\"location\":\"\",\"value\":\"\"}]} | entries[0].location",
        "{\"entries\":[{\"type\":\"env\",\"location\":\"É\",\"value\":\"\"}]} | entries[0].location",
        "{\"entries\":[{\"type\":\"env\",\"location\":\"SATCHEL_URL\",\"value\":\"\"}]} | entries[0].location",
        "{\"entries\":[{\"type\":\"file\",\"location\":\"WRONG\",\"value\":\"\"}]} | entries[0].location",
        "{\"entries\":[{\"type\":\"file\",\"location\":\"/etc/MARKER\",\"value\":\"\"}]} | entries[0].location",
        "{\"entries\":[{\"type\":\"file\",\"location\":\"../MARKER\",\"value\":\"\"}]} | entries[0].location",
        "{\"entries\":[{\"type\":\"file\",\"location\":\"a/./MARKER\",\"value\":\"\"}]} | entries[0].location",
        "{\"entries\":[{\"type\":\"file\",\"location\":\"a//MARKER\",\"value\":\"\"}]} | entries[0].location",
        "{\"entries\":[{\"type\":\"file\",\"location\":\"/run/secrets/../MARKER\",\"value\":\"\"}]} | entries[0].location",
        "{\"entries\":[{\"type\":\"file\",\"location\":\"\\ud800MARKER\",\"value\":\"\"}]} | entries[0].location",
        "{\"entries\":[{\"type\":\"env\",\"location\":\"A\",\"value\":7}]} | entries[0].value",
        "{\"entries\":[{\"type\":\"env\",\"location\":\"A\",\"value\":null}]} | entries[0].value",
        "{\"entries\":[{\"type\":\"env\",\"location\":\"A\",\"value\":\"MARKER\\u0000\"}]} | entries[0]",
        "{\"entries\":[{\"type\":\"env\",\"location\":\"A\",\"value\":\"MARKER\\ud800\"}]} | entries[0].value",
        "{\"entries\":[{\"type\":\"env\",\"location\":\"A\",\"value\":\"\\udc00\\ud800\"}]} | entries[0].value",
        "{\"entries\":[{\"type\":\"file\",\"location\":\"A\",\"value\":\"MARKER!\",\"encoding\":\"base64\"}]} | entries[0].value",
        "{\"entries\":[{\"type\":\"file\",\"location\":\"A\",\"value\":\"\",\"encoding\":\"MARKER\"}]} | entries[0].encoding",
        "{\"entries\":[{\"type\":\"env\",\"location\":\"A\",\"value\":\"/w==\",\"encoding\":\"base64\"}]} | entries[0]",
        "{\"entries\":[{\"type\":\"env\",\"location\":\"A\",\"value\":\"\"},{\"type\":\"env\",\"location\":\"A\",\"value\":\"MARKER\"}]} | entries[1]",
        "{\"entries\":[{\"type\":\"env\",\"location\":\"A\",\"value\":\"\",\"MARKER\":1}]} | entries[0], field 4",
        "{\"values\":[]} | values",
        "{\"values\":{\"WRONG\":\"\"}} | values, member 1",
        "{\"values\":{\"A\":\"\",\"SATCHEL_X\":\"MARKER\"}} | values, member 2",
        "{\"values\":{\"A\":\"\",\"B\":{\"MARKER\":1}}} | values, member 2",
        "{\"values\":{\"A\":\"\",\"B\":null}} | values, member 2",
        "{\"values\":{\"A\":\"MARKER\\u0000\"}} | values, member 1",
        "{\"values\":{\"A\":\"MARKER\\ud800\"}} | values, member 1",
        "{\"values\":{\"A\":\"\"},\"entries\":[{\"type\":\"env\",\"location\":\"B\",\"value\":\"MARKER\"}]} | values",
        "{\"MARKER\":{}} | the body, field 1",
        "{\"values\":{\"A\":\"\"},\"WRONG\":1} | the body, field 2",
      })
  void aBodyOfTheWrongFormIsRefusedByPlace(String body, String field) {
    put(filled(body)).isInvalid(field);
    server.admin.get("/v1/secrets/form").is(404);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"set\":[{\"type\":\"env\",\"location\":\"A\",\"value\":\"MARKER\\u0000\"}]} | set[0]",
        "{\"set\":[{\"type\":\"env\",\"location\":\"WRONG\",\"value\":\"\"}]} | set[0].location",
        "{\"unset\":[{\"type\":\"env\",\"location\":\"WRONG\"}]} | unset[0].location",
        "{\"unset\":[{\"type\":\"env\",\"location\":\"A\",\"value\":\"MARKER\"}]} | unset[0], field 3",
        "{\"unset\":[\"MARKER\"]} | unset[0]",
        "{\"unset\":\"MARKER\"} | unset",
        "{\"values\":{\"A\":\"MARKER\"}} | the body, field 1",
      })
  void aChangeOfTheWrongFormIsRefusedByPlace(String body, String field) {
    server.admin.post("/v1/secrets/form/changes", filled(body)).isInvalid(field);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "MARKER",
        "\"MARKER\"",
        "[{\"values\":{\"A\":\"MARKER\"}}]",
        "null",
        "7",
        "{\"values\":{\"A\":\"MARKER\"}",
        "{\"values\":{\"A\":\"MARKER\"}} {}",
        "{\"values\":{\"A\":\"MARKER\"}}MARKER",
        "{\"values\":{\"A\":\"MARKER\",\"A\":\"MARKER\"}}",
        "{\"values\":{\"A\":\"MARKER\"},\"values\":{\"B\":\"MARKER\"}}",
        "{\"values\":{\"A\":\"MARKER\n\"}}",
        "{'values':{'A':'MARKER'}}",
        "{\"values\":{\"A\":\"\\xMARKER\"}}",
        "{\"values\":{\"A\":NaN}}",
        "{\"values\":{\"A\":\"MARKER\"},}",
        "/*MARKER*/{}",
        "\ufeff{\"values\":{\"A\":\"MARKER\"}}",
        "values.A=MARKER"
      })
  void aBodyThatIsNotOneObjectInJsonIsRefused(String body) {
    put(body.replace("MARKER", MARKER)).isInvalid("body").says("JSON");
  }

  @Test
  void bytesThatAreNotUtf8AreRefused() {
    for (byte[] bad :
        new byte[][] {
          {(byte) 0xff},
          {(byte) 0xc3},
          {(byte) 0xc0, (byte) 0x80}, // A zero byte in two.
          {(byte) 0xed, (byte) 0xa0, (byte) 0x80}, // Half of a surrogate pair.
          {(byte) 0xed, (byte) 0xa0, (byte) 0xbd, (byte) 0xed, (byte) 0xb8, (byte) 0x80}, // Both.
          {(byte) 0xf5, (byte) 0x80, (byte) 0x80, (byte) 0x80}
        }) {
      String latin = new String(bad, StandardCharsets.ISO_8859_1);
      String body = "{\"values\":{\"A\":\"" + MARKER + latin + "\"}}";
      putBytes(body.getBytes(StandardCharsets.ISO_8859_1)).isInvalid("body").says("UTF-8");
    }
    String valid = "{\"values\":{\"A\":\"" + MARKER + "\"}}";
    putBytes(valid.getBytes(StandardCharsets.UTF_16)).isInvalid("body").says("UTF-8");
    putBytes(valid.getBytes(StandardCharsets.UTF_16LE)).isInvalid("body");
  }

  @Test
  void whateverTheContentTypeSaysTheBodyIsJson() {
    for (String type : new String[] {"text/plain", "application/x-www-form-urlencoded", "x"}) {
      Answer answer =
          server.admin.put(
              "/v1/secrets/content-type", "{\"values\":{\"A\":\"=&\"}}", "Content-Type", type);
      assertThat(answer.status()).isIn(200, 201);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a%2fb", "%2e%2e", "a%20b", "1a", "-a", "a.b", "a%0ab", "a%25", "%c3%a9"})
  void aNameOfTheWrongFormIsRefusedAndNotEchoed(String name) {
    String path = "/v1/secrets/" + name + MARKER;
    server.admin.get(path).isInvalid("name").says("letter");
    server.admin.delete(path).isInvalid("name").says("letter");
    server.admin.put(path, "{\"values\":{\"A\":\"\"}}").isInvalid("name").says("letter");
  }

  @Test
  void aNameHasAtMostSixtyFourCharacters() {
    server.admin.put("/v1/secrets/a" + "b".repeat(63), "{\"values\":{\"A\":\"\"}}").is(201);
    server
        .admin
        .put("/v1/secrets/a" + "b".repeat(64), "{\"values\":{\"A\":\"\"}}")
        .isInvalid("name");
  }

  @Test
  void anUnknownFieldGetsASuggestionWhereOneIsNear() {
    put("{\"vaules\":{}}").isInvalid("the body, field 1").says("Did you mean \"values\"?");
    put("{\"entries\":[{\"typ\":\"env\"}]}")
        .isInvalid("entries[0], field 1")
        .says("Did you mean \"type\"?", "type, location, value, encoding");
    assertThat(put("{\"" + MARKER + "\":{}}").get("detail")).doesNotContain("Did you mean");
  }

  @Test
  void thirtyTwoLevelsAreReadAndThirtyThreeAreTooMany() {
    put("{\"values\":" + "[".repeat(31) + "]".repeat(31) + "}").isInvalid("values");
    put("{\"values\":" + "[".repeat(32) + "\"" + MARKER + "\"" + "]".repeat(32) + "}")
        .is(413, "TOO_LARGE")
        .names("body")
        .says("32");
    put("[".repeat(100_000)).is(413, "TOO_LARGE");
    put("{\"" + "n".repeat(60_000) + "\":1}").is(413, "TOO_LARGE");
    put("{\"values\":{\"A\":" + "1".repeat(1000) + "}}").is(413, "TOO_LARGE");
  }

  @Test
  void aBodyHasAtMostEightMebibytes() {
    byte[] over =
        ("{\"values\":{\"A\":\"" + MARKER.repeat(700_000) + "\"}}")
            .getBytes(StandardCharsets.UTF_8);
    assertThat(over.length).isGreaterThan(8 << 20);
    putBytes(over).is(413, "TOO_LARGE").names("body").says("8388608");
    server.admin.sendChunked("PUT", "/v1/secrets/form", over).is(413, "TOO_LARGE").names("body");
    String most = "{\"values\":{}}";
    putBytes((" ".repeat((8 << 20) - most.length()) + most).getBytes(StandardCharsets.UTF_8))
        .isInvalid("entries");
  }

  @Test
  void aBundleHasAtMostTwoHundredAndFiftySixEntries() {
    put(values(257)).is(413, "TOO_LARGE").names("entries").says("256", "257");
    server.admin.put("/v1/secrets/most", values(256)).is(201);
    server
        .admin
        .post(
            "/v1/secrets/most/changes",
            "{\"set\":[{\"type\":\"env\",\"location\":\"ONE_MORE\",\"value\":\"\"}]}")
        .is(413, "TOO_LARGE")
        .names("set");
  }

  private static String values(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "\"V" + i + "\":\"" + MARKER + "\"")
        .collect(Collectors.joining(",", "{\"values\":{", "}}"));
  }

  @Test
  void aBundleHasAtMostOneMebibyte() {
    String half = Base64.getEncoder().encodeToString(new byte[512 * KIB]);
    String two = file("a", half) + "," + file("b", half);
    put("{\"entries\":[" + two + "," + file("c", "AA==") + "]}")
        .is(413, "TOO_LARGE")
        .names("entries")
        .says("1048576");
    server.admin.put("/v1/secrets/full", "{\"entries\":[" + two + "]}").is(201);
    server
        .admin
        .post("/v1/secrets/full/changes", "{\"set\":[" + file("c", "AA==") + "]}")
        .is(413, "TOO_LARGE");
  }

  private static String file(String location, String base64) {
    return "{\"type\":\"file\",\"location\":\"%s\",\"value\":\"%s\",\"encoding\":\"base64\"}"
        .formatted(location, base64);
  }

  @Test
  void aVariableWithItsNameFitsIntoOneStringOfTheKernel() {
    String longest = "v".repeat(128 * KIB - 1 - "NAME=".length());
    server.admin.put("/v1/secrets/longest", "{\"values\":{\"NAME\":\"" + longest + "\"}}").is(201);
    put("{\"values\":{\"NAME\":\"" + longest + "v\"}}")
        .is(413, "TOO_LARGE")
        .names("values, member 1")
        .says("131071", "file");
    put("{\"values\":{\"NAME\":\"" + "é".repeat(65_537) + "\"}}").is(413, "TOO_LARGE");
  }

  @Test
  void whatAVariableCannotCarryAFileCan() {
    server
        .admin
        .put("/v1/secrets/bytes", "{\"entries\":[" + file("bin", "AP8A/w==") + "]}")
        .is(201);
    server
        .admin
        .put(
            "/v1/secrets/odd",
            "{\"entries\":[{\"type\":\"file\",\"location\":\"/run/secrets/ü/b c\",\"value\":\"\"}]}")
        .is(201);
  }
}
