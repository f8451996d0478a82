package dev.satchel.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which answers stay. */
final class LastAnswersTest {
  @TempDir private Path directory;
  private final LastAnswers last = new LastAnswers();
  private int number;

  private void add(boolean fetched) throws IOException {
    Path file = Files.writeString(directory.resolve("a" + number++), "1");
    if (fetched) {
      assertThat(file.toFile().setLastModified(0)).isTrue();
    }
    last.add(file);
  }

  private int count() {
    return Objects.requireNonNull(directory.toFile().list()).length;
  }

  @Test
  void theLastThousandStay() throws IOException {
    add(true);
    for (int i = 0; i < LastAnswers.ANSWERS_MAX; i++) {
      add(true);
    }
    assertThat(directory.resolve("a0")).doesNotExist();
    assertThat(count()).isEqualTo(LastAnswers.ANSWERS_MAX);
  }

  @Test
  void whatNobodyFetchedStaysLongerAndIsNotLookedAtForEachAnswer() throws IOException {
    int most = LastAnswers.ANSWERS_MAX * LastAnswers.UNFETCHED_TIMES;
    for (int i = 0; i < most + 5; i++) {
      add(false);
    }
    assertThat(count()).isEqualTo(most);
    for (File each : Objects.requireNonNull(directory.toFile().listFiles())) {
      assertThat(each.setLastModified(0)).isTrue();
    }
    int added = 0;
    while (directory.resolve("a5000").toFile().exists() && added < most) {
      add(true);
      added++;
    }
    assertThat(count()).isEqualTo(LastAnswers.ANSWERS_MAX);
    assertThat(added).isBetween(2, LastAnswers.ANSWERS_MAX + 1);
  }
}
