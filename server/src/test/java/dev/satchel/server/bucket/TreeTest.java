package dev.satchel.server.bucket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeTest {
  @TempDir private Path root;

  @Test
  void aTreeIsLookedThroughUpToItsBound_whereDirectoriesCountToo() throws IOException {
    Files.createDirectories(root.resolve("a/b"));
    for (String name : List.of("one", "a/two", "a/b/three")) {
      Files.writeString(root.resolve(name), name);
    }
    List<String> seen = new ArrayList<>();
    Tree.walk(root, 5, (path, kind, stamp) -> seen.add(root.relativize(path).toString()));
    assertThat(seen).containsExactlyInAnyOrder("one", "a/two", "a/b/three");
    assertThatThrownBy(() -> Tree.walk(root, 4, (path, kind, stamp) -> {}))
        .isInstanceOf(Tree.TooLargeException.class)
        .hasMessageContaining("more than 4 files");
  }
}
