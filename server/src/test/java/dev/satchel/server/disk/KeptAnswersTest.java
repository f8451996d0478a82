package dev.satchel.server.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.RefusedException;
import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.Remains;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What objects answered, once they have ended. */
final class KeptAnswersTest {
  private static final AttemptId FIRST = new AttemptId("w1w1w1w1w1w1", 1);

  @TempDir private Path directory;

  private DiskCalls calls() {
    DiskJars jars = new DiskJars(directory.resolve("jars"), InstantSource.system());
    return new DiskCalls(directory.resolve("calls"), jars, InstantSource.system());
  }

  private Path left() throws IOException {
    return Files.createDirectories(directory.resolve("work/.satchel/answers"));
  }

  private void collect(DiskCalls calls, AttemptId attempt) {
    calls.place(attempt.workload(), "{}".getBytes(StandardCharsets.UTF_8));
    Path work = directory.resolve("work");
    assertThatThrownBy(() -> calls.collect(attempt, new Remains(work, directory.resolve("output"))))
        .isInstanceOf(RefusedException.class); // An object leaves no answer of its own.
  }

  @Test
  void answersAreKeptUntilTheirWorkloadIsForgotten() throws IOException {
    DiskCalls calls = calls();
    Files.writeString(left().resolve("abcdefghijkl"), "{\"value\":1}");
    collect(calls, FIRST);
    assertThat(calls.answer(FIRST, "abcdefghijkl")).contains("{\"value\":1}");
    assertThat(calls.answer(FIRST, "abcdefghijkm")).isEmpty();
    assertThat(calls.answer(new AttemptId(FIRST.workload(), 2), "abcdefghijkl")).isEmpty();
    assertThat(left()).isEmptyDirectory(); // Made anew here: it was moved.
    collect(calls, FIRST);
    assertThat(calls.answer(FIRST, "abcdefghijkl")).isPresent();
    calls.remove(List.of(FIRST.workload(), "unknown"));
    assertThat(directory.resolve("calls")).isEmptyDirectory();
    assertThat(calls.answer(FIRST, "abcdefghijkl")).isEmpty();
  }

  @Test
  void noLinkOfAJobIsFollowedAndNothingElseIsKept() throws IOException {
    DiskCalls calls = calls();
    Path secret = Files.writeString(directory.resolve("secret"), "secret");
    Files.createSymbolicLink(left().resolve("abcdefghijkl"), secret);
    Files.createDirectories(left().resolve("deep/er"));
    Files.writeString(left().resolve("abcdefghijkm"), "2");
    collect(calls, FIRST);
    assertThat(calls.answer(FIRST, "abcdefghijkl")).isEmpty();
    assertThat(calls.answer(FIRST, "abcdefghijkm")).contains("2");
    assertThat(directory.resolve("calls/w1w1w1w1w1w1/answers-1"))
        .isDirectoryNotContaining(each -> !each.endsWith("abcdefghijkm"));
    Files.delete(left());
    Files.createSymbolicLink(directory.resolve("work/.satchel/answers"), directory);
    AttemptId second = new AttemptId(FIRST.workload(), 2);
    collect(calls, second);
    assertThat(calls.answer(second, "secret")).isEmpty();
    assertThat(secret).hasContent("secret");
    calls.remove(List.of(FIRST.workload()));
    assertThat(secret).exists();
  }
}
