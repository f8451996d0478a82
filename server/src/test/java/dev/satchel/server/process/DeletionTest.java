package dev.satchel.server.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DeletionTest {
  @TempDir private Path directory;

  @Test
  void noDepthTakesMoreStack() throws IOException, InterruptedException {
    Path tree = directory.resolve("tree");
    Files.createDirectories(tree.resolve("d/".repeat(1500)));
    Throwable[] failure = new Throwable[1];
    Thread small =
        new Thread(
            null,
            () -> {
              try {
                Deletion.ofTree(tree);
              } catch (IOException | StackOverflowError e) {
                failure[0] = e;
              }
            },
            "small",
            192 * 1024);
    small.start();
    assertThat(small.join(Duration.ofSeconds(60))).isTrue();
    assertThat(failure[0]).isNull();
    assertThat(tree).doesNotExist();
  }

  @Test
  void linksAreDeletedAndNotFollowed() throws IOException {
    Path kept = Files.writeString(directory.resolve("kept"), "kept");
    Path tree = Files.createDirectory(directory.resolve("tree"));
    Files.createSymbolicLink(tree.resolve("link"), directory);
    Files.createDirectories(tree.resolve("a/b/c"));
    Deletion.ofTree(tree);
    assertThat(tree).doesNotExist();
    assertThat(kept).hasContent("kept");
  }
}
