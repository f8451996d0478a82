package dev.satchel.server.bucket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.Needs;
import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.bucket.Bucket;
import dev.satchel.core.bucket.BucketDriver.Health;
import dev.satchel.core.bucket.BucketMountId;
import dev.satchel.core.bucket.KeyPair;
import dev.satchel.core.secret.SecretValue;
import dev.satchel.server.tmpfs.Mount;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What mounting a bucket comes to, on each S3 service. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class BucketContract {
  static final BucketMountId ID = new BucketMountId("w0", 1, 0);
  static final String TOKEN = "the-token-of-a-mount";

  @TempDir static Path directory;
  S3Server server;
  RcloneMounts mounts;
  private CredentialEndpoint endpoint;
  volatile String accessKey = S3Server.ACCESS_KEY;
  volatile String secretKey = S3Server.SECRET_KEY;
  private int bucketsMade;

  abstract S3Server server(Path at);

  /** Where the mount tool is. */
  String path() {
    return S3Server.tools().toString();
  }

  @BeforeAll
  void startServer() throws IOException {
    Needs.root();
    Needs.that(Files.exists(Path.of("/dev/fuse")), "this suite needs /dev/fuse");
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
            directory.resolve("mounts"), InstantSource.system(), Duration.ZERO); // Always asked.
    endpoint.start(
        (id, token) -> token.equals(TOKEN) ? Optional.of(keys(accessKey, secretKey)) : noKeys());
    mounts = mounts(InstantSource.system());
    assertThat(mounts.objection()).isNull();
  }

  private static Optional<KeyPair> noKeys() {
    return Optional.empty();
  }

  private RcloneMounts mounts(InstantSource clock) {
    return new RcloneMounts(directory.resolve("mounts"), path(), endpoint.port(), clock, 2_000_000);
  }

  @AfterEach
  void close() {
    mounts.known().forEach(mounts::remove);
    endpoint.close();
    accessKey = S3Server.ACCESS_KEY;
    secretKey = S3Server.SECRET_KEY;
  }

  static KeyPair keys(String accessKey, String secretKey) {
    return new KeyPair(
        SecretValue.ofText("access", accessKey), SecretValue.ofText("secret", secretKey), "");
  }

  Bucket bucket(String prefix) {
    String name = "bucket" + bucketsMade++;
    server.makeBucket(name);
    return new Bucket(name, server.endpoint(), "us-east-1", prefix, true);
  }

  Path mount(Bucket bucket) {
    return mounts.mount(ID, bucket, false, TOKEN);
  }

  @Test
  void aMountShowsTheBucket_andWhatIsWrittenThereArrives() throws IOException {
    Bucket bucket = bucket("");
    server.put(bucket.name() + "/there/a.txt", "was there");
    Path shown = mount(bucket);
    assertThat(mounts.health(ID)).isEqualTo(Health.MOUNTED);
    assertThat(shown.resolve("there/a.txt")).hasContent("was there");
    Files.writeString(shown.resolve("there/b.txt"), "is new");
    Files.writeString(shown.resolve("empty"), "");
    Files.move(shown.resolve("there/a.txt"), shown.resolve("moved.txt"));
    assertThat(mounts.unwritten(ID).isNothing()).isFalse();
    await(() -> mounts.unwritten(ID).isNothing());
    assertThat(server.list(bucket.name())).containsExactly("empty", "moved.txt", "there/b.txt");
    assertThat(server.get(bucket.name() + "/there/b.txt")).isEqualTo("is new");
    assertNothingIsLeftAfterRemoval();
  }

  @Test
  void aPrefixIsAllThatIsSeen() throws IOException {
    Bucket bucket = bucket("2026/in");
    server.put(bucket.name() + "/2026/in/a", "inside");
    server.put(bucket.name() + "/2026/b", "outside");
    Path shown = mount(bucket);
    assertThat(names(shown)).containsExactly("a");
    Files.writeString(shown.resolve("c"), "written");
    await(() -> mounts.unwritten(ID).isNothing());
    assertThat(server.get(bucket.name() + "/2026/in/c")).isEqualTo("written");
  }

  @Test
  void aReadOnlyMountTakesNothing() {
    Bucket bucket = bucket("");
    server.put(bucket.name() + "/a", "there");
    Path shown = mounts.mount(ID, bucket, true, TOKEN);
    assertThat(shown.resolve("a")).hasContent("there");
    assertThatThrownBy(() -> Files.writeString(shown.resolve("b"), "no"))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> Files.delete(shown.resolve("a"))).isInstanceOf(IOException.class);
  }

  @Test
  void aKilledMountIsMountedAgain_whatItHadNotWrittenArrives_andAJobSeesItGoOn() throws Exception {
    Bucket bucket = bucket("");
    Path shown = mount(bucket);
    Path place = Files.createDirectory(directory.resolve("place-of-a-job"));
    Process job =
        new ProcessBuilder(
                "bwrap",
                "--dev-bind",
                "/",
                "/",
                "--bind",
                shown.toString(),
                place.toString(),
                "--die-with-parent",
                "sh",
                "-c",
                "cd "
                    + place
                    + "; for i in 1 2; do read go; echo $i >"
                    + place
                    + "/of-the-job-$i && echo done; done")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    var answers = job.inputReader();
    try (var go = job.outputWriter()) {
      go.write("go\n");
      go.flush();
      assertThat(answers.readLine()).isEqualTo("done");
      Files.writeString(shown.resolve("unwritten"), "kept");
      killServing();
      assertThat(mounts.health(ID)).isEqualTo(Health.DEAD);
      assertThat(mounts.unwritten(ID).files()).isPositive();
      mount(bucket);
      assertThat(mounts.health(ID)).isEqualTo(Health.MOUNTED);
      go.write("go\n");
      go.flush();
      assertThat(answers.readLine()).isEqualTo("done");
      killServing(); // And once more: the dead ones do not pile up.
      mount(bucket);
      assertThat(MountDirectory.layers(shown)).isEqualTo(2);
    }
    assertThat(job.waitFor()).isZero();
    await(() -> mounts.unwritten(ID).isNothing());
    assertThat(server.list(bucket.name()))
        .containsExactly("of-the-job-1", "of-the-job-2", "unwritten");
    assertThat(server.get(bucket.name() + "/unwritten")).isEqualTo("kept");
    assertNothingIsLeftAfterRemoval();
  }

  @Test
  void aMountThatHangsIsDead_andIsMountedAgainWithWhatWasWritten() throws Exception {
    Bucket bucket = bucket("");
    mounts =
        new RcloneMounts(
            directory.resolve("mounts"),
            path(),
            endpoint.port(),
            InstantSource.system(),
            2_000_000,
            Duration.ofSeconds(2));
    Path shown = mount(bucket);
    assertThat(mounts.health(ID)).isEqualTo(Health.MOUNTED);
    Files.writeString(shown.resolve("unwritten"), "kept");
    long pid = Processes.mountingAt(shown).getFirst();
    assertThat(new ProcessBuilder("kill", "-STOP", Long.toString(pid)).start().waitFor()).isZero();
    await(() -> mounts.health(ID) == Health.DEAD);
    mount(bucket);
    assertThat(mounts.health(ID)).isEqualTo(Health.MOUNTED);
    await(() -> mounts.unwritten(ID).isNothing());
    assertThat(shown.resolve("unwritten")).hasContent("kept");
    assertThat(server.get(bucket.name() + "/unwritten")).isEqualTo("kept");
    assertNothingIsLeftAfterRemoval();
  }

  @Test
  void aMountThatIsNotYetWhereJobsHaveItIsDead() throws Exception {
    Bucket bucket = bucket("");
    server.put(bucket.name() + "/a", "there");
    Path shown = mount(bucket);
    killServing();
    mount(bucket);
    String next = shown.resolveSibling("next").toString(); // As a server leaves it that is killed.
    assertThat(new ProcessBuilder("mount", "--bind", shown.toString(), next).start().waitFor())
        .isZero();
    assertThat(new ProcessBuilder("umount", "--lazy", shown.toString()).start().waitFor()).isZero();
    assertThat(mounts.health(ID)).isEqualTo(Health.DEAD);
    mount(bucket);
    assertThat(mounts.health(ID)).isEqualTo(Health.MOUNTED);
    assertThat(shown.resolve("a")).hasContent("there");
    assertNothingIsLeftAfterRemoval();
  }

  @Test
  void aFileWhoseNoteWasBeingWrittenWhenItsMountWasKilledArrivesToo() throws Exception {
    Bucket bucket = bucket("");
    Path shown = mount(bucket);
    Files.writeString(shown.resolve("cut"), "whole");
    Files.writeString(shown.resolve("empty"), "");
    killServing();
    assertThat(emptiedNotes()).isEqualTo(2);
    assertThat(mounts.unwritten(ID).files()).isEqualTo(2);
    mount(bucket);
    await(() -> mounts.unwritten(ID).isNothing());
    assertThat(server.list(bucket.name())).containsExactly("cut", "empty");
    assertThat(server.get(bucket.name() + "/cut")).isEqualTo("whole");
  }

  /** As they are for a moment. */
  private static int emptiedNotes() throws IOException {
    Path cache = directory.resolve("mounts").resolve(ID.toString()).resolve("cache/vfsMeta");
    try (Stream<Path> notes = Files.find(cache, 20, (file, is) -> is.isRegularFile())) {
      List<Path> all = notes.toList();
      for (Path note : all) {
        Files.writeString(note, "");
      }
      return all.size();
    }
  }

  @Test
  void aSparseFileWhoseNoteWasBeingWrittenArrivesOrIsKept_andIsNeverDropped() throws Exception {
    Bucket bucket = bucket("");
    server.put(bucket.name() + "/d/there", "x".repeat(200_000));
    server.put(bucket.name() + "/d/schön 2", "what begins as another");
    Path shown = mount(bucket);
    assertThat(mounts.torn(ID)).isNull();
    Files.createDirectory(shown.resolve("e"));
    for (String name : List.of("new", "e/new", "d/there", "e/größer & 100%+ [neu]", "d/schön")) {
      try (var file = new RandomAccessFile(shown.resolve(name).toFile(), "rw")) {
        file.setLength(0);
        file.setLength(3_000_000);
        file.seek(2_999_996);
        file.writeBytes("last");
      }
    }
    killServing();
    assertThat(emptiedNotes()).isEqualTo(5);
    secretKey = "another";
    assertThatThrownBy(() -> mount(bucket)).isInstanceOf(RefusedException.class);
    assertThat(mounts.unwritten(ID).files()).as("nothing was guessed").isEqualTo(5);
    assertThat(mounts.torn(ID)).isNull();
    secretKey = S3Server.SECRET_KEY;
    mount(bucket);
    await(() -> mounts.unwritten(ID).isNothing());
    assertThat(server.get(bucket.name() + "/new")).hasSize(3_000_000).endsWith("last");
    assertThat(server.get(bucket.name() + "/e/new")).hasSize(3_000_000).endsWith("last");
    assertThat(server.get(bucket.name() + "/e/größer & 100%+ [neu]")).endsWith("last");
    assertThat(server.get(bucket.name() + "/d/schön")).hasSize(3_000_000).endsWith("last");
    assertThat(server.get(bucket.name() + "/d/there")).isEqualTo("x".repeat(200_000));
    Path kept = mounts.aside(ID).resolveSibling(ID + "-torn");
    assertThat(mounts.torn(ID)).isEqualTo(kept);
    try (Stream<Path> files = Files.find(kept, 20, (file, is) -> is.isRegularFile())) {
      assertThat(files.toList())
          .singleElement()
          .satisfies(file -> assertThat(file).endsWith(Path.of("d/there")).hasSize(3_000_000));
    }
    mounts.sweep(Duration.ofDays(-1));
    assertThat(kept).doesNotExist();
    assertNothingIsLeftAfterRemoval();
  }

  @Test
  void aMountThatHoldsMoreThanMayWaitIsTooFull_untilItIsUploaded() throws IOException {
    Path shown = mount(bucket(""));
    assertThat(mounts.isTooFull(ID)).isFalse();
    assertThat(mounts.roomObjection()).isNull();
    try (var file = Files.newOutputStream(shown.resolve("big"))) {
      file.write(new byte[3_000_000]);
      file.flush();
      await(() -> mounts.isTooFull(ID));
    }
    await(() -> mounts.unwritten(ID).isNothing());
    await(() -> !mounts.isTooFull(ID));
  }

  @Test
  void whereTheServerIsNotRootContainersGetNone() throws IOException {
    assertThat(mounts.containerObjection()).isNull();
    Path others = Files.createDirectory(directory.resolve("others"));
    Files.setAttribute(others, "unix:uid", 65534);
    RcloneMounts notRoot =
        new RcloneMounts(others, path(), endpoint.port(), InstantSource.system(), 1);
    assertThat(notRoot.containerObjection()).contains("without an image", "as root");
  }

  @Test
  void aMountOutlivesItsServer_andTheNextOneFindsIt() throws IOException {
    Bucket bucket = bucket("");
    Path shown = mount(bucket);
    Files.writeString(shown.resolve("a"), "first");
    int port = endpoint.port();
    endpoint.close();
    open();
    assertThat(endpoint.port()).isEqualTo(port);
    assertThat(mounts.health(ID)).isEqualTo(Health.MOUNTED);
    assertThat(mounts.known()).containsExactly(ID);
    Files.writeString(shown.resolve("b"), "second");
    await(() -> mounts.unwritten(ID).isNothing());
    assertThat(server.list(bucket.name())).containsExactly("a", "b");
  }

  @Test
  void aMountThatAsksAtAPortThatIsAnothersNowIsMountedAnew() throws IOException {
    Bucket bucket = bucket("");
    Path shown = mount(bucket);
    Files.writeString(shown.resolve("a"), "first");
    int port = endpoint.port();
    endpoint.close();
    try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      open();
      assertThat(endpoint.port()).isNotEqualTo(taken.getLocalPort());
      assertThat(mounts.health(ID)).isEqualTo(Health.DEAD);
      mount(bucket);
      assertThat(mounts.health(ID)).isEqualTo(Health.MOUNTED);
      await(() -> mounts.unwritten(ID).isNothing());
    }
    assertThat(server.get(bucket.name() + "/a")).isEqualTo("first");
    assertNothingIsLeftAfterRemoval();
  }

  @Test
  void keysAreForNobodyWithoutTheMountsToken() throws Exception {
    String url = CredentialEndpoint.url(endpoint.port(), ID);
    assertThat(answer(url, "GET", TOKEN)).startsWith("200 ").contains(S3Server.ACCESS_KEY);
    assertThat(answer(url, "GET", "another")).isEqualTo("403 ");
    assertThat(answer(url, "GET", "")).isEqualTo("403 ");
    assertThat(answer(url, "POST", TOKEN)).isEqualTo("403 ");
    assertThat(answer(url + "/../x", "GET", TOKEN)).isEqualTo("403 ");
    assertThat(answer(url.replace(ID.toString(), ""), "GET", TOKEN)).isEqualTo("403 ");
  }

  private static String answer(String url, String method, String token) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url)).method(method, HttpRequest.BodyPublishers.noBody());
    if (!token.isEmpty()) {
      request.header("Authorization", token);
    }
    try (HttpClient client = HttpClient.newHttpClient()) {
      var answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return answer.statusCode() + " " + answer.body();
    }
  }

  @Test
  void whatIsSetAsideIsKept_isNoMountAnyMore_andGoesInTime() throws IOException {
    Bucket bucket = bucket("");
    Path shown = mount(bucket);
    Files.writeString(shown.resolve("a"), "not sent");
    mounts.setAside(ID);
    mounts.setAside(ID);
    assertThat(mounts.health(ID)).isEqualTo(Health.ABSENT);
    assertThat(mounts.known()).isEmpty();
    assertThat(Mount.pointsBelow(directory.resolve("mounts").toRealPath())).isEmpty();
    try (Stream<Path> kept =
        Files.find(mounts.aside(ID), 20, (file, is) -> file.endsWith(bucket.name() + "/a"))) {
      assertThat(kept.filter(it -> it.toString().contains("/vfs/")).toList())
          .singleElement()
          .satisfies(file -> assertThat(file).hasContent("not sent"));
    }
    mounts.sweep(Duration.ofDays(1));
    assertThat(mounts.aside(ID)).isDirectory();
    mounts.sweep(Duration.ofDays(-1));
    assertThat(mounts.aside(ID)).doesNotExist();
  }

  @Test
  void whatIsEndedTwiceOrWasNeverThereIsNoError() {
    mount(bucket(""));
    mounts.unmount(ID);
    mounts.unmount(ID);
    assertThat(mounts.health(ID)).isEqualTo(Health.DEAD);
    mounts.remove(ID);
    mounts.remove(ID);
    assertThat(mounts.health(ID)).isEqualTo(Health.ABSENT);
    mounts.unmount(new BucketMountId("w0", 1, 7));
    mounts.remove(new BucketMountId("w0", 1, 7));
  }

  @Test
  void whatServesAMountHasNoKeyInItsWordsItsEnvironmentOrAFile() throws IOException {
    Path shown = mount(bucket(""));
    Files.writeString(shown.resolve("a"), "x");
    await(() -> mounts.unwritten(ID).isNothing());
    List<Long> pids = Processes.mountingAt(shown);
    assertThat(pids).hasSize(1);
    Path process = Path.of("/proc", pids.getFirst().toString());
    List<String> seen = new ArrayList<>();
    for (String file : List.of("cmdline", "environ")) {
      seen.add(new String(Files.readAllBytes(process.resolve(file)), StandardCharsets.ISO_8859_1));
    }
    assertThat(seen.get(1)).contains("AWS_CONTAINER_AUTHORIZATION_TOKEN").doesNotContain("HOME=");
    try (Stream<Path> files =
        Files.find(directory.resolve("mounts"), 20, (file, is) -> is.isRegularFile())) {
      for (Path file : files.filter(it -> !it.startsWith(shown)).toList()) {
        seen.add(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
      }
    }
    assertThat(seen)
        .hasSizeGreaterThan(4)
        .allSatisfy(
            text ->
                assertThat(text).doesNotContain(S3Server.ACCESS_KEY).doesNotContain("SKmarked"));
  }

  @Test
  void aGoodPairOpensTheBucket_andTheTryLeavesNothing() {
    Bucket bucket = bucket("");
    assertThat(probe(bucket, S3Server.ACCESS_KEY, S3Server.SECRET_KEY, true))
        .isEqualTo("us-east-1");
    assertThat(probe(in(bucket, "auto"), S3Server.ACCESS_KEY, S3Server.SECRET_KEY, true))
        .isNotEmpty();
    assertThat(server.list(bucket.name())).isEmpty();
  }

  @Test
  void whatIsWrongWithABucketIsSaidInOneSentence() {
    Bucket bucket = bucket("");
    Bucket absent = new Bucket("absent", bucket.endpoint(), "auto", "", true);
    assertThat(refusal(absent, S3Server.ACCESS_KEY, S3Server.SECRET_KEY))
        .isEqualTo(
            "The bucket absent cannot be mounted: there is no bucket of that name at "
                + bucket.endpoint()
                + ".");
    assertThat(refusal(bucket, "AKNOBODY", S3Server.SECRET_KEY))
        .startsWith("The bucket " + bucket.name() + " cannot be mounted: ")
        .containsAnyOf("InvalidAccessKeyId", "AccessDenied")
        .doesNotContain("AKNOBODY");
    assertThat(refusal(bucket, S3Server.ACCESS_KEY, "another"))
        .contains("the secret key does not belong to the access key");
    assertThat(refusal(bucket, S3Server.ACCESS_KEY, "with a line break\n"))
        .startsWith("The secret key of the bucket is empty, or holds blanks");
    String nowhere = "http://127.0.0.1:" + S3Server.freePort();
    assertThat(
            refusal(
                new Bucket("raw", nowhere, "auto", "", true),
                S3Server.ACCESS_KEY,
                S3Server.SECRET_KEY))
        .isEqualTo(
            "The bucket raw cannot be mounted: the endpoint "
                + nowhere
                + " cannot be reached: nothing accepts connections there.");
    assertThat(
            refusal(
                new Bucket("raw", "http://nowhere.invalid", "auto", "", true),
                S3Server.ACCESS_KEY,
                S3Server.SECRET_KEY))
        .contains("its host's name is not known");
  }

  @Test
  void aClockThatIsWrongIsNamed() {
    Bucket bucket = bucket("");
    mounts = mounts(() -> Instant.now().minus(Duration.ofHours(3)));
    assertThat(refusal(bucket, S3Server.ACCESS_KEY, S3Server.SECRET_KEY)).contains("clock");
  }

  @Test
  void manyMountsAndUnmountsLeaveNothing() throws IOException {
    int rounds = Boolean.getBoolean("satchel.long") ? 200 : 10;
    Bucket bucket = bucket("");
    long descriptors = 0;
    for (int round = 0; round < rounds; round++) {
      Path shown = mount(bucket);
      Files.writeString(shown.resolve("file-" + round), "of round " + round);
      if (round > 0) {
        assertThat(shown.resolve("file-" + (round - 1))).hasContent("of round " + (round - 1));
      }
      await(() -> mounts.unwritten(ID).isNothing());
      assertNothingIsLeftAfterRemoval();
      if (round == 2) {
        descriptors = descriptors();
      }
    }
    assertThat(descriptors()).isLessThanOrEqualTo(descriptors + 8);
    assertThat(server.list(bucket.name())).hasSize(rounds);
  }

  private static long descriptors() throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      return all.count();
    }
  }

  void assertNothingIsLeftAfterRemoval() throws IOException {
    Path root = directory.resolve("mounts").toRealPath();
    mounts.remove(ID);
    assertThat(Mount.pointsBelow(root)).isEmpty();
    assertThat(Processes.mountingAt(root.resolve(ID + "/shown"))).isEmpty();
    assertThat(Processes.mountingAt(root.resolve(ID + "/next"))).isEmpty();
    assertThat(root.resolve(ID.toString())).doesNotExist();
  }

  void killServing() throws InterruptedException {
    Path of = directory.resolve("mounts").resolve(ID.toString());
    List<Long> pids = new ArrayList<>(Processes.mountingAt(of.resolve("shown")));
    pids.addAll(Processes.mountingAt(of.resolve("next")));
    assertThat(pids).hasSize(1);
    ProcessHandle.of(pids.getFirst()).orElseThrow().destroyForcibly();
    await(() -> mounts.health(ID) == Health.DEAD);
  }

  static Bucket in(Bucket bucket, String region) {
    return new Bucket(
        bucket.name(), bucket.endpoint(), region, bucket.prefix(), bucket.forcePathStyle());
  }

  String probe(Bucket bucket, String access, String secret, boolean write) {
    try (KeyPair pair = keys(access, secret)) {
      return mounts.probe(bucket, pair, write);
    }
  }

  String refusal(Bucket bucket, String access, String secret) {
    try {
      return "not refused: " + probe(bucket, access, secret, true);
    } catch (RefusedException refused) {
      boolean passes =
          refused.detail().contains("cannot be reached")
              && !refused.detail().contains("its certificate");
      assertThat(refused.reason())
          .isEqualTo(passes ? Reason.OBJECT_STORE_UNAVAILABLE : Reason.MOUNT_FAILED);
      return refused.detail();
    }
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.map(each -> String.valueOf(each.getFileName())).sorted().toList();
    }
  }

  static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("it does not come").isLessThan(deadline);
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }
}
