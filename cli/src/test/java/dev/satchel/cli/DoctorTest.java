package dev.satchel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.cli.Terminal.Outcome;
import dev.satchel.cli.session.Surroundings.Terminals;
import dev.satchel.sdk.json.Json;
import dev.satchel.sdk.json.Node;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DoctorTest extends CommandTest {
  private static final List<String> EIGHT =
      List.of(
          "engines",
          "isolation",
          "containers",
          "buckets",
          "tmpfs",
          "disk",
          "clock",
          "key",
          "database",
          "ports");

  @Test
  void eachOfTheEightIsLookedAtWhereNothingIsThereYet() {
    Outcome outcome = new Terminal(home).set("SATCHEL_PORT", "0").run("doctor", "--json");
    Node told = Json.read(outcome.out());
    assertThat(told.at("checks").items())
        .extracting(check -> check.text("name"))
        .containsExactlyElementsOf(
            java.util.stream.Stream.concat(EIGHT.stream(), java.util.stream.Stream.of("server"))
                .toList());
    assertThat(told.at("checks").items())
        .filteredOn(check -> check.text("verdict").matches("fail|warn"))
        .allMatch(check -> !check.text("fix").isEmpty());
    assertThat(check(outcome, "server").text("fix")).isEqualTo("satchel serve");
    assertThat(check(outcome, "key").text("detail")).isEqualTo("made at the first start");
    assertThat(home.resolve(".satchel")).doesNotExist();
  }

  @Test
  void aServerThatIsNotReadyFailsWithWhatItSays() {
    server.refuse("GET /readyz", 503, "STORE_FAILED", "Restart the server.");
    Outcome outcome = terminal.run("doctor");
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.out())
        .containsPattern("fail  server +Restart the server.\n +→ see the server's log")
        .endsWith("1 check fails.\n");
    assertThat(terminal.run("doctor", "-q").out()).contains("server").doesNotContain("ok ");
  }

  @Test
  void enginesAreToldByTheServerThatRunsThem() {
    server
        .on("GET /readyz", 200, "{\"status\":\"ok\"}")
        .on("GET /v1/secrets", 200, "{\"items\":[]}")
        .on(
            "POST /v1/plans",
            200,
            "{\"engine\":\"process\",\"isolation\":\"none\",\"problems\":[\"No tmpfs.\"]}");
    Node engines = check(terminal.run("doctor", "--json"), "engines");
    assertThat(engines.text("verdict")).isEqualTo("fail");
    assertThat(engines.text("detail")).isEqualTo("process: No tmpfs.");
  }

  @Test
  void aClockThatDiffersFromTheServersFails() {
    aServerThatIsReady();
    Node clock = check(terminal.run("doctor", "--json"), "clock");
    assertThat(clock.text("verdict")).isEqualTo("fail");
    assertThat(clock.text("fix")).contains("NTP");
  }

  @Test
  void aClockBehindTheNewestWriteFails() throws IOException {
    Path database = Files.createFile(dataDirectory().resolve("satchel.db"));
    Files.setLastModifiedTime(database, FileTime.from(Terminal.NOW.plus(Duration.ofDays(1))));
    Node clock = check(new Terminal(home).run("doctor", "--json"), "clock");
    assertThat(clock.text("verdict")).isEqualTo("fail");
    assertThat(clock.text("detail")).contains("2026-11-23T12:00:00Z");
    Files.setLastModifiedTime(database, FileTime.from(Terminal.NOW));
    assertThat(check(new Terminal(home).run("doctor", "--json"), "clock").text("verdict"))
        .isEqualTo("ok");
  }

  @Test
  void aPortThatIsTakenNamesWhoHasIt() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Terminal here = new Terminal(home).set("SATCHEL_PORT", "" + taken.getLocalPort());
      Node ports = check(here.run("doctor", "--json"), "ports");
      assertThat(ports.text("verdict")).isEqualTo("fail");
      assertThat(ports.text("detail"))
          .contains("127.0.0.1:" + taken.getLocalPort())
          .contains("(process " + ProcessHandle.current().pid() + ")");
      assertThat(ports.text("fix")).contains("--port 0");
    }
    assertThat(
            check(new Terminal(home).set("SATCHEL_PORT", "x").run("doctor", "--json"), "ports")
                .text("verdict"))
        .isEqualTo("fail");
  }

  @Test
  void aKeyThatOthersMayReadOrThatIsMissingFails() throws IOException {
    Path data = dataDirectory();
    Files.createFile(data.resolve("satchel.db"));
    Terminal here = new Terminal(home);
    Node missing = check(here.run("doctor", "--json"), "key");
    assertThat(missing.text("verdict")).isEqualTo("fail");
    assertThat(missing.text("fix")).contains("SATCHEL_MASTER_KEY_FILE");
    Path key = Files.createFile(data.resolve("master.key"));
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(check(here.run("doctor", "--json"), "key").text("fix"))
        .isEqualTo("chmod 600 " + key);
  }

  @Test
  void aDataDirectoryThatCannotBeMadeOrIsOpenToOthersFails() throws IOException {
    Terminal here = new Terminal(home);
    Path file = Files.createFile(home.resolve("file"));
    Node absent = check(here.run("doctor", "--json", "--data", file + "/below"), "disk");
    assertThat(absent.text("detail")).isEqualTo(file + " is no directory");
    Path data = dataDirectory();
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-xr-x"));
    assertThat(check(here.run("doctor", "--json"), "disk").text("fix"))
        .isEqualTo("chmod 700 " + data);
  }

  @Test
  void whatThisMachineLacksIsNoFailureForWhoUsesAServerElsewhere() throws IOException {
    aServerThatIsReady();
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      terminal.set("SATCHEL_PORT", "" + taken.getLocalPort());
      assertThat(check(terminal.run("doctor", "--json"), "ports").text("verdict"))
          .isEqualTo("note");
    }
  }

  @Test
  void longLinesAreWrappedBelowThemselvesOnANarrowTerminal() {
    terminal.on(new Terminals(true, true, true), 40).set("NO_COLOR", "1");
    server.refuse("GET /readyz", 503, "STORE_FAILED", "word ".repeat(30).strip() + ".");
    assertThat(terminal.run("doctor").out())
        .contains("fail  server     word word word word\n                 word word word word\n");
  }

  private void aServerThatIsReady() {
    server
        .on("GET /readyz", 200, "{\"status\":\"ok\",\"version\":\"1\"}")
        .on("GET /v1/secrets", 200, "{\"items\":[]}")
        .on(
            "POST /v1/plans",
            200,
            "{\"engine\":\"process\",\"isolation\":\"none\",\"problems\":[]}");
  }

  private Path dataDirectory() throws IOException {
    Path data = Files.createDirectory(home.resolve(".satchel"));
    return Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx------"));
  }

  private static Node check(Outcome outcome, String name) {
    return Json.read(outcome.out()).at("checks").items().stream()
        .filter(check -> check.text("name").equals(name))
        .findFirst()
        .orElseThrow();
  }
}
