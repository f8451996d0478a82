package dev.satchel.server.disk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.volume.Backend;
import dev.satchel.core.volume.Volume;
import dev.satchel.core.volume.VolumeFiles;
import dev.satchel.core.volume.VolumeFiles.Kind;
import dev.satchel.core.volume.VolumeName;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Volumes as directories, and that no path leads out of them. */
final class DiskVolumesTest {
  private static final String HELLO_SHA256 =
      "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

  @TempDir Path directory;
  @TempDir Path outside;
  private DiskVolumes volumes;
  private VolumeFiles files;
  private Path root;

  @BeforeEach
  void open() {
    volumes = new DiskVolumes(directory.resolve("volumes"), () -> "m1");
    files = volumes.files("v");
    root = volumes.open("v", "");
  }

  private VolumeFiles.Content write(String path, String text) throws IOException {
    return files.write(path, new ByteArrayInputStream(text.getBytes(UTF_8)), 1 << 20, null);
  }

  private String read(String path) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    files.read(path, _ -> out);
    return out.toString(UTF_8);
  }

  private static void refused(Reason reason, ThrowingCallable act) {
    assertThatThrownBy(act)
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  private List<Path> incoming() throws IOException {
    try (var all = Files.list(directory.resolve("volumes/incoming"))) {
      return all.toList();
    }
  }

  @Test
  void whatIsWrittenIsReadWithItsDigest_andJobsOfAnyUserMayChangeIt() throws IOException {
    VolumeFiles.Content written = write("a/b/c.txt", "hello");
    assertThat(written.sha256()).isEqualTo(HELLO_SHA256);
    assertThat(written.sizeBytes()).isEqualTo(5);
    assertThat(read("a/b/c.txt")).isEqualTo("hello");
    files.read(
        "a/b/c.txt",
        content -> {
          assertThat(content.sha256()).isEqualTo(HELLO_SHA256);
          return OutputStream.nullOutputStream();
        });
    assertThat(Files.getPosixFilePermissions(root)).hasSize(9);
    assertThat(Files.getPosixFilePermissions(root.resolve("a/b"))).hasSize(9);
    assertThat(Files.getPosixFilePermissions(root.resolve("a/b/c.txt"))).hasSize(6);
    write("a/b/c.txt", "other");
    assertThat(read("a/b/c.txt")).isEqualTo("other");
    assertThat(incoming()).isEmpty();
  }

  @Test
  void aDirectoryIsListedByNameInPages() throws IOException {
    for (String name : List.of("c", "a", "B", "b/in")) {
      write(name, "x");
    }
    Files.createSymbolicLink(root.resolve("d"), outside);
    assertThat(files.list("", "", 3))
        .extracting(VolumeFiles.Item::name)
        .containsExactly("B", "a", "b");
    assertThat(files.list("", "b", 3))
        .extracting(VolumeFiles.Item::name, VolumeFiles.Item::kind)
        .containsExactly(tuple("c", Kind.FILE), tuple("d", Kind.LINK));
    assertThat(files.list("b", "", 3)).extracting(VolumeFiles.Item::sizeBytes).containsExactly(1L);
    assertThat(files.kindOf("b")).isEqualTo(Kind.DIRECTORY);
    assertThat(files.kindOf("")).isEqualTo(Kind.DIRECTORY);
  }

  @Test
  void noLinkLeadsOut() throws IOException {
    Files.writeString(outside.resolve("secret"), "sentinel");
    Files.createSymbolicLink(root.resolve("out"), outside);
    Files.createSymbolicLink(root.resolve("file"), outside.resolve("secret"));
    refused(Reason.VOLUME_FILE_NOT_FOUND, () -> read("out/secret"));
    refused(Reason.VOLUME_FILE_CONFLICT, () -> read("file"));
    refused(Reason.VOLUME_FILE_CONFLICT, () -> files.list("out", "", 10));
    refused(Reason.VOLUME_FILE_CONFLICT, () -> write("out/new", "x"));
    refused(Reason.VOLUME_FILE_NOT_FOUND, () -> files.remove("out/secret", true));
    write("file", "mine"); // Takes the link's place.
    assertThat(outside.resolve("secret")).hasContent("sentinel");
    files.remove("out", true); // The link alone.
    assertThat(outside.resolve("secret")).hasContent("sentinel");
    assertThat(outside.resolve("new")).doesNotExist();
  }

  @Test
  void whatIsNeitherFileNorDirectoryIsNotOpened() throws Exception {
    assertThat(new ProcessBuilder("mkfifo", root.resolve("pipe").toString()).start().waitFor())
        .isZero();
    refused(Reason.VOLUME_FILE_CONFLICT, () -> read("pipe"));
    refused(Reason.VOLUME_FILE_CONFLICT, () -> write("pipe/x", "x"));
    files.remove("pipe", false);
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
    refused(Reason.INVALID, () -> files.write("a", broken, 100, null));
    InputStream large = new ByteArrayInputStream(new byte[101]);
    refused(Reason.TOO_LARGE, () -> files.write("a", large, 100, null));
    InputStream other = new ByteArrayInputStream("x".getBytes(UTF_8));
    refused(Reason.INVALID, () -> files.write("a", other, 100, HELLO_SHA256));
    write("d/x", "x");
    refused(Reason.VOLUME_FILE_CONFLICT, () -> write("d", "x"));
    refused(Reason.VOLUME_FILE_CONFLICT, () -> write("a/x", "x"));
    assertThat(read("a")).isEqualTo("before");
    assertThat(incoming()).isEmpty();
  }

  /** A directory that is made must not take the place of one that another has just made. */
  @Test
  void manyWhoWriteIntoNewDirectoriesAtOnceAllSucceed() throws Exception {
    for (int round = 0; round < 20; round++) {
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
      assertThat(files.list(at.substring(0, at.length() - 1), "", 100)).hasSize(8);
    }
    assertThat(incoming()).isEmpty();
  }

  @Test
  void aDirectoryThatIsNotEmptyGoesOnlyWhereThatIsSaid() throws IOException {
    write("d/in/x", "x");
    refused(Reason.VOLUME_FILE_CONFLICT, () -> files.remove("d", false));
    files.remove("d", true);
    assertThat(root.resolve("d")).doesNotExist();
    refused(Reason.VOLUME_FILE_NOT_FOUND, () -> files.remove("d", true));
    refused(Reason.VOLUME_FILE_NOT_FOUND, () -> read("d"));
  }

  /** A job that swaps a directory for a link all the time gets nothing written elsewhere. */
  @Test
  void aJobThatSwapsDirectoriesForLinksLeadsNobodyOut() throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    Thread job =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (!over.get()) {
                    try {
                      Files.createDirectories(root.resolve("d"));
                      Files.move(root.resolve("d"), root.resolve("aside"));
                      Files.createSymbolicLink(root.resolve("d"), outside);
                      Files.delete(root.resolve("d"));
                      Files.move(root.resolve("aside"), root.resolve("d"));
                    } catch (IOException e) {
                      // Somebody wrote at the same moment.
                    }
                  }
                });
    Instant until = Instant.now().plus(Duration.ofMillis(700));
    for (int i = 0; Instant.now().isBefore(until); i++) {
      try {
        write("d/f" + i % 10, "x");
        files.remove("d/f" + i % 10, false);
      } catch (RefusedException | UncheckedIOException | IOException e) {
        // It was a link just then, or gone.
      }
    }
    over.set(true);
    job.join();
    try (var all = Files.list(outside)) {
      assertThat(all).isEmpty();
    }
  }

  @Test
  void aMachineWithoutRoomSaysSo() {
    volumes.requireRoom(local(1));
    assertThatThrownBy(() -> volumes.requireRoom(local(1_000_000)))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("\"scratch\"")
        .hasMessageContaining("1000000 GB");
  }

  private static Volume local(int sizeGb) {
    return new Volume(
        "id",
        "default",
        new VolumeName("scratch"),
        Backend.VAST_LOCAL,
        sizeGb,
        null,
        List.of(),
        null,
        Instant.EPOCH,
        Instant.EPOCH);
  }

  @Test
  void whatAVolumeHoldsIsCounted_withWhatIsWrittenSince() throws Exception {
    write("a/b/c", "12345");
    write("d", "123");
    Files.createSymbolicLink(root.resolve("link"), Path.of("/usr"));
    assertThat(volumes.usedBytes("v")).hasValue(8);
    write("e", "12");
    assertThat(volumes.usedBytes("v")).hasValue(10);
    assertThat(volumes.usedBytes("none")).hasValue(0);
    DiskUsage few = new DiskUsage(3);
    assertThat(few.bytes("v", root)).isEqualTo(DiskUsage.UNKNOWN);
  }

  @Test
  void aRemovedVolumeIsGone_andWhatAnEarlierLifeLeftTooIsRemoved() throws Exception {
    write("a/b", "x");
    volumes.flush("v");
    assertThat(volumes.kept()).containsExactly("v");
    volumes.remove("v");
    volumes.remove("v");
    assertThat(volumes.kept()).isEmpty();
    Files.createDirectories(directory.resolve("volumes/incoming/removed-w/in"));
    DiskVolumes _ = new DiskVolumes(directory.resolve("volumes"), () -> "m1");
    Instant until = Instant.now().plus(Duration.ofSeconds(10));
    while (!incoming().isEmpty() && Instant.now().isBefore(until)) {
      Thread.sleep(10);
    }
    assertThat(incoming()).isEmpty();
  }
}
