package dev.satchel.server.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.core.application.ApplicationId;
import dev.satchel.core.workload.Remains;
import dev.satchel.core.workload.RunSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is taken of what a program left, which may point anywhere. */
final class DiskRunsTest {
  @TempDir Path directory;
  private Path work;
  private Path others;
  private DiskRuns runs;

  @BeforeEach
  void open() throws IOException {
    runs = new DiskRuns(directory.resolve("runs"));
    Path code = Files.createFile(directory.resolve("code"));
    runs.place("run", code, (Path) null);
    work = Files.createDirectories(directory.resolve("work"));
    others = directory.resolve("others");
    file(others.resolve("outputs/solutions/theirs"));
    file(others.resolve("theirs"));
  }

  private static void file(Path file) throws IOException {
    Files.createDirectories(file.resolveSibling("."));
    Files.writeString(file, "x");
  }

  private List<String> collected(String workingDirectory) throws IOException {
    RunSpec run =
        new RunSpec(
            new ApplicationId("seed"),
            "latest",
            "",
            "",
            "",
            "class",
            "",
            "json",
            "multi-file",
            workingDirectory,
            Map.of(),
            "");
    runs.collect("run", run, new Remains(work, directory.resolve("none")));
    List<String> names = new ArrayList<>();
    try (var in = Files.newInputStream(runs.output("run"));
        var tar = new TarArchiveInputStream(new GZIPInputStream(in))) {
      for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        names.add(entry.getName());
      }
    }
    return names;
  }

  @Test
  void whatAProgramLeftIsTaken() throws IOException {
    file(work.resolve("sub/outputs/solutions/a/ours"));
    file(work.resolve("sub/outputs/other"));
    assertThat(collected("sub")).containsExactly("a/ours");
    assertThat(collected("./sub/.")).containsExactly("a/ours");
  }

  @Test
  void nothingIsReachedThroughALink_whereverItStands() throws IOException {
    Files.createSymbolicLink(work.resolve("sub"), others);
    assertThat(collected("sub")).isEmpty();
    Files.createDirectories(work.resolve("two"));
    Files.createSymbolicLink(work.resolve("two/outputs"), others.resolve("outputs"));
    assertThat(collected("two")).isEmpty();
    Files.createDirectories(work.resolve("three/outputs"));
    Files.createSymbolicLink(
        work.resolve("three/outputs/solutions"), others.resolve("outputs/solutions"));
    Files.createSymbolicLink(work.resolve("three/outputs/file"), others.resolve("theirs"));
    assertThat(collected("three")).isEmpty();
  }
}
