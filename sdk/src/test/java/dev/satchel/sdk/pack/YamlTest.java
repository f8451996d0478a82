package dev.satchel.sdk.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.sdk.json.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The part of YAML that manifests are written in. */
final class YamlTest {
  private static String json(String yaml) {
    return Json.write(Yaml.read(yaml));
  }

  @Test
  void aManifestAsPeopleWriteThem() {
    String yaml =
        """
        ---
        # What runs
        type: python   # the default
        runtime: ghcr.io/nextmv-io/runtime/python:3.11
        files:
        - main.py
        - "!tests/*"
        -   'it''s # no comment'
        python: {pip-requirements: requirements.txt, version: 3.12}
        configuration:
          content:
            format: "multi-file"
            multi-file:
              input: {path: in}
          options:
            strict: false
            items:
              - name: duration
                default: 30
                description: |
                  How long.

                  # Kept
                ui:
                  control_type: slider
              - {name: gap, default: 0.5, required: ~}
        empty:
        """;
    assertThat(json(yaml))
        .isEqualTo(
            "{\"type\":\"python\",\"runtime\":\"ghcr.io/nextmv-io/runtime/python:3.11\","
                + "\"files\":[\"main.py\",\"!tests/*\",\"it's # no comment\"],"
                + "\"python\":{\"pip-requirements\":\"requirements.txt\",\"version\":3.12},"
                + "\"configuration\":{\"content\":{\"format\":\"multi-file\","
                + "\"multi-file\":{\"input\":{\"path\":\"in\"}}},"
                + "\"options\":{\"strict\":false,\"items\":[{\"name\":\"duration\",\"default\":30,"
                + "\"description\":\"How long.\\n\\n# Kept\\n\",\"ui\":{\"control_type\":\"slider\"}},"
                + "{\"name\":\"gap\",\"default\":0.5,\"required\":null}]}},\"empty\":null}");
  }

  @Test
  void smallOnes() {
    assertThat(json("")).isEqualTo("null");
    assertThat(json("a: [b, 'c, d', [1, -2], \"e\\n\"]"))
        .isEqualTo("{\"a\":[\"b\",\"c, d\",[1,-2],\"e\\n\"]}");
    assertThat(json("- - 1\n  - 2\n-\n  a: b\r\n- http://x:1/y#z"))
        .isEqualTo("[[1,2],{\"a\":\"b\"},\"http://x:1/y#z\"]");
    assertThat(json("a: >-\n  b\n  c\nd: 007")).isEqualTo("{\"a\":\"b c\",\"d\":\"007\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a: &x 1",
        "a: *x",
        "a: !tag 1",
        "files:\n  - !tests/*",
        "a: 'open",
        "a: [1, 2",
        "a: {b}",
        "a: |2\n   x",
        "a: 1\na: 2",
        "a: 1\n   b: 2",
        "\ta: 1",
        "a\nb",
        "a: \"\\x41\"",
        "a: \"b\" c",
        "---\na: 1\n---\nb: 2"
      })
  void whatIsNotReadIsRefusedWithItsLine(String yaml) {
    assertThatThrownBy(() -> Yaml.read(yaml))
        .isInstanceOf(PackException.class)
        .hasMessageMatching("Line \\d of app.yaml .*");
  }

  @Test
  void depthHasALimit() {
    assertThatThrownBy(() -> Yaml.read("- ".repeat(100_000) + "x"))
        .isInstanceOf(PackException.class);
    assertThatThrownBy(() -> Yaml.read("a: " + "[".repeat(100_000)))
        .isInstanceOf(PackException.class);
  }
}
