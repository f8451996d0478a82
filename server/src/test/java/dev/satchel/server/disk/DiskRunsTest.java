package dev.satchel.server.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.application.ApplicationId;
import dev.satchel.core.workload.ContentPaths;
import dev.satchel.core.workload.Queuing;
import dev.satchel.core.workload.Remains;
import dev.satchel.core.workload.RunOrigin;
import dev.satchel.core.workload.RunReport;
import dev.satchel.core.workload.RunSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
  private SharedPackages packages;

  @BeforeEach
  void open() throws IOException {
    packages = new SharedPackages(directory.resolve("packages"));
    runs = new DiskRuns(directory.resolve("runs"), packages, InstantSource.system());
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

  private static RunSpec run(String output, String workingDirectory) {
    return run(output, workingDirectory, ContentPaths.USUAL);
  }

  private static RunSpec run(String output, String workingDirectory, ContentPaths paths) {
    return new RunSpec(
        new ApplicationId("seed"),
        "latest",
        "",
        "",
        "",
        "class",
        "",
        output,
        output,
        workingDirectory,
        Map.of(),
        "",
        paths,
        RunOrigin.PLAIN,
        Queuing.USUAL);
  }

  private List<String> collected(String workingDirectory) throws IOException {
    return collected(run("multi-file", workingDirectory));
  }

  private List<String> collected(RunSpec run) throws IOException {
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

  private String push(String... names) throws IOException {
    Path archive = Files.write(directory.resolve("archive"), TarGz.of(names));
    return code().keep(archive);
  }

  private DiskCode code() {
    Instant late = Instant.now().plus(Duration.ofDays(1));
    return new DiskCode(directory.resolve("kept"), packages, () -> late);
  }

  private Path filled(String workload, Set<String> secretFiles) throws IOException {
    Path place = Files.createTempDirectory(directory, "work");
    runs.staging(workload, run("json", ""), secretFiles).fill(place);
    return place;
  }

  @Test
  void packagesAreUnpackedOnce_andEachRunUnpacksTheRest() throws IOException {
    String digest = push("main.py", "sub/data", ".nextmv/python/deps/a/one.py");
    runs.place("shared", code().of(digest), new byte[0]);
    Path place = filled("shared", Set.of("licence"));
    assertThat(place.resolve("main.py")).exists();
    assertThat(place.resolve("sub/data")).exists();
    assertThat(place.resolve(".nextmv/python/deps")).isEmptyDirectory();
    Map<String, Path> places = runs.staging("shared", run("json", ""), Set.of()).shared();
    assertThat(places).containsOnlyKeys(".nextmv/python/deps");
    Path shared = places.values().iterator().next();
    assertThat(shared.resolve("a/one.py")).exists();
    assertThat(Files.getPosixFilePermissions(shared.resolve("a")))
        .contains(PosixFilePermission.OTHERS_EXECUTE);
    assertThatThrownBy(() -> filled("shared", Set.of(".nextmv/python/deps/b.py")))
        .hasMessageContaining(".nextmv/python/deps/b.py");
  }

  @Test
  void packagesStayForAsLongAsARunHasTheCode_andWithoutThemItUnpacksAll() throws IOException {
    String digest = push("main.py", ".nextmv/python/deps/a.py");
    runs.place("shared", code().of(digest), new byte[0]);
    code().remove(List.of(digest));
    assertThat(packages.of(digest)).isNotNull();
    runs.remove(List.of("shared"));
    code().remove(List.of(digest));
    assertThat(packages.of(digest)).isNull();
    assertThat(code().of(digest)).doesNotExist();
    digest = push("main.py", ".nextmv/python/deps/a.py");
    runs.place("whole", code().of(digest), new byte[0]);
    packages.remove(digest);
    assertThat(filled("whole", Set.of()).resolve(".nextmv/python/deps/a.py")).exists();
  }

  @Test
  void whatCannotBeReadIsRefused_andNothingIsKeptOfIt() throws Exception {
    List<byte[]> odd = // Beginnings that a reader of JSON takes for UTF-32 or UTF-16.
        List.of(
            new byte[] {0, 0, -1, -2, '{', '}'},
            new byte[] {0, 0, -2, -1, 0, 0, 0, '{', 127, -1, -1, -1, 0, 0, 0, '}'},
            new byte[] {-1, -2, 0, 0, '{', 0, 0, 0, -1, -1, -1, 127},
            "{".getBytes(StandardCharsets.UTF_8));
    for (byte[] bytes : odd) {
      Path output = Files.write(directory.resolve("odd"), bytes);
      assertThatThrownBy(() -> runs.collect("run", run("json", ""), new Remains(work, output)))
          .isInstanceOf(RefusedException.class);
      wrote("outputs/statistics.json", "");
      Path report = Files.write(work.resolve("outputs/statistics.json"), bytes);
      Path good = Files.writeString(directory.resolve("good"), "{}");
      assertThatThrownBy(() -> runs.collect("run", run("json", ""), new Remains(work, good)))
          .isInstanceOf(RefusedException.class);
      Files.delete(report);
    }
    String deep =
        "cd outputs && i=0; while [ $i -lt 400 ]; do mkdir dddddddddd; cd dddddddddd; i=$((i + 1)); done; echo x > x";
    Process made =
        new ProcessBuilder("sh", "-c", deep).directory(work.toFile()).inheritIO().start();
    assertThat(made.waitFor()).isZero();
    assertThatThrownBy(() -> collected(""))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("cannot be read");
    try (var left = Files.list(runs.output("run").resolveSibling(""))) {
      assertThat(left.map(path -> String.valueOf(path.getFileName())))
          .allMatch(name -> !name.endsWith(".new"));
    }
    new ProcessBuilder("rm", "-rf", work.toString()).start().waitFor(); // Else nobody can.
  }

  @Test
  void aTextThatIsTooLongToBeInMemoryIsRefused() {
    String text = "x".repeat((16 << 20) + 1);
    for (String report :
        List.of(
            "{\"assets\":[{\"name\":\"a\",\"content\":\"" + text + "\"}]}",
            "{\"statistics\":{\"a\":\"" + text + "\"}}")) {
      assertThatThrownBy(() -> printed(report))
          .isInstanceOfSatisfying(
              RefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TOO_LARGE));
    }
    assertThat(runs.report("run", RunReport.STATISTICS)).doesNotExist();
    assertThat(runs.output("run")).as("kept all the same").exists();
  }

  @Test
  void whatAnAttemptBeforeReportedIsNotTheNextOnes() throws IOException {
    printed("{\"statistics\":{\"a\":1}}");
    assertThat(runs.report("run", RunReport.STATISTICS)).exists();
    printed("{}");
    assertThat(runs.report("run", RunReport.STATISTICS)).doesNotExist();
  }

  @Test
  void whatEndedWithoutAnythingIsAnEmptyArchive() throws IOException {
    try (var tar = unpacked(runs.output("run"))) {
      assertThat(tar.getNextEntry()).isNull();
    }
  }

  @Test
  void textIsTheOnlyFileOfItsArchive_whichIsThatOfTheLastAttempt() throws IOException {
    for (String text : List.of("one", "two")) {
      Path output = Files.writeString(directory.resolve("printed"), text);
      runs.collect("run", run("text", ""), new Remains(work, output));
      assertThat(runs.output("run")).hasContent(text);
      for (int again = 0; again < 2; again++) {
        try (var tar = unpacked(runs.output("run"))) {
          assertThat(tar.getNextEntry().getName()).isEqualTo("output.txt");
          assertThat(new String(tar.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(text);
          assertThat(tar.getNextEntry()).isNull();
        }
      }
    }
  }

  private TarArchiveInputStream unpacked(Path file) throws IOException {
    return new TarArchiveInputStream(new GZIPInputStream(Files.newInputStream(runs.archive(file))));
  }

  private void printed(String text) throws IOException {
    Path output = Files.writeString(directory.resolve("printed"), text);
    runs.collect("run", run("json", ""), new Remains(work, output));
  }

  private void wrote(String name, String text) throws IOException {
    file(work.resolve(name));
    Files.writeString(work.resolve(name), text);
  }

  private String report(RunReport report) throws IOException {
    return Files.readString(runs.report("run", report));
  }

  @Test
  void reportsAreTakenOfWhatWasPrinted() throws IOException {
    printed(
        "{\"solution\":{\"metrics\":1},\"statistics\":{\"value\":1.10},\"metrics\":{\"a\":{}},"
            + "\"assets\":[{\"content\":[1,2.50],\"name\":\"chart\",\"visual\":{\"schema\":\"x\"}},3]}");
    assertThat(report(RunReport.STATISTICS)).isEqualTo("{\"value\":1.10}");
    assertThat(report(RunReport.METRICS)).isEqualTo("{\"a\":{}}");
    assertThat(report(RunReport.ASSETS))
        .contains("\"id\":\"asset-1\"", "\"name\":\"chart\"", "\"size\":8", "{\"schema\":\"x\"}")
        .doesNotContain("asset-2");
    assertThat(Files.readString(runs.asset("run", "asset-1"))).isEqualTo("[1,2.50]");
    assertThat(runs.asset("run", "../code")).doesNotExist();
    assertThat(runs.asset("run", "output")).doesNotExist();
  }

  @Test
  void anOutputMayMeanAnythingByTheNamesOfReports() throws IOException {
    printed("{\"statistics\":5,\"metrics\":[],\"assets\":{\"a\":1}}");
    for (RunReport report : RunReport.values()) {
      assertThat(runs.report("run", report)).doesNotExist();
    }
  }

  @Test
  void aFileOfAReportCountsBeforeWhatWasPrintedAndMayBeWrapped() throws IOException {
    wrote("outputs/statistics.json", "{\"statistics\":{\"a\":1}}");
    wrote("outputs/metrics/metrics.json", "{\"metrics\":{\"a\":2},\"b\":3}");
    wrote("outputs/assets.json", "{\"assets\":[{\"name\":\"n\",\"content\":\"text\"}]}");
    printed("{\"statistics\":{\"printed\":true}}");
    assertThat(report(RunReport.STATISTICS)).isEqualTo("{\"a\":1}");
    assertThat(report(RunReport.METRICS)).isEqualTo("{\"metrics\":{\"a\":2},\"b\":3}");
    assertThat(Files.readString(runs.asset("run", "asset-1"))).isEqualTo("\"text\"");
  }

  @Test
  void reportsThatLieBesideAnOutputAreNoneOfIt() throws IOException {
    wrote("outputs/statistics.json", "{}");
    wrote("outputs/assets/assets.json", "[]");
    wrote("outputs/answer", "x");
    wrote("outputs/sub/metrics.json", "x");
    assertThat(collected("")).containsExactlyInAnyOrder("answer", "sub/metrics.json");
  }

  @Test
  void aFileThatIsNoReportIsRefusedByNameAndTheOutputKept() throws IOException {
    for (String text : List.of("", "5", "[]", "{", "{}{", "{\"a\":" + "[".repeat(600))) {
      wrote("outputs/statistics.json", text);
      boolean refused = true;
      try {
        printed("{\"kept\":1}");
        refused = false;
      } catch (RefusedException e) {
        assertThat(e.detail()).contains("statistics").doesNotContain("[[[");
      }
      assertThat(refused).as(text).isEqualTo(!text.equals("{}{"));
      assertThat(runs.output("run")).hasContent("{\"kept\":1}");
    }
  }

  @Test
  void reportsHaveLimits() throws IOException {
    wrote("outputs/metrics.json", "{\"a\":\"" + "x".repeat(RunReports.OBJECT_MAX_BYTES) + "\"}");
    assertThatThrownBy(() -> printed("{}"))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("metrics are larger");
    Files.delete(work.resolve("outputs/metrics.json"));
    wrote(
        "outputs/assets.json",
        "[" + "{\"content\":1},".repeat(RunAssets.COUNT_MAX) + "{\"content\":1}]");
    assertThatThrownBy(() -> printed("{}"))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("assets are more");
  }

  @Test
  void noReportIsReachedThroughALink() throws IOException {
    wrote("secret/statistics.json", "{}");
    Files.createSymbolicLink(work.resolve("outputs"), work.resolve("secret"));
    printed("{}");
    assertThat(runs.report("run", RunReport.STATISTICS)).doesNotExist();
    Files.delete(work.resolve("outputs"));
    Files.createDirectories(work.resolve("outputs"));
    Files.createSymbolicLink(
        work.resolve("outputs/statistics.json"), work.resolve("secret/statistics.json"));
    printed("{}");
    assertThat(runs.report("run", RunReport.STATISTICS)).doesNotExist();
  }

  @Test
  void filesLieWhereTheManifestSays() throws IOException {
    ContentPaths paths = new ContentPaths("in/data", "out/results", "out/s.json", "", "");
    RunSpec run = run("multi-file", "", paths);
    Files.write(directory.resolve("input.tar.gz"), TarGz.of("a/b.csv"));
    Files.deleteIfExists(directory.resolve("code"));
    Files.write(directory.resolve("code"), TarGz.of("main.py"));
    runs.place("other", directory.resolve("code"), directory.resolve("input.tar.gz"));
    Path staged = Files.createDirectories(directory.resolve("staged"));
    runs.staging("other", run, Set.of()).fill(staged);
    assertThat(staged.resolve("in/data/a/b.csv")).exists();
    assertThat(staged.resolve("out/results")).isDirectory();
    wrote("out/results/answer", "x");
    wrote("outputs/solutions/none", "x");
    wrote("outputs/statistics.json", "{\"usual\":1}");
    wrote("out/s.json", "{\"chosen\":1}");
    assertThat(collected(run)).containsExactly("answer");
    assertThat(report(RunReport.STATISTICS)).isEqualTo("{\"chosen\":1}");
  }

  @Test
  void aPathIsBelowWhereTheProgramWorks() {
    for (String wrong : List.of("..", "a/../../b", "/etc", ".", "./", "a/.", "a\u0000")) {
      boolean below = wrong.equals("a/.");
      for (int at = 0; at < 5; at++) {
        String[] paths = {"", "", "", "", ""};
        paths[at] = wrong;
        try {
          var _ = new ContentPaths(paths[0], paths[1], paths[2], paths[3], paths[4]);
          assertThat(below).as(wrong).isTrue();
        } catch (RefusedException refused) {
          assertThat(below).as(wrong).isFalse();
        }
      }
    }
  }

  @Test
  void noSecretFileLiesOverAnApplicationsOwn() throws IOException {
    Files.delete(directory.resolve("code"));
    Files.write(directory.resolve("code"), TarGz.of("main.py", "lib/a.py"));
    Files.write(directory.resolve("input.tar.gz"), TarGz.of("b.csv"));
    runs.place("other", directory.resolve("code"), directory.resolve("input.tar.gz"));
    for (String location :
        List.of("main.py", "lib", "lib/a.py", "main.py/x", "inputs/b.csv", "lib/new", "/run/x")) {
      Path staged = Files.createTempDirectory(directory, "staged");
      boolean free = location.equals("lib/new") || location.startsWith("/");
      try {
        runs.staging("other", run("multi-file", ""), Set.of(location)).fill(staged);
        assertThat(free).as(location).isTrue();
      } catch (RefusedException refused) {
        assertThat(free).as(location).isFalse();
        assertThat(refused.detail()).contains("\"" + location + "\"", "another location");
      }
    }
  }
}
