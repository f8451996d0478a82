package dev.satchel.server.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.RefusedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
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

/** What people send, and what they must not. */
final class PushedArchiveTest {
  @TempDir Path root;
  private Path target;
  private final PushedArchive archives = new PushedArchive(100, 64L << 20);

  @BeforeEach
  void target() throws IOException {
    target = Files.createDirectories(root.resolve("inside/target"));
  }

  private interface Body {
    void write(TarArchiveOutputStream tar) throws IOException;
  }

  private static byte[] tar(Body body) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (var tar = new TarArchiveOutputStream(bytes, "UTF-8")) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
      body.write(tar);
    }
    return bytes.toByteArray();
  }

  private static void file(TarArchiveOutputStream tar, String name, String text, int mode)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name, true);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    entry.setSize(bytes.length);
    entry.setMode(mode);
    entry.setLastModifiedTime(FileTime.from(Instant.parse("2026-01-01T00:00:00.123456789Z")));
    tar.putArchiveEntry(entry);
    tar.write(bytes);
    tar.closeArchiveEntry();
  }

  private static byte[] zip(byte[] bytes) throws IOException {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(zipped)) {
      gzip.write(bytes);
    }
    return zipped.toByteArray();
  }

  private void unpack(byte[] zipped) throws IOException {
    archives.unpack(Files.write(root.resolve("archive"), zipped), target);
  }

  private List<Path> outside() throws IOException {
    try (var all = Files.walk(root)) {
      return all.filter(it -> !it.startsWith(target) && !it.endsWith("archive")).toList();
    }
  }

  @Test
  void theLaterOfTwoCountsAndModesAreKeptAndMembersAreJoined() throws IOException {
    byte[] tar =
        tar(
            it -> {
              file(it, "./main.py", "old", 0644);
              file(it, "bin/main", "x", 0755);
              file(it, "main.py", "new", 0644);
              file(it, "d".repeat(150) + "/" + "é".repeat(60), "long", 0600);
            });
    ByteArrayOutputStream members = new ByteArrayOutputStream();
    for (int at = 0; at < tar.length; at += 700) {
      members.write(zip(java.util.Arrays.copyOfRange(tar, at, Math.min(tar.length, at + 700))));
    }
    unpack(members.toByteArray());
    assertThat(target.resolve("main.py")).hasContent("new");
    assertThat(Files.isExecutable(target.resolve("bin/main"))).isTrue();
    assertThat(Files.getPosixFilePermissions(target.resolve("main.py"))).hasSize(4);
    assertThat(target.resolve("d".repeat(150) + "/" + "é".repeat(60))).hasContent("long");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/etc/x", "../x", "a/../../x", "a/..", "a\\..\\x", "a\nb", "..", "//x", ""})
  void namesThatLeadElsewhereAreRefused(String name) throws IOException {
    byte[] tar = tar(it -> file(it, name, "x", 0644));
    var before = outside();
    assertThatThrownBy(() -> unpack(zip(tar))).isInstanceOf(RefusedException.class);
    assertThat(outside()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(
      bytes = {
        TarConstants.LF_SYMLINK,
        TarConstants.LF_LINK,
        TarConstants.LF_CHR,
        TarConstants.LF_BLK,
        TarConstants.LF_FIFO,
        TarConstants.LF_CONTIG,
        TarConstants.LF_GNUTYPE_SPARSE
      })
  void whatIsNoFileIsRefused(byte type) throws IOException {
    byte[] tar =
        tar(
            it -> {
              TarArchiveEntry entry = new TarArchiveEntry("link", type, true);
              entry.setLinkName("/");
              it.putArchiveEntry(entry);
              it.closeArchiveEntry();
              file(it, "link/x", "x", 0644);
            });
    assertThatThrownBy(() -> unpack(zip(tar)))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("Entry 1");
    assertThat(target).isEmptyDirectory();
  }

  @Test
  void sparseFilesOfTheLaterFormAreRefusedToo() throws IOException {
    byte[] tar =
        tar(
            it -> {
              String records = record("GNU.sparse.major=1") + record("GNU.sparse.minor=0");
              records += record("GNU.sparse.name=holes") + record("GNU.sparse.realsize=512");
              byte[] bytes = records.getBytes(StandardCharsets.US_ASCII);
              var head = new TarArchiveEntry("pax", TarConstants.LF_PAX_EXTENDED_HEADER_LC, true);
              head.setSize(bytes.length);
              it.putArchiveEntry(head);
              it.write(bytes);
              it.closeArchiveEntry();
              file(it, "holes", "1\n0\n512\n" + "\0".repeat(504) + "x".repeat(512), 0644);
            });
    assertThatThrownBy(() -> unpack(zip(tar))).isInstanceOf(RefusedException.class);
    assertThat(target).isEmptyDirectory();
  }

  /** Behind its length, whose own two digits count. Source: pax(1). */
  private static String record(String text) {
    return (text.length() + 4) + " " + text + "\n";
  }

  @Test
  void bombsAreRefused() throws IOException {
    byte[] large = tar(it -> file(it, "zeros", "0".repeat(40 << 20), 0644));
    assertThatThrownBy(() -> unpack(zip(large))).hasMessageContaining("more than it may");
    byte[] many =
        tar(
            it -> {
              for (int i = 0; i < 101; i++) {
                file(it, "f" + i, "", 0644);
              }
            });
    assertThatThrownBy(() -> unpack(zip(many))).hasMessageContaining("100 entries");
    assertThatThrownBy(() -> unpack(new byte[] {1, 2, 3})).hasMessageContaining("tar.gz");
  }

  /** Where a header has the first letters of its name, and its type. Source: tar(5). */
  private static final int[] NAMES_AND_TYPE = {
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 156, 156
  };

  @Test
  void whateverIsBrokenInItNothingIsWrittenOutside() throws IOException {
    byte[] plain =
        tar(
            it -> {
              file(it, "..a/b", "1", 0644); // One letter from leading out.
              file(it, "...../c", "2", 04755);
              file(it, "./d/.././../e", "3", 0644);
              file(it, "x".repeat(200), "4", 0644);
              it.putArchiveEntry(new TarArchiveEntry("f", TarConstants.LF_SYMLINK, true));
              it.closeArchiveEntry();
            });
    var before = outside();
    Random random = new Random(5);
    int written = 0;
    for (int round = 0; round < 1000; round++) {
      byte[] tar = plain.clone();
      for (int i = 0; i <= random.nextInt(6); i++) {
        boolean isHeader = random.nextInt(3) > 0; // Of one of the first three.
        int block = (isHeader ? 2 * random.nextInt(3) : random.nextInt(tar.length / 512)) * 512;
        byte[] interesting = {
          '/', '.', 0, '1', '2', 'S', 'x', 'g', 'L', 'K', (byte) random.nextInt()
        };
        int at = random.nextInt(3) == 0 ? random.nextInt(512) : NAMES_AND_TYPE[random.nextInt(16)];
        tar[block + at] = interesting[random.nextInt(interesting.length)];
      }
      if (round % 3 != 0) { // A wrong checksum ends it all at the first header.
        checksums(tar);
      }
      DiskCode.removeTree(target);
      Files.createDirectory(target);
      try {
        unpack(zip(tar));
      } catch (RefusedException | java.nio.file.FileSystemException refused) {
        // Refused it may be; only what it leaves matters.
      }
      assertThat(outside()).isEqualTo(before);
      try (var left = Files.walk(target)) {
        List<Path> all = left.toList();
        written += all.size() > 1 ? 1 : 0;
        assertThat(all).noneMatch(Files::isSymbolicLink);
      }
    }
    assertThat(written).as("rounds that came further than their first entry").isGreaterThan(500);
  }

  private static void checksums(byte[] tar) {
    for (int block = 0; block + 512 <= tar.length; block += 512) {
      int sum = 0;
      for (int i = 0; i < 512; i++) {
        sum += i >= 148 && i < 156 ? ' ' : tar[block + i] & 0xff;
      }
      byte[] text = String.format("%06o\0 ", sum).getBytes(StandardCharsets.US_ASCII);
      System.arraycopy(text, 0, tar, block + 148, 8);
    }
  }
}
