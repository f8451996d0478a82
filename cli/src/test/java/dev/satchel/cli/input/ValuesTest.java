package dev.satchel.cli.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.cli.Terminal;
import dev.satchel.cli.session.CliException;
import dev.satchel.cli.session.Surroundings.Terminals;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ValuesTest {
  @TempDir Path home;
  private Terminal terminal = new Terminal(Path.of("/"));

  @BeforeEach
  void home() {
    terminal = new Terminal(home);
  }

  private Map<String, String> wire(String pair) {
    return new Values(terminal.surroundings()).variable(pair).toWire();
  }

  private static Map<String, String> variable(String name, String value) {
    return Map.of("type", "env", "location", name, "value", value);
  }

  @Test
  void aValueIsAllThatFollowsTheFirstEqualsSign() {
    assertThat(wire("A=b=c #'\"\n ")).isEqualTo(variable("A", "b=c #'\"\n "));
    assertThat(wire("A=")).isEqualTo(variable("A", ""));
  }

  @Test
  void aFileIsTakenToTheByte() throws IOException {
    Files.writeString(home.resolve("t"), "ключ\n");
    assertThat(wire("A=@t")).isEqualTo(variable("A", "ключ\n"));
  }

  @Test
  void whatIsNoUtf8IsSentAsBase64() throws IOException {
    Files.write(home.resolve("t"), new byte[] {(byte) 0xff, 0, 1});
    assertThat(wire("A=@t"))
        .isEqualTo(Map.of("type", "env", "location", "A", "value", "/wAB", "encoding", "base64"));
  }

  @Test
  void twoAtSignsStandForOne() {
    assertThat(wire("A=@@t")).isEqualTo(variable("A", "@t"));
  }

  @Test
  void aFileThatIsMissingIsNotNamedForItMayBeAValue() {
    assertThatThrownBy(() -> wire("A=@p4ssword"))
        .isInstanceOf(CliException.class)
        .hasMessageNotContaining("p4ssword");
  }

  @Test
  void standardInputLosesOnlyItsLastLineBreak() {
    terminal.in("two\nlines\r\n");
    assertThat(wire("A=-")).isEqualTo(variable("A", "two\nlines"));
    terminal.in("\n");
    assertThat(wire("A=-")).isEqualTo(variable("A", ""));
  }

  @Test
  void aNameAloneTakesTheCallersVariable() {
    terminal.set("A", "from here");
    assertThat(wire("A")).isEqualTo(variable("A", "from here"));
  }

  @Test
  void aNameAloneIsAskedForOnATerminal() {
    terminal.types("tÿped");
    assertThat(wire("A")).isEqualTo(variable("A", "tÿped"));
  }

  @Test
  void aNameAloneIsRefusedWhereNobodyCanBeAsked() {
    assertThatThrownBy(() -> wire("A")).hasMessageContaining("A has no value");
  }

  @Test
  void theCommandLineWinsOverTheEnvFileAndTwiceIsRefused() throws IOException {
    Files.writeString(home.resolve("e"), "A=1\nB=2\n");
    Values values = new Values(terminal.surroundings());
    assertThat(values.entries(List.of("B=3"), List.of(), List.of("e")))
        .extracting(Entry::location, Entry::text)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("A", "1"),
            org.assertj.core.groups.Tuple.tuple("B", "3"));
    assertThatThrownBy(() -> values.entries(List.of("A=1", "A=2"), List.of(), List.of()))
        .hasMessageContaining("A is given twice");
  }

  @Test
  void aPromptThatIsAnsweredWithNothingOrNotAtAllSaysSo() {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    terminal.types("");
    Values values = new Values(terminal.surroundings(new ByteArrayOutputStream(), err));
    assertThat(values.variable("KEY").text()).isEmpty();
    assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("Note: KEY is empty.\n");
    terminal.on(new Terminals(true, true, true), 80).ends();
    assertThatThrownBy(() -> new Values(terminal.surroundings()).variable("KEY"))
        .hasMessageContaining("No value was given for KEY");
  }

  @Test
  void whatIsNoTextIsRefusedByNameAndNeverStoredAltered() {
    terminal.set("A", "k\uFFFDz"); // What Java makes of bytes that are no UTF-8.
    assertThatThrownBy(() -> wire("A")).hasMessageContaining("The value of A is not UTF-8");
    assertThatThrownBy(() -> wire("B=\uFFFD")).hasMessageContaining("The value of B is not UTF-8");
    Values values = new Values(terminal.surroundings());
    assertThatThrownBy(() -> values.visible(List.of("C=\uFFFD"), List.of()))
        .hasMessageContaining("The value of C is not UTF-8");
  }

  @Test
  void anEnvFileThatSetsAVariableTwiceIsRefusedByItsLine() throws IOException {
    Files.writeString(home.resolve("e"), "A=1\nB=2\nA=3\n");
    assertThatThrownBy(
            () -> new Values(terminal.surroundings()).entries(List.of(), List.of(), List.of("e")))
        .hasMessageContaining("Line 3")
        .hasMessageContaining("a line before it sets");
  }

  @Test
  void anEntryNeverPrintsItsValue() {
    assertThat(new Values(terminal.surroundings()).variable("A=s3cret").toString())
        .doesNotContain("s3cret");
  }

  @Test
  void durationsAreReadAsPeopleWriteThem() {
    assertThat(Durations.parse("--t", "90")).isEqualTo(Duration.ofSeconds(90));
    assertThat(Durations.parse("--t", "1h30m")).isEqualTo(Duration.ofMinutes(90));
    assertThat(Durations.parse("--t", "7d")).isEqualTo(Duration.ofDays(7));
    assertThatThrownBy(() -> Durations.parse("--t", "soon")).hasMessageContaining("--t");
    assertThatThrownBy(() -> Durations.parse("--t", "")).hasMessageContaining("--t");
  }
}
