package dev.satchel.server.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.core.secret.SecretValue;
import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.EngineContract;
import dev.satchel.core.workload.JobForm;
import dev.satchel.core.workload.Launch;
import dev.satchel.core.workload.Observation;
import dev.satchel.core.workload.RecordingLogSink;
import dev.satchel.core.workload.Staging;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Attempts that work on files. */
final class StagingTest {
  private static final byte[] KEY = "the key of a licence".getBytes(StandardCharsets.UTF_8);

  @TempDir Path data;
  private ProcessEngine engine;
  private int number;

  @BeforeEach
  void open() {
    Needs.isolation(new Bubblewrap(), data);
    engine = new ProcessEngine(Installations.unique("staging"), data, Set.of());
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
      Path main = Files.writeString(directory.resolve("main.sh"), script);
      Files.createDirectory(directory.resolve("licenses"));
      assertThat(main.toFile().setExecutable(true)).isTrue();
    }

    @Override
    public long fileMaxBytes() {
      return max;
    }
  }

  private AttemptId start(boolean trusted, Staging staging, Map<String, byte[]> files) {
    AttemptId attempt = new AttemptId("staging", ++number);
    JobForm form =
        new JobForm(List.of("sh", "./main.sh"), null, trusted, Set.of("TOKEN"), files.keySet());
    Launch plain = EngineContract.launch(attempt, form, Map.of("TOKEN", KEY), files);
    Map<String, SecretValue> variables = plain.variables();
    engine.start(new Launch(attempt, form, variables, plain.files(), staging));
    return attempt;
  }

  private String logOf(AttemptId attempt) {
    RecordingLogSink sink = new RecordingLogSink();
    engine.follow(attempt, sink);
    return new String(sink.whole(), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatItReadsIsTheFileAndWhatItPrintsIsAFile(boolean trusted) throws IOException {
    Path input = Files.writeString(data.resolve("input.json"), "{\"foo\":1}");
    var staging =
        new Program(
            "cat; echo \"$TOKEN\"; echo log >&2; cat licenses/a/b.lic; [ -w licenses ] && echo mine >&2;"
                + " ls /proc/self/fd | wc -l >&2",
            input,
            true,
            1 << 20);
    AttemptId attempt = start(trusted, staging, Map.of("licenses/a/b.lic", KEY));
    assertThat(logOf(attempt)).isEqualTo("log\nmine\n4\n"); // 0, 1, 2 and that of ls itself.
    assertThat(engine.remains(attempt).output())
        .hasContent("{\"foo\":1}the key of a licence\nthe key of a licence");
    assertThat(engine.remains(attempt).directory().resolve("licenses/a/b.lic")).isEmptyFile();
    engine.remove(attempt);
    assertThat(engine.remains(attempt).output()).doesNotExist();
    assertThat(input).exists();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatAJobDoesToItsInputIsDoneToItsOwn(boolean trusted) throws IOException {
    Path input = Files.writeString(data.resolve("input.json"), "{\"foo\":1}");
    String script = "chmod 600 /proc/self/fd/0; echo changed >/proc/self/fd/0; echo tried >&2";
    AttemptId attempt = start(trusted, new Program(script, input, true, 1 << 20), Map.of());
    assertThat(logOf(attempt)).endsWith("tried\n");
    assertThat(input).hasContent("{\"foo\":1}");
  }

  /** Reads what is shared with it, and tries to change it. */
  private record Sharing(Path packages) implements Staging {
    private static final String SCRIPT =
        "cat deps/all/one; (echo x >deps/all/two) 2>&1 | sed 's/.*: //'; cd deps/all && ls";

    @Override
    public void fill(Path directory) throws IOException {
      Files.createDirectories(directory.resolve("deps/all"));
      Files.writeString(directory.resolve("main.sh"), SCRIPT);
    }

    @Override
    public Map<String, Path> shared() {
      return Map.of("deps/all", packages);
    }

    @Override
    public @Nullable Path input() {
      return null;
    }

    @Override
    public boolean keepsOutput() {
      return false;
    }

    @Override
    public long fileMaxBytes() {
      return 1 << 20;
    }
  }

  private Sharing sharing() throws IOException {
    Path packages = Files.createDirectory(data.resolve("packages"));
    Files.writeString(packages.resolve("one"), "a package\n");
    return new Sharing(packages);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatIsSharedIsReadWhereItBelongsAndCannotBeChanged(boolean trusted) throws IOException {
    Sharing staging = sharing();
    AttemptId attempt = start(trusted, staging, Map.of());
    assertThat(logOf(attempt)).startsWith("a package\n").endsWith("Read-only file system\none\n");
    assertThat(engine.remains(attempt).directory().resolve("deps/all")).isEmptyDirectory();
    engine.remove(attempt);
    assertThat(staging.packages().resolve("one")).hasContent("a package\n");
  }

  @Test
  void withoutBubblewrapItIsShownToo() throws IOException {
    Needs.isolation(new Unshare(), data);
    reopen(new Unshare());
    AttemptId attempt = start(true, sharing(), Map.of());
    assertThat(logOf(attempt)).startsWith("a package\n").endsWith("Read-only file system\none\n");
  }

  @Test
  void whereNothingCanBeShownAJobHasACopy() throws IOException {
    reopen(new NoIsolation());
    Sharing staging = sharing();
    AttemptId attempt = start(true, staging, Map.of());
    assertThat(logOf(attempt)).isEqualTo("a package\none\ntwo\n");
    assertThat(staging.packages())
        .isDirectoryContaining("glob:**/one")
        .isDirectoryNotContaining("glob:**/two");
  }

  private void reopen(Isolation isolation) {
    engine.close();
    engine =
        new ProcessEngine(
            Installations.unique("staging"),
            data,
            Set.of(),
            SecretDirectory.candidates(System.getenv("XDG_RUNTIME_DIR")),
            IsolationChoice.of(isolation),
            1 << 20);
  }

  @Test
  void withoutAnInputThereIsNoneAndWithoutAnOutputAllIsLog() {
    AttemptId attempt = start(false, new Program("cat; echo out", null, false, 1 << 20), Map.of());
    assertThat(logOf(attempt)).isEqualTo("out\n");
    assertThat(engine.remains(attempt).output()).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void noFileThatItWritesBecomesLargerThanItMay(boolean trusted) throws IOException {
    var staging = new Program("head -c 200000 /dev/zero; exit 0", null, true, 65_536);
    AttemptId attempt = start(trusted, staging, Map.of());
    assertThat(logOf(attempt)).doesNotContain("end");
    assertThat(engine.observe(attempt)).isInstanceOf(Observation.Exited.class);
    assertThat(Files.size(engine.remains(attempt).output())).isEqualTo(65_536);
  }
}
