package dev.satchel.sdk.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes out of archives that another library wrote. */
final class UnpackTest {
  @TempDir Path place;
  private Path archive;
  private Path to;

  @BeforeEach
  void paths() {
    archive = place.resolve("a.tar.gz");
    to = place.resolve("to");
  }

  @FunctionalInterface
  private interface Writing {
    void to(TarArchiveOutputStream tar) throws IOException;
  }

  private void archive(Writing writing) throws IOException {
    try (var tar =
        new TarArchiveOutputStream(new GZIPOutputStream(Files.newOutputStream(archive)), "UTF-8")) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      tar.setAddPaxHeadersForNonAsciiNames(true);
      writing.to(tar);
    }
  }

  private static void file(TarArchiveOutputStream tar, String name, String text)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name, true);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    entry.setSize(bytes.length);
    tar.putArchiveEntry(entry);
    tar.write(bytes);
    tar.closeArchiveEntry();
  }

  @Test
  void filesAndDirectoriesOfAnyNameAndSize() throws IOException {
    String longName = "d/" + "n".repeat(200) + "/größe.txt";
    String large = "x".repeat(200_000);
    archive(
        tar -> {
          file(tar, "a.txt", "");
          file(tar, longName, large);
          file(tar, "./b/c.txt", "512".repeat(512));
          tar.putArchiveEntry(new TarArchiveEntry("empty/"));
          tar.closeArchiveEntry();
          file(tar, "a.txt", "later");
        });
    assertThat(Unpack.into(archive, to)).isEqualTo(4);
    assertThat(to.resolve("a.txt")).hasContent("later");
    assertThat(to.resolve(longName)).hasContent(large);
    assertThat(to.resolve("b/c.txt")).hasContent("512".repeat(512));
    assertThat(to.resolve("empty")).isEmptyDirectory();
  }

  @Test
  void aDirectoryMayBeNamedInAnyWay() throws IOException {
    archive(tar -> file(tar, "a/b.txt", "b"));
    assertThat(Unpack.into(archive, to.resolve("x/../y/."))).isEqualTo(1);
    assertThat(to.resolve("y/a/b.txt")).hasContent("b");
    Path relative = Path.of("target/unpacked");
    assertThat(Unpack.into(archive, relative)).isEqualTo(1);
    assertThat(relative.resolve("a/b.txt")).hasContent("b");
  }

  @Test
  void whatWasPackedHere() throws IOException {
    Path from = Files.createDirectories(place.resolve("from/sub"));
    Files.writeString(from.resolve("é".repeat(60)), "text");
    try (Pack pack = Pack.ofInput(place.resolve("from"))) {
      assertThat(Unpack.into(pack.archive(), to)).isEqualTo(1);
    }
    assertThat(to.resolve("sub").resolve("é".repeat(60))).hasContent("text");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../out", "a/../../out", "/out", "..\\out", "a/.."})
  void noNameLeadsOut(String name) throws IOException {
    archive(tar -> file(tar, name, "x"));
    assertThatThrownBy(() -> Unpack.into(archive, to)).isInstanceOf(PackException.class);
    assertThat(place.resolve("out")).doesNotExist();
  }

  @Test
  void noLinkIsMadeOrFollowed() throws IOException {
    Path outside = Files.createDirectories(place.resolve("outside"));
    for (byte type :
        new byte[] {TarConstants.LF_SYMLINK, TarConstants.LF_LINK, TarConstants.LF_CHR}) {
      archive(
          tar -> {
            TarArchiveEntry link = new TarArchiveEntry("link", type);
            link.setLinkName(outside.toString());
            tar.putArchiveEntry(link);
            tar.closeArchiveEntry();
          });
      assertThatThrownBy(() -> Unpack.into(archive, to)).isInstanceOf(PackException.class);
      assertThat(to.resolve("link")).doesNotExist();
    }
    Files.createSymbolicLink(to.resolve("dir"), outside);
    archive(tar -> file(tar, "dir/f", "x"));
    assertThatThrownBy(() -> Unpack.into(archive, to)).isInstanceOf(PackException.class);
    Path kept = Files.writeString(outside.resolve("kept"), "kept");
    Files.createSymbolicLink(to.resolve("file"), kept);
    archive(tar -> file(tar, "file", "new"));
    assertThat(Unpack.into(archive, to)).isEqualTo(1);
    assertThat(kept).hasContent("kept");
    assertThat(to.resolve("file")).hasContent("new").isRegularFile();
  }

  @Test
  void whatIsCutOrChangedIsRefusedAndNothingElseIsThrown() throws IOException {
    archive(tar -> file(tar, "é" + "n".repeat(150), "text".repeat(500)));
    byte[] whole = Files.readAllBytes(archive);
    for (int length = 0; length < whole.length; length++) {
      Files.write(archive, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> Unpack.into(archive, to)).isInstanceOf(PackException.class);
    }
    byte[] tar;
    Files.write(archive, whole);
    try (var gzip = new java.util.zip.GZIPInputStream(Files.newInputStream(archive))) {
      tar = gzip.readAllBytes();
    }
    Random random = new Random(7);
    for (int round = 0; round < 2000; round++) {
      byte[] changed = tar.clone();
      changed[random.nextInt(1600)] = (byte) random.nextInt(256);
      try (var gzip = new GZIPOutputStream(Files.newOutputStream(archive))) {
        gzip.write(changed);
      }
      try {
        int _ = Unpack.into(archive, to);
      } catch (PackException expected) {
        assertThat(expected.what()).startsWith("The archive");
      }
    }
    try (var left = Files.list(place)) {
      assertThat(left).containsExactlyInAnyOrder(archive, to);
    }
  }
}
