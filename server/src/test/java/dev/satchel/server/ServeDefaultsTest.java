package dev.satchel.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Where the options of the server come from. */
final class ServeDefaultsTest {
  private final Path config;

  ServeDefaultsTest(@TempDir Path directory) {
    config = directory.resolve("satchel.conf");
  }

  @Test
  void argumentsWinOverVariablesAndTheseOverTheFile() throws IOException {
    write("port=1", "grace=1", "keep-days=1");
    ServeCommand command =
        parsed(
            Map.of("SATCHEL_PORT", "2", "SATCHEL_GRACE", "2"),
            "--config",
            config.toString(),
            "--port",
            "3");
    assertThat(command.port).isEqualTo(3);
    assertThat(command.graceSeconds).isEqualTo(2);
    assertThat(command.keepDays).isEqualTo(1);
    assertThat(command.maxRunning).as("the default").isEqualTo(64);
  }

  @Test
  void theFileIsNamedByAVariableToo() throws IOException {
    write("port=9000");
    Map<String, String> environment = Map.of("SATCHEL_CONFIG", config.toString());
    assertThat(parsed(environment).port).isEqualTo(9000);
    Path other = Files.writeString(config.resolveSibling("other.conf"), "port=9001\n");
    assertThat(parsed(environment, "--config", other.toString()).port).isEqualTo(9001);
    assertThat(parsed(Map.of("SATCHEL_CONFIG", "")).port).isEqualTo(8080);
  }

  @ParameterizedTest
  @CsvSource({
    "keep-day=5, \"keep-day\", Did you mean \"keep-days\"?",
    "MAX_RUNNING=5, \"MAX_RUNNING\", Did you mean \"max-running\"?",
    "colour=blue, \"colour\", It can set host",
    "config=other.conf, \"config\", It can set host",
    "help=true, \"help\", It can set host",
  })
  void anUnknownOptionIsRefusedByItsNameAndNotItsValue(String line, String name, String hint)
      throws IOException {
    write("port=9000", line);
    assertThatThrownBy(() -> parsed(Map.of(), "--config", config.toString()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll(config.toString(), name, hint)
        .message()
        .doesNotContain(line.substring(line.indexOf('=')));
  }

  @Test
  void aLineThatCouldBeAValueIsNotShown() throws IOException {
    write("sat_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG");
    assertThatThrownBy(() -> parsed(Map.of(), "--config", config.toString()))
        .hasMessageContaining("a line that sets no option")
        .message()
        .doesNotContain("sat_");
  }

  @Test
  void aFileThatCannotBeReadIsNamed() throws IOException {
    assertThatThrownBy(() -> parsed(Map.of("SATCHEL_CONFIG", config.toString())))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(config.toString());
    write("port=\\u12");
    assertThatThrownBy(() -> parsed(Map.of("SATCHEL_CONFIG", config.toString())))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(config.toString());
  }

  @Test
  void helpIsGivenWhateverTheFileHolds() throws IOException {
    write("colour=blue");
    ServeCommand command = new ServeCommand();
    CommandLine line = new CommandLine(command);
    ServeDefaults.parse(line, List.of("--help", "--config", config.toString()), Map.of());
    assertThat(line.getParseResult().isUsageHelpRequested()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "--database-url, postgresql://u:hunter2@db/s",
    "--database-password, hunter2",
  })
  void aPasswordIsNoArgument(String option, String value) {
    assertThatThrownBy(() -> parsed(Map.of(), option, value))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll(option + " ", "--database-password-file")
        .message()
        .doesNotContain("hunter2");
  }

  @Test
  void thePasswordComesFromAFileOrAVariable() throws IOException {
    String url = "postgresql://u@db:1/s";
    Path file = Files.writeString(config.resolveSibling("secret"), "hunter2\n");
    assertThat(password(parsed(Map.of("SATCHEL_DATABASE_URL", url)))).isNull();
    assertThat(
            password(parsed(Map.of("SATCHEL_DATABASE_PASSWORD", "hunter2"), "--database-url", url)))
        .isEqualTo("hunter2");
    ServeCommand byFile =
        parsed(
            Map.of("SATCHEL_DATABASE_PASSWORD_FILE", file.toString(), "SATCHEL_DATABASE_URL", url));
    assertThat(password(byFile)).isEqualTo("hunter2");
    assertThat(byFile.secretFiles()).contains(file);
    Path urlFile = Files.writeString(file, "postgresql://u:hunter%32@db:1/s\n");
    ServeCommand byUrl = parsed(Map.of("SATCHEL_DATABASE_URL_FILE", urlFile.toString()));
    assertThat(password(byUrl)).isEqualTo("hunter2");
    assertThat(Objects.requireNonNull(byUrl.database()).toString()).isEqualTo(url);
    assertThat(byUrl.secretFiles()).contains(urlFile);
  }

  private static @Nullable String password(ServeCommand command) {
    return Objects.requireNonNull(command.database()).password();
  }

  private void write(String... lines) throws IOException {
    Path _ = Files.write(config, List.of(lines));
  }

  private static ServeCommand parsed(Map<String, String> environment, String... arguments) {
    ServeCommand command = new ServeCommand();
    ServeDefaults.parse(new CommandLine(command), List.of(arguments), environment);
    return command;
  }
}
