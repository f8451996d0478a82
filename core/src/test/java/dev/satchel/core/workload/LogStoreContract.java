package dev.satchel.core.workload;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every keeper of logs keeps to. */
public abstract class LogStoreContract {
  private static final AttemptId FIRST = new AttemptId("w1", 1);
  private static final AttemptId TENTH = new AttemptId("w1", 10);
  private static final AttemptId OTHER = new AttemptId("w2", 1);

  /** The one under test, empty at the beginning of each test and the same one during it. */
  protected abstract LogStore logs();

  @Test
  void whatIsAppendedIsRead_andHowFarItReachesIsKnownWhenItIsOpenedAgain() {
    print(FIRST, "hello ");
    print(FIRST, "world");
    assertThat(logs().size(FIRST)).isEqualTo(11);
    assertThat(text(FIRST, 6, 100)).isEqualTo("world");
    assertThat(text(FIRST, 0, 5)).isEqualTo("hello");
    assertThat(logs().read(FIRST, 11, 5)).isEmpty();
    try (LogStore.LogFile again = logs().open(FIRST)) {
      assertThat(again.size()).isEqualTo(11);
      assertThat(again.rawOffset()).isEqualTo(22);
    }
  }

  @Test
  void whatNeverPrintedIsEmpty() {
    assertThat(logs().size(FIRST)).isZero();
    assertThat(logs().read(FIRST, 0, 10)).isEmpty();
    assertThat(logs().attempts("w1")).isEmpty();
    assertThat(logs().workloads("", 10)).isEmpty();
  }

  @Test
  void whatIsKeptIsListed() {
    print(OTHER, "other");
    print(TENTH, "tenth");
    print(FIRST, "first");
    assertThat(logs().workloads("", 10)).containsExactly("w1", "w2");
    assertThat(logs().workloads("", 1)).containsExactly("w1");
    assertThat(logs().workloads("w1", 10)).containsExactly("w2");
    assertThat(logs().attempts("w1")).containsExactlyInAnyOrder(FIRST, TENTH);
  }

  @Test
  void theLogsOfAttemptsAreRemovedAndNoOthers() {
    print(FIRST, "first");
    print(TENTH, "tenth");
    print(OTHER, "other");
    logs().removeAttempts(List.of(FIRST, new AttemptId("w1", 2), new AttemptId("none", 1)));
    assertThat(logs().size(FIRST)).isZero();
    assertThat(logs().read(FIRST, 0, 10)).isEmpty();
    assertThat(logs().attempts("w1")).containsExactly(TENTH);
    assertThat(text(TENTH, 0, 10)).isEqualTo("tenth");
    assertThat(text(OTHER, 0, 10)).isEqualTo("other");
  }

  @Test
  void theLogsOfWorkloadsAreRemovedAndNoOthers() {
    print(FIRST, "first");
    print(TENTH, "tenth");
    print(OTHER, "other");
    logs().remove(List.of("w1", "none"));
    assertThat(logs().size(FIRST)).isZero();
    assertThat(logs().workloads("", 10)).containsExactly("w2");
    assertThat(text(OTHER, 0, 10)).isEqualTo("other");
  }

  /** Appends masked bytes that stand for twice as many raw ones. */
  private void print(AttemptId id, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    try (LogStore.LogFile log = logs().open(id)) {
      log.append(bytes, bytes.length, log.rawOffset() + 2L * bytes.length);
      log.sync();
    }
  }

  private String text(AttemptId id, long offset, int max) {
    return new String(logs().read(id, offset, max), StandardCharsets.UTF_8);
  }
}
