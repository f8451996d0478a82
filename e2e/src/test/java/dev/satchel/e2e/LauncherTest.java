package dev.satchel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.core.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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
