package dev.satchel.server.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.access.Actor;
import dev.satchel.core.access.Role;
import dev.satchel.core.bucket.Bucket;
import dev.satchel.core.store.MemoryStore;
import dev.satchel.core.volume.Backend;
import dev.satchel.core.volume.FakeVolumes;
import dev.satchel.core.volume.PlacedVolumes;
import dev.satchel.core.volume.StorePlace;
import dev.satchel.core.volume.VolumeFiles;
import dev.satchel.core.volume.VolumeFilesContract;
import dev.satchel.core.volume.VolumeName;
import dev.satchel.core.volume.VolumeRequest;
import dev.satchel.core.volume.VolumeStatus;
import dev.satchel.core.volume.Volumes;
import dev.satchel.server.bucket.S3Server;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/** What volumes in a bucket come to, on each S3 service. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class S3VolumesContract extends VolumeFilesContract {
  private static final Actor OWNER =
      new Actor("default", "t", "owner", Set.of(Role.ADMIN), Set.of(), "test");
  private static final VolumeName NAME = new VolumeName("one");
  private static final String BUCKET = "volumes-of-satchel";

  @TempDir static Path directory;
  private S3Server server;
  private Path keyId;
  private Path secret;
  private S3Volumes volumes;
  private String id = "";
  private int made;

  abstract S3Server server(Path at);

  @BeforeAll
  void startServer() throws IOException {
    server = server(Files.createDirectory(directory.resolve("s3")));
    server.makeBucket(BUCKET);
    keyId = Files.writeString(directory.resolve("key-id"), S3Server.ACCESS_KEY + "\n");
    secret = directory.resolve("secret");
  }

  @AfterAll
  void stopServer() {
    if (server != null) {
      server.close();
    }
  }

  @BeforeEach
  void open() throws IOException {
    Files.writeString(secret, S3Server.SECRET_KEY + "\n");
    volumes = volumes(server.endpoint());
    id = "v" + made++;
  }

  private S3Volumes volumes(String endpoint) {
    return new S3Volumes(
        bucket(BUCKET, endpoint),
        () -> "us-east-1",
        "http://before:1",
        keys(),
        InstantSource.system());
  }

  private static Bucket bucket(String name, String endpoint) {
    return new Bucket(name, endpoint, "us-east-1", "in/here", true);
  }

  private KeyFiles keys() {
    return new KeyFiles(keyId, secret);
  }

  /** The volumes of a server that has this store, of which it makes one. */
  private Volumes users() {
    PlacedVolumes placed = new PlacedVolumes(new FakeVolumes("m1"), volumes);
    Volumes users = new Volumes(new MemoryStore(), placed, InstantSource.system());
    VolumeRequest asked = new VolumeRequest(Backend.CLOUD_BUCKET, null, null, List.of());
    id = users.create(OWNER, NAME, asked, false).detail().volume().id();
    return users;
  }

  @AfterEach
  void close() {
    volumes.close();
  }

  @Override
  protected VolumeFiles files() {
    return volumes.files(id);
  }

  @Override
  protected OptionalLong usedBytes() {
    return volumes.usedBytes(id);
  }

  @Override
  protected void assertNothingIsHalfThere() {
    for (String name : server.list(BUCKET)) { // Some services show parts as objects.
      assertThat(name).startsWith("in/here/volumes/");
    }
  }

  private String object(String path) {
    return BUCKET + "/in/here/volumes/" + id + "/" + path;
  }

  @Test
  void aFileIsAnObjectBelowTheVolumesId_andOthersAreNoneOfIt() throws IOException {
    write("a/b", "hello");
    assertThat(server.get(object("a/b"))).isEqualTo("hello");
    server.put(object("x").replace(id + "/", id + "0/"), "of another volume");
    assertThat(files().list("", "", 10)).extracting(VolumeFiles.Item::name).containsExactly("a");
    StorePlace place = new StorePlace("s3://" + BUCKET + "/in/here", server.endpoint());
    assertThat(volumes.place()).isEqualTo(place);
    assertThat(volumes.keeps(new StorePlace(place.name(), ""))).isTrue();
    assertThat(volumes.keeps(new StorePlace(place.name(), "http://before:1"))).isTrue();
    assertThat(volumes.keeps(new StorePlace(place.name(), "http://other:1"))).isFalse();
    Bucket part = volumes.bucket(id, "a");
    assertThat(part.prefix()).isEqualTo("in/here/volumes/" + id + "/a");
    assertThat(volumes.holds(part)).isTrue();
    assertThat(volumes.holds(new Bucket(BUCKET, server.endpoint(), "auto", "else", true)))
        .isFalse();
  }

  @Test
  void whatAJobWroteHasADigestToo_alsoOnceItIsAnother() throws IOException {
    for (String text : List.of("hello", "hello again")) {
      server.put(object("j"), text);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      List<String> told = new ArrayList<>();
      for (int times = 0; times < 2; times++) {
        out.reset();
        files()
            .read(
                "j",
                content -> {
                  told.add(content.sha256());
                  return out;
                });
        assertThat(out.toString(UTF_8)).isEqualTo(text);
      }
      assertThat(told).hasSize(2);
      assertThat(told.get(0).equals(HELLO_SHA256)).isEqualTo(text.equals("hello"));
    }
  }

  @Test
  void aPartThatIsAFileIsNotMounted() throws IOException {
    write("a/b", "x");
    volumes.requireDirectory(id, "");
    volumes.requireDirectory(id, "a");
    volumes.requireDirectory(id, "new/part");
    refused(Reason.MOUNT_FAILED, () -> volumes.requireDirectory(id, "a/b"));
    refused(Reason.MOUNT_FAILED, () -> volumes.requireDirectory(id, "a/b/c"));
  }

  @Test
  void aPathThatIsTooLongForTheServiceIsRefused() {
    String long255 = "x".repeat(255);
    refused(
        Reason.INVALID,
        () -> write(String.join("/", long255, long255, long255, "y".repeat(254)), ""));
  }

  @Test
  void aCopyToAPathThatIsTooLongIsToldSo() throws IOException {
    Volumes users = users();
    write("a", "x");
    String part = "x".repeat(255);
    String path = String.join("/", part, part, part, "y".repeat(254));
    assertThatThrownBy(() -> users.copy(OWNER, NAME, "a", NAME, path, 1 << 20))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(Reason.INVALID);
              assertThat(e.members()).containsEntry("field", "path");
            });
  }

  @Test
  void aFileThatGoesBeforeItIsReadIsNotFound() {
    server.put(object("gone"), "hello");
    String key = "in/here/volumes/" + id + "/gone";
    try (S3Connection here =
        new S3Connection(bucket(BUCKET, server.endpoint()), () -> "us-east-1", keys())) {
      S3Objects objects = new S3Objects(here);
      HeadObjectResponse head = objects.head(key).orElseThrow();
      objects.remove(key);
      VolumeFiles.Sink sink = _ -> OutputStream.nullOutputStream();
      refused(Reason.VOLUME_FILE_NOT_FOUND, () -> new S3Reader(here).read(key, head, sink));
    }
  }

  @Test
  void aRemovedVolumeIsEmptiedInPages_andOthersStay() throws Exception {
    List<Future<VolumeFiles.Content>> all = new ArrayList<>();
    Semaphore few = new Semaphore(16);
    try (ExecutorService several = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 1010; i++) {
        String path = "d" + i % 3 + "/f" + i;
        all.add(
            several.submit(
                () -> {
                  few.acquire();
                  try {
                    return write(path, "x");
                  } finally {
                    few.release();
                  }
                }));
      }
    }
    for (Future<VolumeFiles.Content> each : all) {
      assertThat(each.get().sizeBytes()).isEqualTo(1);
    }
    assertThat(usedBytes()).hasValue(1010);
    server.put(object("x").replace(id + "/", id + "0/"), "of another volume");
    volumes.remove(id);
    assertThat(volumes.isRemoving(id)).isTrue();
    volumes.remove(id);
    awaitRemoved();
    assertThat(names()).isEmpty();
    assertThat(server.get(object("x").replace(id + "/", id + "0/"))).isNotEmpty();
    volumes.remove(id); // Nothing is there: it is soon told.
    awaitRemoved();
  }

  @Test
  void slowUploadsToOneVolumeKeepNobodyElsesOut() throws Exception {
    List<SlowBody> bodies = new ArrayList<>();
    List<Future<VolumeFiles.Content>> all = new ArrayList<>();
    try (ExecutorService several = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 8; i++) {
        SlowBody body = new SlowBody(300_000);
        String path = "slow" + i;
        all.add(several.submit(() -> files().write(path, body, 1 << 20, null)));
        bodies.add(body);
      }
      for (SlowBody body : bodies) { // Those that wait for room stay at its door.
        boolean _ = body.begun.await(200, TimeUnit.MILLISECONDS);
      }
      SlowBody others = new SlowBody(300_000);
      others.ends.countDown();
      long from = System.nanoTime();
      var _ = volumes.files(id + "-other").write("f", others, 1 << 20, null);
      assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofSeconds(15));
      bodies.forEach(body -> body.ends.countDown());
      for (Future<VolumeFiles.Content> each : all) {
        assertThat(each.get().sizeBytes()).isEqualTo(300_000);
      }
    }
  }

  @Test
  void aFileThatArrivesWhileItsVolumeIsDeletedIsNotLeft() throws Exception {
    Volumes users = users();
    SlowBody body = new SlowBody(1);
    try (ExecutorService other = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> writing = other.submit(() -> users.write(OWNER, NAME, "late", body, 1 << 20, null));
      assertThat(body.begun.await(30, TimeUnit.SECONDS)).isTrue();
      var _ = users.delete(OWNER, NAME, false);
      for (int i = 0; i < 10; i++) { // All is removed, and yet not gone.
        users.sweep().sweep();
        assertThat(users.detail(OWNER, NAME).status().status()).isEqualTo(VolumeStatus.DELETING);
        Thread.sleep(30);
      }
      body.ends.countDown();
      assertThatThrownBy(writing::get)
          .cause()
          .isInstanceOfSatisfying(
              RefusedException.class,
              e -> assertThat(e.reason()).isEqualTo(Reason.VOLUME_NOT_FOUND));
    }
    Instant until = Instant.now().plus(Duration.ofSeconds(30));
    boolean there = true;
    while (there) {
      assertThat(Instant.now()).isBefore(until);
      users.sweep().sweep();
      try {
        var _ = users.detail(OWNER, NAME);
        Thread.sleep(20);
      } catch (RefusedException gone) {
        there = false;
      }
    }
    assertThat(server.get(object("late"))).isEmpty();
  }

  private void awaitRemoved() throws InterruptedException {
    Instant until = Instant.now().plus(Duration.ofSeconds(30));
    while (volumes.isRemoving(id)) {
      assertThat(Instant.now()).isBefore(until);
      Thread.sleep(20);
    }
  }

  @Test
  void keysThatDoNotOpenItAreToldOfByTheirNames_andNewOnesAreTakenUp() throws IOException {
    write("a", "x");
    Files.writeString(secret, "another");
    assertThatThrownBy(() -> read("a"))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(Reason.OBJECT_STORE_UNAVAILABLE);
              assertThat(e.detail()).doesNotContain("another").contains(BUCKET);
            });
    assertThat(volumes.usedBytes(id)).isEmpty();
    Files.delete(secret);
    assertThatThrownBy(() -> read("a"))
        .hasMessageContaining("The server cannot read its keys")
        .hasMessageNotContaining(directory.toString());
    assertThatThrownBy(volumes::keys).hasMessageNotContaining(directory.toString());
    assertThatThrownBy(keys()::openNamingFiles).hasMessageContaining(secret.toString());
    Files.writeString(secret, S3Server.SECRET_KEY);
    assertThat(read("a")).isEqualTo("x");
  }

  @Test
  void aServiceThatHasNotNamedItsRegionIsTakenUpOnceItHas() throws IOException {
    AtomicBoolean there = new AtomicBoolean();
    Supplier<String> region =
        () -> {
          if (there.get()) {
            return "us-east-1";
          }
          throw new RefusedException(Reason.MOUNT_FAILED, "It is away.");
        };
    Bucket bucket = bucket(BUCKET, server.endpoint()).in("auto");
    try (S3Volumes late = new S3Volumes(bucket, region, null, keys(), InstantSource.system())) {
      refused(Reason.OBJECT_STORE_UNAVAILABLE, () -> late.files(id).kindOf("a"));
      assertThat(late.usedBytes(id)).isEmpty();
      there.set(true);
      write("a", "x");
      assertThat(late.files(id).kindOf("a")).isEqualTo(VolumeFiles.Kind.FILE);
    }
  }

  @Test
  void aServiceThatIsAwayIsSaidToBe_andKeepsWhatIsToBeRemoved() throws Exception {
    try (S3Volumes away = volumes("http://127.0.0.1:9")) {
      assertThatThrownBy(() -> away.files(id).kindOf("a"))
          .isInstanceOfSatisfying(
              RefusedException.class,
              e -> assertThat(e.reason()).isEqualTo(Reason.OBJECT_STORE_UNAVAILABLE))
          .hasMessageContaining("cannot be reached");
      away.remove(id);
      Thread.sleep(1500); // As long as it tries, and once it has failed.
      assertThat(away.isRemoving(id)).isTrue();
    }
  }
}
