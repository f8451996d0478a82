package dev.satchel.server.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.server.process.IsolationChoice.Answer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Only a no that is sure is taken for one. */
@Timeout(60)
final class IsolationTrialTest {
  @TempDir private Path directory;

  private Answer of(String script) {
    String inDirectory = "cd '" + directory + "'; " + script;
    return IsolationTrial.of(List.of("sh", "-c", inDirectory), Duration.ofSeconds(10));
  }

  @Test
  void whatIsSaidOfPermissionsEachTimeIsANo() {
    assertThat(
            of("echo 'bwrap: Creating new namespace failed: Operation not permitted' >&2; exit 1"))
        .isEqualTo(Answer.REFUSED);
    assertThat(IsolationTrial.of(List.of("no-such-program"), Duration.ofSeconds(10)))
        .isEqualTo(Answer.REFUSED);
  }

  @Test
  void aWantThatMayPassIsNoAnswer() {
    for (String want :
        List.of(
            "bwrap: Creating new namespace failed: Resource temporarily unavailable",
            "setpriv: fork failed: Cannot allocate memory",
            "init: 1: Cannot fork",
            "bwrap: open /newroot failed: Too many open files")) {
      assertThat(of("echo '" + want + "' >&2; exit 1")).as(want).isEqualTo(Answer.NONE);
    }
  }

  @Test
  void whoEndsWithoutAWordHasNotAnswered() {
    assertThat(of("exit 2")).isEqualTo(Answer.NONE);
    assertThat(of("echo 'not permitted' >&2; kill -KILL $$")).isEqualTo(Answer.NONE);
  }

  @Test
  void whatFailsOnceAndThenWorksWorks() {
    assertThat(of("[ -e once ] && exit 42; : >once; echo 'remount: Invalid argument' >&2; exit 1"))
        .isEqualTo(Answer.WORKS);
  }

  @Test
  void whatFailsInOtherWordsEachTimeIsNoAnswer() {
    assertThat(of("echo x >>n; echo \"remount $(wc -l <n): Invalid argument\" >&2; exit 1"))
        .isEqualTo(Answer.NONE);
  }
}
