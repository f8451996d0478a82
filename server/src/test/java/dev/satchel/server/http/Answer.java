package dev.satchel.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.StreamSupport;

/** What came back. */
record Answer(int status, HttpHeaders headers, String text) {
  private static final JsonMapper MAPPER = new JsonMapper();

  static Answer of(int status, HttpHeaders headers, byte[] body) {
    return new Answer(status, headers, new String(body, StandardCharsets.UTF_8));
  }

  JsonNode json() {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError("not JSON: " + text, e);
    }
  }

  /** A member as text; empty where it is absent. */
  String get(String member) {
    return json().path(member).asText();
  }

  /** A member that is a list of texts. */
  List<String> list(String member) {
    return StreamSupport.stream(json().path(member).spliterator(), false)
        .map(JsonNode::asText)
        .toList();
  }

  String header(String name) {
    return headers.firstValue(name).orElse("");
  }

  /** Asserts the status, and answers itself. */
  Answer is(int wanted) {
    assertThat(status).as(text).isEqualTo(wanted);
    return this;
  }

  /** Asserts a problem, and answers itself. */
  Answer is(int wanted, String code) {
    is(wanted);
    String type = json().has("defined") ? "application/json" : "application/problem+json";
    assertThat(header("Content-Type")).isEqualTo(type);
    assertThat(get("code")).as(text).isEqualTo(code);
    return this;
  }

  /** Asserts a refusal of form that names a place, and says more than that. */
  Answer isInvalid(String field) {
    return is(400, "INVALID").names(field);
  }

  Answer names(String field) {
    assertThat(get("field")).as(text).isEqualTo(field);
    assertThat(get("detail")).hasSizeGreaterThan(15);
    return this;
  }

  Answer says(String... words) {
    assertThat(get("detail") + get("message")).contains(words);
    return this;
  }
}
