package dev.satchel.server.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.volume.Backend;
import dev.satchel.core.volume.Flush;
import dev.satchel.core.volume.Volume;
import dev.satchel.core.volume.VolumeData;
import dev.satchel.core.volume.VolumeFiles;
import dev.satchel.core.volume.VolumeFiles.Kind;
import dev.satchel.core.volume.VolumeFilesContract;
import dev.satchel.core.volume.VolumeName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Volumes as directories, and that no path leads out of them. */
final class DiskVolumesTest extends VolumeFilesContract {
  private static final VolumeData V = VolumeData.onDisk("v");

  @TempDir Path directory;
  @TempDir Path outside;
  private DiskVolumes volumes;
  private VolumeFiles files;
  private Path root;

  @BeforeEach
  void open() {
    volumes = new DiskVolumes(directory.resolve("volumes"), () -> "m1");
    files = volumes.files(V);
    root = volumes.open(V, "");
  }

  @Override
  protected VolumeFiles files() {
    return files;
  }

  @Override
  protected OptionalLong usedBytes() {
    return volumes.usedBytes(V);
  }

  @Override
  protected void assertNothingIsHalfThere() throws IOException {
    assertThat(incoming()).isEmpty();
  }

  private List<Path> incoming() throws IOException {
    try (var all = Files.list(directory.resolve("volumes/incoming"))) {
      return all.toList();
    }
  }

  @Test
  void jobsOfAnyUserMayChangeWhatIsWritten() throws IOException {
    write("a/b/c.txt", "hello");
    assertThat(Files.getPosixFilePermissions(root)).hasSize(9);
    assertThat(Files.getPosixFilePermissions(root.resolve("a/b"))).hasSize(9);
    assertThat(Files.getPosixFilePermissions(root.resolve("a/b/c.txt"))).hasSize(6);
  }

  @Test
  void aLinkIsListedAsOne() throws IOException {
    write("c", "x");
    Files.createSymbolicLink(root.resolve("d"), outside);
    assertThat(files.list("", "", 3))
        .extracting(VolumeFiles.Item::name, VolumeFiles.Item::kind)
        .containsExactly(tuple("c", Kind.FILE), tuple("d", Kind.LINK));
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

  /** A directory that is made must not take the place of one that another has just made. */
  @Test
  void manyWhoMakeTheSameDirectoriesAtOnceAllSucceed() throws Exception {
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
  void linksAreNotCounted_andWhatHasTooManyFilesIsNotEither() throws Exception {
    write("a/b/c", "12345");
    write("d", "123");
    Files.createSymbolicLink(root.resolve("link"), Path.of("/usr"));
    assertThat(volumes.usedBytes(V)).hasValue(8);
    assertThat(volumes.usedBytes(VolumeData.onDisk("none"))).hasValue(0);
    DiskUsage few = new DiskUsage(3);
    assertThat(few.bytes("v", root)).isEqualTo(DiskUsage.UNKNOWN);
  }

  @Test
  void aFlushSaysWhatCameOfIt() throws IOException {
    write("a", "x");
    assertThat(volumes.flush("v")).isEqualTo(new Flush.Done());
    assertThat(volumes.flush("elsewhere")).isEqualTo(new Flush.Done());
    assertThat(flush("echo \"sync: error syncing '/data/v': Input/output error\" >&2; exit 1"))
        .isEqualTo(new Flush.Failed("Input/output error"));
    assertThat(flush("exit 3")).isEqualTo(new Flush.Failed("sync ended with 3"));
    assertThat(flush("sleep 20")).isEqualTo(new Flush.Late());
    assertThat(DiskFlush.by(List.of("/no/such/sync"), Duration.ofSeconds(10)))
        .as("it may be in passing")
        .isEqualTo(new Flush.Late());
  }

  private static Flush flush(String script) {
    return DiskFlush.by(List.of("/bin/sh", "-c", script), Duration.ofSeconds(2));
  }

  @Test
  void aRemovedVolumeIsGone_andWhatAnEarlierLifeLeftTooIsRemoved() throws Exception {
    write("a/b", "x");
    assertThat(volumes.kept()).containsExactly(V);
    volumes.remove(V);
    volumes.remove(V);
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
