package dev.satchel.server.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.core.volume.VolumeFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * When a file is read for its digest. What is remembered is replaced by what is untrue: who is told
 * that was told without the file having been read.
 */
final class DiskDigestsTest {
  private static final String UNTRUE = "0".repeat(64);
  private static final int SIZE = (int) DiskDigests.SIZE_MIN_BYTES;

  @TempDir Path directory;
  private Duration ahead = Duration.ofMinutes(1);
  private final DiskDigests digests = new DiskDigests(() -> Instant.now().plus(ahead));
  private final byte[] bytes = random(SIZE, 1);
  private Path file;
  private DiskVolumeFiles files;

  @BeforeEach
  void open() throws IOException {
    Path root = Files.createDirectory(directory.resolve("root"));
    Path incoming = Files.createDirectory(directory.resolve("incoming"));
    files = new DiskVolumeFiles(root, incoming, digests, _ -> {}, () -> {});
    file = Files.write(Files.createDirectory(root.resolve("d")).resolve("f"), bytes);
  }

  private static byte[] random(int size, int seed) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  /** The digest that is told to who asks for what comes after so many bytes. */
  private String told(long skipped) throws IOException {
    List<String> told = new ArrayList<>();
    files.read(
        "d/f",
        new VolumeFiles.Sink() {
          @Override
          public OutputStream begin(VolumeFiles.Content content) {
            told.add(content.sha256());
            return OutputStream.nullOutputStream();
          }

          @Override
          public long skippedBytes() {
            return skipped;
          }
        });
    return told.getFirst();
  }

  private FileState state() {
    return Objects.requireNonNull(FileState.of(file));
  }

  @Test
  void aFileIsReadOnceForItsDigest() throws Exception {
    assertThat(told(0)).isEqualTo(sha256(bytes));
    assertThat(digests.of(state())).isEqualTo(sha256(bytes));
    digests.remember(state(), UNTRUE);
    assertThat(told(SIZE - 1)).isEqualTo(UNTRUE);
    assertThat(told(0)).isEqualTo(UNTRUE);
  }

  @Test
  void whatIsUntrueIsForgottenWhenAllIsRead() throws Exception {
    digests.remember(state(), UNTRUE);
    assertThat(told(0)).isEqualTo(UNTRUE);
    assertThat(told(0)).isEqualTo(sha256(bytes));
  }

  /** Of the same size, and with the same time of its last modification. */
  @Test
  void aFileThatWasChangedHasItsNewDigest() throws Exception {
    assertThat(told(0)).isEqualTo(sha256(bytes));
    byte[] other = random(SIZE, 2);
    var modified = Files.getLastModifiedTime(file);
    Files.write(file, other);
    Files.setLastModifiedTime(file, modified);
    assertThat(told(1)).isEqualTo(sha256(other));
    Files.move(Files.write(directory.resolve("third"), bytes), file.resolveSibling("g"));
    Files.move(file.resolveSibling("g"), file, StandardCopyOption.REPLACE_EXISTING);
    assertThat(told(1)).isEqualTo(sha256(bytes));
  }

  @Test
  void whatChangedAMomentAgoIsNotRemembered() throws Exception {
    ahead = Duration.ZERO;
    assertThat(told(0)).isEqualTo(sha256(bytes));
    assertThat(digests.of(state())).isNull();
  }

  @Test
  void whatLiesBehindALinkIsNotTakenForTheFile() throws Exception {
    Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
    Files.write(elsewhere.resolve("f"), random(SIZE, 3));
    try (OpenDirectory open = OpenDirectory.of(directory.resolve("root/d"))) {
      assertThat(files.state(open, Path.of("f"), "d/f")).isEqualTo(state());
      Files.move(directory.resolve("root/d"), directory.resolve("aside"));
      Files.createSymbolicLink(directory.resolve("root/d"), elsewhere);
      assertThat(files.state(open, Path.of("f"), "d/f")).isNull();
    }
  }
}
