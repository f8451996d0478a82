package dev.satchel.cli.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.cli.session.CliException;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class DotenvTest {
  @Test
  void plainValuesEndWithTheirLine() {
    assertThat(Dotenv.parse("A=1\nexport B = two words \nC=\nD=a=b=c\n"))
        .isEqualTo(Map.of("A", "1", "B", "two words", "C", "", "D", "a=b=c"));
  }

  @Test
  void aHashBeginsACommentOnlyAfterABlank() {
    assertThat(Dotenv.parse("# first\nA=b#c\nB=x # y\nC=#\n  # last"))
        .isEqualTo(Map.of("A", "b#c", "B", "x", "C", ""));
  }

  @Test
  void singleQuotesKeepEverythingOverLines() {
    assertThat(Dotenv.parse("A='it # is \\n $X\r\n\"so\"' # done\nB=1"))
        .isEqualTo(Map.of("A", "it # is \\n $X\r\n\"so\"", "B", "1"));
  }

  @Test
  void doubleQuotesKnowTheUsualEscapesAndNoOthers() {
    assertThat(Dotenv.parse("A=\"x\\n\\t\\\"\\\\\\$Y\\q\nsecond  \""))
        .isEqualTo(Map.of("A", "x\n\t\"\\$Y\\q\nsecond  "));
  }

  @Test
  void windowsLineEndsAndAMarkOfByteOrderAreNoPartOfValues() {
    assertThat(Dotenv.parse("\uFEFFA=1\r\n\r\nB=\"2\"\r\n")).isEqualTo(Map.of("A", "1", "B", "2"));
  }

  @Test
  void nothingIsExpanded() {
    assertThat(Dotenv.parse("A=$HOME ${X} `id`")).isEqualTo(Map.of("A", "$HOME ${X} `id`"));
  }

  @Test
  void aMistakeNamesItsLineAndNotWhatStandsThere() {
    assertThatThrownBy(() -> Dotenv.parse("A=1\nhunter2\n"))
        .isInstanceOf(CliException.class)
        .hasMessageContaining("Line 2")
        .hasMessageNotContaining("hunter2");
    assertThatThrownBy(() -> Dotenv.parse("A=\"open\nB=2"))
        .hasMessageContaining("Line 1")
        .hasMessageNotContaining("open");
    assertThatThrownBy(() -> Dotenv.parse("A='x' y")).hasMessageContaining("closing quote");
  }
}
