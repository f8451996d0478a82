package dev.satchel.server.bucket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.bucket.Bucket;
import dev.satchel.core.bucket.BucketDriver.Access;
import dev.satchel.core.bucket.BucketDriver.Health;
import dev.satchel.core.bucket.BucketMountId;
import dev.satchel.core.bucket.KeyPair;
import dev.satchel.core.secret.SecretValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What a directory comes to that is filled from a bucket and written back, on each S3 service. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class SyncContract {
  static final BucketMountId ID = new BucketMountId("w0", 1, 100);
  private static final BucketMountId OTHER = new BucketMountId("w1", 1, 100);
  private static final String TOKEN = "the-token-of-a-directory";

  @TempDir static Path directory;
  private S3Server server;
  private CredentialEndpoint endpoint;
  private SyncedDirectories synced;
  private volatile String secretKey = S3Server.SECRET_KEY;
  private int bucketsMade;

  abstract S3Server server(Path at);

  @BeforeAll
  void startServer() throws IOException {
    server = server(Files.createDirectory(directory.resolve("s3")));
  }

  @AfterAll
  void stopServer() {
    if (server != null) {
      server.close();
    }
  }

  @BeforeEach
  void open() {
    endpoint =
        new CredentialEndpoint(
            directory.resolve("keys"), InstantSource.system(), Duration.ZERO); // Always asked.
    endpoint.start((id, token) -> token.equals(TOKEN) ? keys() : Optional.empty());
    synced = synced();
    assertThat(synced.objection()).isNull();
  }

  private Optional<KeyPair> keys() {
    return Optional.of(
        new KeyPair(
            SecretValue.ofText("access", S3Server.ACCESS_KEY),
            SecretValue.ofText("secret", secretKey),
            ""));
  }

  private SyncedDirectories synced() {
    return new SyncedDirectories(
        directory.resolve("synced"),
        S3Server.tools().toString(),
        endpoint.port(),
        InstantSource.system(),
        2_000_000);
  }

  @AfterEach
  void close() {
    synced.known().forEach(synced::remove);
    synced.close();
    endpoint.close();
    secretKey = S3Server.SECRET_KEY;
  }

  private Bucket bucket(String prefix) {
    String name = "synced" + bucketsMade++;
    server.makeBucket(name);
    return new Bucket(name, server.endpoint(), "us-east-1", prefix, true);
  }

  private Path fill(BucketMountId id, Bucket bucket) {
    return synced.fill(id, bucket, false, TOKEN, how -> {});
  }

  private void written(BucketMountId id, Bucket bucket) {
    BucketContract.await(
        () -> {
          synced.write(id, () -> new Access(bucket, TOKEN));
          return synced.unwritten(id).isNothing();
        });
  }

  @Test
  void itHoldsWhatTheBucketHas_andWhatChangedAndNothingElseIsWritten() throws IOException {
    Bucket bucket = bucket("2026/in");
    server.put(bucket.name() + "/2026/in/deep/a.txt", "was there");
    server.put(bucket.name() + "/2026/in/gone", "is deleted");
    server.put(bucket.name() + "/2026/in/kept", "stays");
    server.put(bucket.name() + "/2026/b", "outside");
    Path shown = fill(ID, bucket);
    assertThat(synced.health(ID)).isEqualTo(Health.MOUNTED);
    assertThat(shown.resolve("deep/a.txt")).hasContent("was there");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(shown.resolve("kept"))))
        .isEqualTo("rw-rw-rw-");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(shown.resolve("deep"))))
        .isEqualTo("rwxrwxrwx");
    assertThat(synced.unwritten(ID).isNothing()).isTrue();
    FileTime before = Files.getLastModifiedTime(shown.resolve("deep/a.txt"));
    Files.writeString(shown.resolve("deep/a.txt"), "as long..");
    Files.setLastModifiedTime(shown.resolve("deep/a.txt"), before);
    Files.delete(shown.resolve("gone"));
    Files.createDirectories(shown.resolve("new/er"));
    Files.writeString(shown.resolve("new/er/Größe #1; \"x\""), "is new");
    Files.writeString(shown.resolve("empty"), "");
    server.put(bucket.name() + "/2026/in/of-another", "added meanwhile");
    server.put(bucket.name() + "/2026/in/kept", "changed meanwhile");
    assertThat(synced.unwritten(ID).files()).isEqualTo(4);
    written(ID, bucket);
    assertThat(server.list(bucket.name()))
        .containsExactly(
            "2026/b",
            "2026/in/deep/a.txt",
            "2026/in/empty",
            "2026/in/kept",
            "2026/in/new/er/Größe #1; \"x\"",
            "2026/in/of-another");
    assertThat(server.get(bucket.name() + "/2026/in/deep/a.txt")).isEqualTo("as long..");
    assertThat(server.get(bucket.name() + "/2026/in/kept")).isEqualTo("changed meanwhile");
    synced.remove(ID);
    assertThat(synced.known()).isEmpty();
    assertThat(synced.unkept(ID)).isNull();
    assertThat(synced.health(ID)).isEqualTo(Health.ABSENT);
  }

  @Test
  void twoThatChangeDifferentFilesKeepBoth() throws IOException {
    Bucket bucket = bucket("");
    server.put(bucket.name() + "/both", "there");
    Path one = fill(ID, bucket);
    Path other = fill(OTHER, bucket);
    for (int i = 0; i < 30; i++) {
      Files.writeString(one.resolve("one-" + i), "of one");
      Files.writeString(other.resolve("other-" + i), "of the other");
    }
    Files.delete(other.resolve("both"));
    written(ID, bucket);
    written(OTHER, bucket);
    assertThat(server.list(bucket.name())).hasSize(60).doesNotContain("both");
    assertThat(server.get(bucket.name() + "/one-29")).isEqualTo("of one");
  }

  @Test
  void whatIsReadOnlyIsFilled_andNeverWritten() throws IOException {
    Bucket bucket = bucket("");
    server.put(bucket.name() + "/a", "there");
    Path shown = synced.fill(ID, bucket, true, TOKEN, how -> {});
    assertThat(shown.resolve("a")).hasContent("there");
    Files.writeString(shown.resolve("b"), "by nobody");
    written(ID, bucket);
    assertThat(server.list(bucket.name())).containsExactly("a");
  }

  @Test
  void whatDoesNotFitIsRefusedBeforeAnythingComes() throws IOException {
    Bucket bucket = bucket("");
    server.put(bucket.name() + "/big", "x".repeat(2_000_001));
    assertThatThrownBy(() -> fill(ID, bucket))
        .isInstanceOfSatisfying(
            RefusedException.class,
            refused -> {
              assertThat(refused.reason()).isEqualTo(Reason.MOUNT_FAILED);
              assertThat(refused.detail())
                  .contains("2000001 bytes in 1 files", "2000000 bytes", "without sync");
            });
    assertThat(directory.resolve("synced").resolve(ID.toString()).resolve("shown"))
        .isEmptyDirectory();
  }

  @Test
  void aFillThatWasCutOffIsDoneAnew_andOneThatWasNotStays() throws IOException {
    Bucket bucket = bucket("");
    server.put(bucket.name() + "/a", "there");
    Path shown = fill(ID, bucket);
    Files.delete(shown.resolveSibling("manifest")); // As it is while it is filled.
    Files.writeString(shown.resolve("half"), "of a file");
    assertThat(synced.unwritten(ID).isNothing()).isTrue();
    assertThat(fill(ID, bucket)).isEqualTo(shown);
    assertThat(shown.toFile().list()).containsExactly("a");
    Files.writeString(shown.resolve("b"), "of a job");
    assertThat(fill(ID, bucket)).isEqualTo(shown); // As for one that died.
    assertThat(shown.resolve("b")).hasContent("of a job");
  }

  @Test
  void whatNoBucketKeepsIsSetAside_andNamed() throws IOException, InterruptedException {
    Bucket bucket = bucket("");
    server.put(bucket.name() + "/replaced", "good");
    server.put(bucket.name() + "/moved/in", "good too");
    Path shown = fill(ID, bucket);
    Files.delete(shown.resolve("moved/in"));
    Files.delete(shown.resolve("moved"));
    Files.createSymbolicLink(shown.resolve("moved"), Path.of("/nowhere"));
    Files.delete(shown.resolve("replaced"));
    Files.createSymbolicLink(shown.resolve("replaced"), Path.of("a"));
    Files.createDirectory(shown.resolve("d"));
    Files.createSymbolicLink(shown.resolve("d/link"), Path.of("/etc/hostname"));
    Files.createSymbolicLink(shown.resolve("loop"), Path.of("."));
    String make =
        "cd '" + shown + "'; mkfifo pipe; >\"$(printf 'a\\nb')\"; >\"$(printf 'c\\377')\"";
    assertThat(new ProcessBuilder("sh", "-c", make).start().waitFor()).isZero();
    Files.writeString(shown.resolve("a"), "written");
    written(ID, bucket);
    assertThat(server.list(bucket.name())).containsExactlyInAnyOrder("a", "replaced", "moved/in");
    assertThat(server.get(bucket.name() + "/replaced")).isEqualTo("good");
    synced.remove(ID);
    var unkept = synced.unkept(ID);
    assertThat(unkept).isNotNull();
    assertThat(unkept.names()).hasSize(3);
    try (Stream<Path> all = Files.walk(unkept.place())) {
      assertThat(all.filter(each -> !Files.isDirectory(each) || Files.isSymbolicLink(each)))
          .hasSize(6);
    }
    assertThat(unkept.place().resolve("d/link")).isSymbolicLink();
    synced.sweep(Duration.ofDays(-1));
    assertThat(synced.unkept(ID)).isNull();
  }

  @Test
  void whatIsTooDeepToBeLookedThroughIsTooMuch_andKeptAndRemovedAllTheSame()
      throws IOException, InterruptedException {
    Bucket bucket = bucket("");
    Path shown = fill(ID, bucket);
    String make =
        "import os, sys\nos.chdir(sys.argv[1])\nfor _ in range(30): os.mkdir('d' * 200), os.chdir('d' * 200)";
    assertThat(new ProcessBuilder("python3", "-c", make, shown.toString()).start().waitFor())
        .isZero();
    assertThat(synced.isTooFull(ID)).isTrue();
    assertThat(synced.unwritten(ID).isNothing()).isFalse();
    synced.setAside(ID);
    assertThat(synced.aside(ID).toFile().list()).hasSize(1);
    assertThat(synced.known()).isEmpty();
    synced.sweep(Duration.ofDays(-1));
    assertThat(synced.aside(ID)).doesNotExist();
  }

  @Test
  void anEmptyFileOfBeforeARestartOfTheMachineIsKept_andNotWrittenOverTheBuckets()
      throws IOException {
    Bucket bucket = bucket("");
    server.put(bucket.name() + "/cut", "good");
    server.put(bucket.name() + "/empty", "");
    Path shown = fill(ID, bucket);
    Path manifest = shown.resolveSibling("manifest");
    String boot = Processes.bootId();
    Files.writeString(
        manifest, Files.readString(manifest).replace(boot, "0".repeat(boot.length())));
    Files.writeString(shown.resolve("cut"), ""); // As a disk has what was written and not synced.
    Files.writeString(shown.resolve("new"), "");
    Files.writeString(shown.resolve("whole"), "written");
    written(ID, bucket);
    assertThat(server.list(bucket.name())).containsExactly("cut", "empty", "whole");
    assertThat(server.get(bucket.name() + "/cut")).isEqualTo("good");
    synced.remove(ID);
    var unkept = synced.unkept(ID);
    assertThat(unkept).isNotNull();
    assertThat(unkept.names()).containsExactlyInAnyOrder("cut", "new");
    synced.sweep(Duration.ofDays(-1));
  }

  @Test
  void whatCannotBeWrittenIsTriedAgain_andKeptIfItIsGivenUp() throws IOException {
    Bucket bucket = bucket("");
    server.put(bucket.name() + "/there", "unchanged");
    Path shown = fill(ID, bucket);
    Files.writeString(shown.resolve("new"), "kept");
    secretKey = "another";
    synced.write(ID, () -> new Access(bucket, TOKEN));
    BucketContract.await(() -> Processes.copyingBelow(directory.toAbsolutePath()).isEmpty());
    assertThat(synced.unwritten(ID).files()).isEqualTo(1);
    secretKey = S3Server.SECRET_KEY;
    written(ID, bucket);
    assertThat(server.get(bucket.name() + "/new")).isEqualTo("kept");
    Files.writeString(shown.resolve("lost"), "kept aside");
    synced.setAside(ID);
    assertThat(synced.aside(ID).toFile().list()).containsExactly("lost");
    assertThat(synced.known()).isEmpty();
  }

  @Test
  void whatWasWrittenIsNotWrittenAgainByTheNextServer() throws IOException {
    Bucket bucket = bucket("");
    Path shown = fill(ID, bucket);
    for (int i = 0; i < 1100; i++) {
      Files.writeString(shown.resolve("f" + i), "of " + i);
    }
    synced.write(ID, () -> new Access(bucket, TOKEN));
    BucketContract.await(() -> synced.unwritten(ID).files() <= 100);
    synced.close(); // Within the second part, or behind it.
    assertThat(Processes.copyingBelow(directory.toAbsolutePath())).isEmpty();
    synced = synced();
    assertThat(synced.unwritten(ID).files()).isLessThanOrEqualTo(100);
    written(ID, bucket);
    List<String> all = IntStream.range(0, 1100).mapToObj(i -> "f" + i).sorted().toList();
    assertThat(server.list(bucket.name())).isEqualTo(all);
  }

  @Test
  void aFillEndsWithWhoeverDoesNotWantIt() {
    Bucket bucket = bucket("");
    server.put(bucket.name() + "/a", "there");
    Consumer<String> no =
        how -> {
          throw new RefusedException(Reason.ATTEMPT_SUPERSEDED, "Somebody asked it to end.");
        };
    server.pause();
    try {
      assertThatThrownBy(() -> synced.fill(ID, bucket, false, TOKEN, no))
          .hasMessageContaining("Somebody");
    } finally {
      server.resume();
    }
    assertThat(Processes.copyingBelow(directory.toAbsolutePath())).isEmpty();
  }

  @Test
  void whatGrowsBeyondItsRoomIsTooFull() throws IOException {
    Bucket bucket = bucket("");
    Files.write(fill(ID, bucket).resolve("fits"), new byte[2_000_000]);
    Files.write(fill(OTHER, bucket).resolve("does not"), new byte[2_000_001]);
    assertThat(synced.isTooFull(ID)).isFalse();
    assertThat(synced.isTooFull(OTHER)).isTrue();
  }
}
