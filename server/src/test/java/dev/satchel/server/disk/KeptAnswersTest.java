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
import java.util.Objects;
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
  void theAnswersOfAnAttemptAreForgottenAndNoOthers() throws IOException {
    DiskCalls calls = calls();
    AttemptId tenth = new AttemptId(FIRST.workload(), 10);
    assertThat(calls.attempts(FIRST.workload())).isEmpty();
    for (AttemptId attempt : List.of(FIRST, tenth)) {
      Files.writeString(left().resolve("abcdefghijkl"), "1");
      collect(calls, attempt);
    }
    assertThat(calls.attempts(FIRST.workload())).containsExactlyInAnyOrder(FIRST, tenth);
    calls.removeAttempts(List.of(FIRST, new AttemptId("unknown", 1)));
    assertThat(calls.attempts(FIRST.workload())).containsExactly(tenth);
    assertThat(calls.answer(FIRST, "abcdefghijkl")).isEmpty();
    assertThat(calls.answer(tenth, "abcdefghijkl")).contains("1");
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
    Files.move(left(), directory.resolve("aside"));
    Files.createSymbolicLink(directory.resolve("work/.satchel/answers"), directory);
    AttemptId second = new AttemptId(FIRST.workload(), 2);
    collect(calls, second);
    assertThat(calls.answer(second, "secret")).isEmpty();
    assertThat(secret).hasContent("secret");
    calls.remove(List.of(FIRST.workload()));
    assertThat(secret).exists();
  }

  @Test
  void noTreeThatAJobLeavesIsKeptHoweverDeepItIs() throws IOException {
    DiskCalls calls = calls();
    Files.createDirectories(left().resolve("d/".repeat(30)));
    Files.writeString(left().resolve("abcdefghijkl"), "1");
    collect(calls, FIRST);
    assertThat(calls.answer(FIRST, "abcdefghijkl")).contains("1");
    calls.remove(List.of(FIRST.workload()));
    assertThat(directory.resolve("calls")).isEmptyDirectory();
  }

  @Test
  void whatACrashCutShortGoesOnWithinTheSameLimit() throws IOException {
    DiskCalls calls = calls();
    Path kept = Files.createDirectories(directory.resolve("calls/w1w1w1w1w1w1/answers-1"));
    for (int i = 0; i < 9_999; i++) {
      Files.createFile(kept.resolve("a" + i));
    }
    Files.writeString(left().resolve("abcdefghijkl"), "1");
    Files.writeString(left().resolve("abcdefghijkm"), "2");
    collect(calls, FIRST);
    assertThat(Objects.requireNonNull(kept.toFile().list())).hasSize(10_000);
    calls.remove(List.of(FIRST.workload()));
    assertThat(directory.resolve("calls")).isEmptyDirectory();
  }

  @Test
  void oneWorkloadThatCannotBeRemovedKeepsNoOther() throws IOException {
    DiskCalls calls = calls();
    collect(calls, FIRST);
    Files.createDirectories(
        directory.resolve("calls/" + FIRST.workload() + "/answers-1/" + "d/".repeat(30)));
    AttemptId other = new AttemptId("w2w2w2w2w2w2", 1);
    collect(calls, other);
    calls.remove(List.of(FIRST.workload(), other.workload()));
    assertThat(directory.resolve("calls")).isDirectoryNotContaining("glob:**w2*");
  }
}
