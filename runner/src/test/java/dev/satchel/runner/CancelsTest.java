package dev.satchel.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls that somebody cancels. */
final class CancelsTest {
  @TempDir private Path directory;

  @Test
  void whatCannotBeCancelledHindersNoOtherAndALongCallHindersNone() throws Exception {
    for (String each : new String[] {"calls", "answers", "cancels/full/of"}) {
      Files.createDirectories(directory.resolve(each)); // The last is one that cannot be removed.
    }
    LinkedBlockingQueue<Path> withdrawn = new LinkedBlockingQueue<>();
    Cancels cancels = new Cancels(directory, withdrawn::add);
    Path running = Files.createFile(directory.resolve("calls/running"));
    assertThat(cancels.begin(running)).isTrue();
    cancels.watch();
    for (String each : new String[] {"one", "two"}) {
      Files.createFile(directory.resolve("calls").resolve(each));
      Files.createFile(directory.resolve("cancels").resolve(each));
      Path answer = directory.resolve("answers").resolve(each);
      assertThat(withdrawn.poll(20, TimeUnit.SECONDS)).isEqualTo(answer);
      assertThat(answer).content().contains("cancelled");
    }
    assertThat(directory.resolve("calls")).isDirectoryContaining("glob:**running");
    assertThat(cancels.end()).isFalse();
  }
}
