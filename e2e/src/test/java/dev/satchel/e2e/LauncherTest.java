package dev.satchel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.core.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What people type: the script at the root, from wherever they are. */
final class LauncherTest {
  private final Installation place = new Installation("launcher");

  @BeforeEach
  void needsTheDistribution() {
    Needs.that(
        Files.isExecutable(Installation.LAUNCHER), "this test needs the distribution of the build");
  }

  @Test
  void theScriptAtTheRootWorksFromAnotherDirectoryThroughLinks() throws IOException {
    Path root = place.directory("a root");
    Path _ = Files.copy(Installation.ROOT.resolve("satchel"), root.resolve("satchel"));
    Path _ = Files.createDirectories(root.resolve("dist/target"));
    Path _ =
        Files.createSymbolicLink(
            root.resolve("dist/target/satchel"), Installation.ROOT.resolve("dist/target/satchel"));
    Path _ = Files.createFile(root.resolve("dist/target/built")); // So that nothing is built.
    Path bin = place.directory("bin");
    Path _ = Files.createSymbolicLink(bin.resolve("first"), Path.of("../a root/satchel"));
    Path link = Files.createSymbolicLink(bin.resolve("satchel"), Path.of("first"));
    Run version = run(List.of(link.toString(), "--version")).ok();
    assertThat(version.out()).containsPattern("[0-9]+\\.[0-9]+");
    assertThat(version.err()).isEmpty();
  }

  @Test
  void theLauncherWorksThroughALinkAndTellsUsageErrorsByTheirCode() throws IOException {
    Path link = Files.createSymbolicLink(place.home().resolve("satchel"), Installation.LAUNCHER);
    assertThat(run(List.of(link.toString(), "--help")).ok().out()).contains("secrets", "run");
    assertThat(run(List.of(link.toString(), "nonsense")).code()).isEqualTo(2);
    assertThat(run(List.of(link.toString(), "serve", "--no-such-option")).code()).isEqualTo(2);
  }

  @Test
  void theWidthOfTheTerminalIsSeen() {
    Needs.command("script");
    String typed = "stty cols 60; " + Installation.LAUNCHER + " --help";
    Run help = run(List.of("script", "-qec", typed, "/dev/null")).ok();
    assertThat(help.out()).contains("quickstart");
    assertThat(help.out().lines())
        .as("of 100 columns where it is not")
        .allMatch(l -> l.length() <= 60);
  }

  @Test
  void aFlagOfTheServerCounts() {
    try (Installation open = Installation.started("metrics-open", "--metrics-open")) {
      assertThat(open.as("no token").send("GET", "/metrics", null).status()).isEqualTo(200);
    }
  }

  /** With the mode "on" a cache that does not fit the class path or the flags ends the program. */
  @Test
  void theCachesOfTheBuildHoldWhatServerAndCommandLineLoad() {
    Path ofServer = place.kept().resolve("server-classes");
    Path ofCli = place.kept().resolve("cli-classes");
    Installation cached =
        new Installation("caches") {
          @Override
          Map<String, String> serverEnvironment() {
            Map<String, String> environment = super.serverEnvironment();
            environment.put("SATCHEL_JAVA_OPTIONS", tellingClasses(ofServer));
            return environment;
          }
        };
    try (cached) {
      cached.start();
      Run _ =
          cached
              .satchel(
                  new byte[0],
                  Map.of("SATCHEL_CLI_JAVA_OPTIONS", tellingClasses(ofCli)),
                  "secrets",
                  "list")
              .ok();
    }
    assertThat(fromJars(ofCli)).as("what the command line loads beside its cache").isEmpty();
    assertThat(fromJars(ofServer))
        .as("what the server loads beside its cache: only what comes by chance, of thousands")
        .hasSizeLessThan(20);
  }

  private static String tellingClasses(Path file) {
    return "-XX:AOTMode=on -Xlog:class+load:file=" + file;
  }

  private static List<String> fromJars(Path classes) {
    List<String> loaded = Installation.text(classes).lines().toList();
    assertThat(loaded).anyMatch(line -> line.contains(" dev.satchel."));
    return loaded.stream().filter(line -> line.contains("source: file:")).toList();
  }

  private Run run(List<String> command) {
    return Run.of(
        command,
        place.environment(),
        place.directory("elsewhere"),
        new byte[0],
        place.kept().resolve("output"),
        Duration.ofSeconds(60));
  }
}
