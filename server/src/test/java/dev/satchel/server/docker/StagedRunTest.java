package dev.satchel.server.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.RefusedException;
import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.ContainerSpec;
import dev.satchel.core.workload.EngineContract;
import dev.satchel.core.workload.JobForm;
import dev.satchel.core.workload.Launch;
import dev.satchel.core.workload.Observation;
import dev.satchel.core.workload.RecordingLogSink;
import dev.satchel.core.workload.Staging;
import dev.satchel.server.tmpfs.SecretRoot;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Attempts that work on files, as containers on a real engine. */
final class StagedRunTest {
  private static final byte[] KEY = "the key of a licence".getBytes(StandardCharsets.UTF_8);

  @TempDir Path data;
  private DockerEngine engine;
  private TestDocker docker;
  private String installation = "";
  private int number;

  @BeforeEach
  void open() {
    docker = TestDocker.needed();
    installation = "s" + ProcessHandle.current().pid() + "x" + System.nanoTime() % 100_000;
    engine =
        new DockerEngine(
            installation,
            data,
            List.of(),
            new SecretRoot(SecretRoot.candidates(null)),
            docker.environment());
  }

  @AfterEach
  void close() {
    engine.known().forEach(engine::remove);
    engine.close();
  }

  /** A program and perhaps an input. */
  private record Program(String script, @Nullable Path input, boolean keepsOutput, long max)
      implements Staging {
    @Override
    public void fill(Path directory) throws IOException {
      Files.writeString(directory.resolve("main.sh"), script);
      Files.createDirectory(directory.resolve("licenses"));
    }

    @Override
    public long fileMaxBytes() {
      return max;
    }
  }

  private AttemptId start(Staging staging, Map<String, byte[]> files) {
    AttemptId attempt = new AttemptId("staged", ++number);
    ContainerSpec container =
        new ContainerSpec(TestDocker.IMAGE, null, new BigDecimal("0.5"), 64, null, List.of());
    JobForm form =
        new JobForm(
            List.of("sh", "./main.sh"), container, null, false, Set.of("TOKEN"), files.keySet());
    Launch plain = EngineContract.launch(attempt, form, Map.of("TOKEN", KEY), files);
    engine.start(new Launch(attempt, form, plain.variables(), plain.files(), staging));
    return attempt;
  }

  private String logOf(AttemptId attempt) {
    RecordingLogSink sink = new RecordingLogSink();
    engine.follow(attempt, sink);
    return new String(sink.whole(), StandardCharsets.UTF_8);
  }

  private void assertNowhereOnDisk(byte[] value) throws IOException {
    String text = new String(value, StandardCharsets.UTF_8);
    try (Stream<Path> all = Files.walk(data)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
            .as(file.toString())
            .doesNotContain(text);
      }
    }
  }

  @Test
  void whatItReadsIsTheFileAndWhatItPrintsIsAFile() throws IOException {
    Path input = Files.writeString(data.resolve("input.json"), "{\"foo\":1}");
    Files.setPosixFilePermissions(
        input, java.nio.file.attribute.PosixFilePermissions.fromString("r--r--r--"));
    var staging =
        new Program(
            "cat; [ \"$TOKEN\" = \"$(cat licenses/a/b.lic)\" ] && echo same; echo log >&2;"
                + " stat -c %a licenses/a/b.lic >&2; pwd >&2; echo $HOME >&2; echo x 2>/dev/null"
                + " >licenses/a/b.lic || echo kept >&2; rm -f licenses/a/b.lic 2>/dev/null;"
                + " echo made >made",
            input, true, 1 << 20);
    AttemptId attempt = start(staging, Map.of("licenses/a/b.lic", KEY));
    assertThat(logOf(attempt)).isEqualTo("log\n400\n/work\n/work\nkept\n");
    assertThat(engine.remains(attempt).output()).hasContent("{\"foo\":1}same\n");
    Path work = engine.remains(attempt).directory();
    assertThat(work.resolve("licenses/a/b.lic")).isEmptyFile();
    assertThat(work.resolve("made")).hasContent("made\n");
    assertNowhereOnDisk(KEY);
    String format = "{{.HostConfig.Memory}} {{.HostConfig.NanoCpus}}";
    assertThat(docker.run("inspect", "--format", format, new Names(installation).of(attempt)))
        .isEqualTo("67108864 500000000");
    engine.remove(attempt);
    assertThat(work).doesNotExist();
    assertThat(input).exists();
    assertThat(engine.known()).isEmpty();
  }

  @Test
  void withoutAnInputThereIsNoneAndWithoutAnOutputAllIsLog() {
    AttemptId attempt = start(new Program("cat; echo out", null, false, 1 << 20), Map.of());
    assertThat(logOf(attempt)).isEqualTo("out\n");
    assertThat(engine.remains(attempt).output()).doesNotExist();
  }

  @Test
  void noFileThatItWritesBecomesLargerThanItMay() throws IOException {
    var staging = new Program("head -c 200000 /dev/zero; exit 0", null, true, 65_536);
    AttemptId attempt = start(staging, Map.of());
    assertThat(logOf(attempt)).doesNotContain("end");
    assertThat(engine.observe(attempt)).isInstanceOf(Observation.Exited.class);
    assertThat(Files.size(engine.remains(attempt).output())).isEqualTo(65_536);
  }

  @Test
  void itEndsWhenItIsToldTo() {
    AttemptId attempt = start(new Program("exec sleep 600", null, true, 65_536), Map.of());
    engine.stop(attempt, Duration.ofSeconds(5));
    assertThat(logOf(attempt)).isEmpty();
    assertThat(engine.observe(attempt)).isInstanceOf(Observation.Exited.class);
  }

  @Test
  void whatMustNotFillItsDirectoryIsRefusedAndNothingLeft() {
    Staging refusing =
        new Staging() {
          @Override
          public void fill(Path directory) {
            throw RefusedException.invalid("archive", "The archive is refused.");
          }

          @Override
          public @Nullable Path input() {
            return null;
          }

          @Override
          public boolean keepsOutput() {
            return true;
          }

          @Override
          public long fileMaxBytes() {
            return 1;
          }
        };
    assertThatThrownBy(() -> start(refusing, Map.of())).isInstanceOf(RefusedException.class);
    engine.remove(new AttemptId("staged", number));
    assertThat(data.resolve("docker")).isEmptyDirectory();
  }
}
