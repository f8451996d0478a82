package dev.satchel.server.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.core.volume.VolumeFiles;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are deleted after their names were read, and before they are looked at. */
final class VanishingFilesTest {
  @TempDir Path directory;

  private List<String> page(String after, int limit, String... vanishing) throws IOException {
    for (String name : List.of("a", "b", "c", "d", "e", "f")) {
      Files.writeString(directory.resolve(name), "x");
    }
    try (OpenDirectory open = OpenDirectory.of(directory);
        OpenDirectory over = new OpenDirectory(new Vanishing(open.stream(), Set.of(vanishing)))) {
      return DiskVolumeFiles.items(over, after, limit).stream()
          .map(VolumeFiles.Item::name)
          .toList();
    }
  }

  @Test
  void aPageIsFullNevertheless() throws IOException {
    assertThat(page("", 3)).containsExactly("a", "b", "c");
    assertThat(page("", 3, "b")).containsExactly("a", "c", "d");
    assertThat(page("", 3, "a", "b", "c", "d")).containsExactly("e", "f");
    assertThat(page("c", 2, "d")).containsExactly("e", "f");
    assertThat(page("", 6, "a", "f")).containsExactly("b", "c", "d", "e");
    assertThat(page("", 2, "a", "b", "c", "d", "e", "f")).isEmpty();
  }

  /** A directory from which some files go as soon as they are looked at. */
  private final class Vanishing implements SecureDirectoryStream<Path> {
    private final SecureDirectoryStream<Path> inner;
    private final Set<String> names;

    Vanishing(SecureDirectoryStream<Path> inner, Set<String> names) {
      this.inner = inner;
      this.names = new HashSet<>(names);
    }

    @Override
    public <V extends FileAttributeView> V getFileAttributeView(
        Path path, Class<V> type, LinkOption... options) {
      if (names.remove(path.toString())) {
        try {
          Files.delete(directory.resolve(path));
        } catch (IOException e) {
          throw new IllegalStateException(e);
        }
      }
      return inner.getFileAttributeView(path, type, options);
    }

    @Override
    public SecureDirectoryStream<Path> newDirectoryStream(Path path, LinkOption... options)
        throws IOException {
      return inner.newDirectoryStream(path, options);
    }

    @Override
    public SeekableByteChannel newByteChannel(
        Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
        throws IOException {
      return inner.newByteChannel(path, options, attributes);
    }

    @Override
    public void deleteFile(Path path) throws IOException {
      inner.deleteFile(path);
    }

    @Override
    public void deleteDirectory(Path path) throws IOException {
      inner.deleteDirectory(path);
    }

    @Override
    public void move(Path from, SecureDirectoryStream<Path> target, Path to) throws IOException {
      inner.move(from, target, to);
    }

    @Override
    public <V extends FileAttributeView> V getFileAttributeView(Class<V> type) {
      return inner.getFileAttributeView(type);
    }

    @Override
    public Iterator<Path> iterator() {
      return inner.iterator();
    }

    @Override
    public void close() throws IOException {
      inner.close();
    }
  }
}
