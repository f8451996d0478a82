package dev.satchel.core.volume;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.volume.VolumeFiles.Kind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What the files of a volume come to, wherever its data lies. */
public abstract class VolumeFilesContract {
  protected static final String HELLO_SHA256 =
      "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

  /** Those of one volume, the same in one test and new in each. */
  protected abstract VolumeFiles files();

  /** How much that volume holds. */
  protected abstract OptionalLong usedBytes();

  /** That nothing is left of what was not written whole. */
  protected abstract void assertNothingIsHalfThere() throws IOException;

  /** What is in it. */
  protected List<String> names() {
    return files().list("", "", 10).stream().map(VolumeFiles.Item::name).toList();
  }

  protected VolumeFiles.Content write(String path, String text) throws IOException {
    return files().write(path, new ByteArrayInputStream(text.getBytes(UTF_8)), 1 << 20, null);
  }

  protected String read(String path) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    files().read(path, _ -> out);
    return out.toString(UTF_8);
  }

  protected static void refused(Reason reason, ThrowingCallable act) {
    assertThatThrownBy(act)
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  /** A sink that keeps what comes after so many bytes. */
  private static final class Kept implements VolumeFiles.Sink {
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    final List<VolumeFiles.Content> told = new ArrayList<>();
    final long skipped;

    Kept(long skipped) {
      this.skipped = skipped;
    }

    @Override
    public OutputStream begin(VolumeFiles.Content content) {
      told.add(content);
      return bytes;
    }

    @Override
    public long skippedBytes() {
      return skipped;
    }
  }

  @Test
  void whatIsWrittenIsReadWithItsDigest() throws IOException {
    Instant before = Instant.now().minusSeconds(2);
    VolumeFiles.Content written = write("a/b/c.txt", "hello");
    assertThat(written.sha256()).isEqualTo(HELLO_SHA256);
    assertThat(written.sizeBytes()).isEqualTo(5);
    Kept kept = new Kept(0);
    files().read("a/b/c.txt", kept);
    assertThat(kept.bytes.toString(UTF_8)).isEqualTo("hello");
    assertThat(kept.told).hasSize(1);
    assertThat(kept.told.getFirst().sha256()).isEqualTo(HELLO_SHA256);
    assertThat(kept.told.getFirst().modifiedAt()).isAfter(before);
    write("a/b/c.txt", "other");
    assertThat(read("a/b/c.txt")).isEqualTo("other");
    assertNothingIsHalfThere();
  }

  @Test
  void aFileIsReadFromAByteOn_withTheDigestOfTheWhole() throws IOException {
    write("a", "hello");
    Kept kept = new Kept(3);
    files().read("a", kept);
    assertThat(kept.bytes.toString(UTF_8)).isEqualTo("lo");
    assertThat(kept.told.getFirst().sha256()).isEqualTo(HELLO_SHA256);
    assertThat(kept.told.getFirst().sizeBytes()).isEqualTo(5);
    Kept nothing = new Kept(5);
    files().read("a", nothing);
    assertThat(nothing.bytes.size()).isZero();
  }

  @Test
  void emptyFilesAndNamesOfAllKindsAreKept() throws IOException {
    for (String name : List.of("empty", "Größe 1+1=2 %20 & ?#.txt", "日本/ö", "(a)'b\"", "~*!")) {
      write(name, name.equals("empty") ? "" : name);
      assertThat(read(name)).isEqualTo(name.equals("empty") ? "" : name);
    }
    assertThat(files().list("", "", 100))
        .extracting(VolumeFiles.Item::name)
        .containsExactlyInAnyOrder("empty", "Größe 1+1=2 %20 & ?#.txt", "日本", "(a)'b\"", "~*!");
  }

  @Test
  void aDirectoryIsListedByNameInPages_whateverStandsBehindItsNames() throws IOException {
    for (String name : List.of("c", "a", "B", "b/in", "b.txt", "b-1", "b0", "b-/x", "a.b.c")) {
      write(name, "x");
    }
    List<String> all = List.of("B", "a", "a.b.c", "b", "b-", "b-1", "b.txt", "b0", "c");
    assertThat(files().list("", "", 100)).extracting(VolumeFiles.Item::name).isEqualTo(all);
    for (int limit = 1; limit < 5; limit++) {
      List<String> paged = new ArrayList<>();
      List<VolumeFiles.Item> page = files().list("", "", limit);
      while (!page.isEmpty()) {
        assertThat(page.size()).isLessThanOrEqualTo(limit);
        page.forEach(item -> paged.add(item.name()));
        page = files().list("", paged.getLast(), limit);
      }
      assertThat(paged).as("pages of %s", limit).isEqualTo(all);
    }
    assertThat(files().list("", "b", 2))
        .extracting(VolumeFiles.Item::name, VolumeFiles.Item::kind)
        .containsExactly(tuple("b-", Kind.DIRECTORY), tuple("b-1", Kind.FILE));
    assertThat(files().list("b", "", 3))
        .extracting(VolumeFiles.Item::sizeBytes)
        .containsExactly(1L);
  }

  @Test
  void whatAPathStandsForIsTold() throws IOException {
    assertThat(files().kindOf("")).isEqualTo(Kind.DIRECTORY);
    assertThat(files().list("", "", 10)).isEmpty();
    write("d/x", "x");
    assertThat(files().kindOf("d")).isEqualTo(Kind.DIRECTORY);
    assertThat(files().kindOf("d/x")).isEqualTo(Kind.FILE);
    refused(Reason.VOLUME_FILE_NOT_FOUND, () -> files().kindOf("e"));
    refused(Reason.VOLUME_FILE_NOT_FOUND, () -> files().kindOf("d/y"));
    refused(Reason.VOLUME_FILE_NOT_FOUND, () -> files().list("e", "", 10));
    refused(Reason.VOLUME_FILE_CONFLICT, () -> files().list("d/x", "", 10));
    refused(Reason.VOLUME_FILE_CONFLICT, () -> read("d"));
    refused(Reason.VOLUME_FILE_NOT_FOUND, () -> read("e"));
  }

  @Test
  void aWriteThatFailsLeavesWhatWasThere() throws IOException {
    write("a", "before");
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("cut");
          }

          @Override
          public int read(byte[] bytes, int from, int count) throws IOException {
            throw new IOException("cut");
          }
        };
    refused(Reason.INVALID, () -> files().write("a", broken, 100, null));
    InputStream large = new ByteArrayInputStream(new byte[101]);
    refused(Reason.TOO_LARGE, () -> files().write("a", large, 100, null));
    InputStream other = new ByteArrayInputStream("x".getBytes(UTF_8));
    refused(Reason.INVALID, () -> files().write("a", other, 100, HELLO_SHA256));
    write("d/x", "x");
    refused(Reason.VOLUME_FILE_CONFLICT, () -> write("d", "x"));
    refused(Reason.VOLUME_FILE_CONFLICT, () -> write("a/x", "x"));
    assertThat(read("a")).isEqualTo("before");
    assertNothingIsHalfThere();
  }

  @Test
  void aLargeFileIsWholeOrNotThere() throws Exception {
    byte[] large = new byte[17 * 1024 * 1024 + 1];
    new Random(1).nextBytes(large);
    String sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(large));
    write("large", "before");
    refused(
        Reason.INVALID,
        () -> files().write("large", new ByteArrayInputStream(large), large.length, HELLO_SHA256));
    refused(
        Reason.TOO_LARGE,
        () -> files().write("large", new ByteArrayInputStream(large), large.length - 1, null));
    assertThat(read("large")).isEqualTo("before");
    assertNothingIsHalfThere();
    for (String expected : new String[] {sha256, null}) {
      VolumeFiles.Content written =
          files().write("large", new ByteArrayInputStream(large), large.length, expected);
      assertThat(written.sha256()).isEqualTo(sha256);
      assertThat(written.sizeBytes()).isEqualTo(large.length);
      Kept kept = new Kept(large.length - 2);
      files().read("large", kept);
      assertThat(kept.told.getFirst().sha256()).isEqualTo(sha256);
      assertThat(kept.bytes.toByteArray())
          .containsExactly(large[large.length - 2], large[large.length - 1]);
      Kept all = new Kept(0);
      files().read("large", all);
      assertThat(sha256(all.bytes.toByteArray())).isEqualTo(sha256);
    }
    assertNothingIsHalfThere();
  }

  private static String sha256(byte[] bytes) throws NoSuchAlgorithmException {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  @Test
  void manyWhoWriteIntoNewDirectoriesAtOnceAllSucceed() throws Exception {
    for (int round = 0; round < 5; round++) {
      String at = "round-" + round + "/a/b/c/";
      List<Future<VolumeFiles.Content>> all = new ArrayList<>();
      try (ExecutorService several = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < 8; i++) {
          String path = at + i;
          all.add(several.submit(() -> write(path, "x")));
        }
      }
      for (Future<VolumeFiles.Content> each : all) {
        assertThat(each.get().sizeBytes()).isEqualTo(1);
      }
      assertThat(files().list(at.substring(0, at.length() - 1), "", 100)).hasSize(8);
    }
    assertNothingIsHalfThere();
  }

  @Test
  void aDirectoryThatIsNotEmptyGoesOnlyWhereThatIsSaid() throws IOException {
    write("d/in/x", "x");
    write("d2", "stays");
    refused(Reason.VOLUME_FILE_CONFLICT, () -> files().remove("d", false));
    files().remove("d", true);
    refused(Reason.VOLUME_FILE_NOT_FOUND, () -> files().remove("d", true));
    refused(Reason.VOLUME_FILE_NOT_FOUND, () -> read("d"));
    refused(Reason.VOLUME_FILE_NOT_FOUND, () -> files().kindOf("d"));
    assertThat(names()).containsExactly("d2");
    files().remove("d2", false);
    assertThat(names()).isEmpty();
  }

  @Test
  void whatAVolumeHoldsIsCounted_withWhatIsWrittenSince() throws IOException {
    assertThat(usedBytes()).hasValue(0);
    write("a/b/c", "12345");
    write("d", "123");
    assertThat(usedBytes()).hasValue(8);
    write("e", "12");
    assertThat(usedBytes()).hasValue(10);
    write("e", "1");
    assertThat(usedBytes()).hasValue(9);
    files().remove("a", true);
    assertThat(usedBytes()).hasValue(4);
  }
}
