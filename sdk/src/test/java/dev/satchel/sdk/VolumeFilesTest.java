package dev.satchel.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.api.VolumeFileItem;
import dev.satchel.api.VolumeFileWritten;
import dev.satchel.sdk.files.Digests;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Files in and out of volumes, against a real server. */
@TestInstance(Lifecycle.PER_CLASS)
class VolumeFilesTest {
  private RunningServer server;
  private Satchel satchel;

  @BeforeAll
  void start(@TempDir Path directory) {
    server = server(directory);
    satchel = server.client().build();
  }

  @AfterAll
  void stop() {
    satchel.close();
    server.close();
  }

  RunningServer server(Path directory) {
    return new RunningServer(directory);
  }

  private VolumeFiles made(String name) {
    return Volume.create(name, v -> {}, satchel).files();
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  @Test
  void bytesGoInAreListedReadCopiedAndRemoved() {
    VolumeFiles files = made("bytes");
    VolumeFileWritten written = files.put(text("hello"), "a b/ä%2F?.txt");
    assertThat(written.path()).isEqualTo("a b/ä%2F?.txt");
    assertThat(files.read("a b/ä%2F?.txt")).isEqualTo(text("hello"));
    assertThat(files.list()).extracting(VolumeFileItem::name).containsExactly("a b");
    assertThat(files.list("a b")).extracting(VolumeFileItem::sizeBytes).containsExactly(5L);
    assertThat(files.copy("a b/ä%2F?.txt", "c").sha256()).isEqualTo(written.sha256());
    VolumeFiles other = made("bytes-other");
    files.copy("c", "bytes-other", "d/e");
    assertThat(other.read("d/e")).isEqualTo(text("hello"));
    files.put(new ByteArrayInputStream(random(200_000)), "streamed");
    assertThat(files.read("streamed")).isEqualTo(random(200_000));
    assertThat(files.put(new byte[0], "empty").sizeBytes()).isZero();
    assertThat(files.read("empty")).isEmpty();
    assertThatThrownBy(() -> files.remove("a b")).isInstanceOf(Conflict.class);
    files.removeAll("a b");
    files.remove("c");
    assertThat(files.list()).extracting(VolumeFileItem::name).containsExactly("empty", "streamed");
  }

  @Test
  void whatCannotBeIsRefusedByName(@TempDir Path here) throws IOException {
    VolumeFiles files = made("refused");
    files.put(text("x"), "d/f");
    assertThatThrownBy(() -> files.read("none")).isInstanceOf(NotFound.class);
    assertThatThrownBy(() -> files.read("d"))
        .isInstanceOf(Conflict.class)
        .hasMessageContaining("d");
    assertThatThrownBy(() -> files.put(text("x"), "d")).isInstanceOf(Conflict.class);
    assertThatThrownBy(() -> files.put(text("x"), "../x")).isInstanceOf(SatchelException.class);
    assertThatThrownBy(() -> files.get("none", here.resolve("x"))).isInstanceOf(NotFound.class);
    assertThatThrownBy(() -> files.put(here.resolve("none"), "x"))
        .isInstanceOf(UncheckedIOException.class);
    assertThatThrownBy(() -> satchel.volumes().files("nowhere").list().iterator().hasNext())
        .isInstanceOf(NotFound.class);
    assertThat(list(here)).isEmpty();
  }

  private static List<String> list(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(Files::isRegularFile)
          .map(file -> directory.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  @Test
  void aDirectoryGoesInAndOutWhole(@TempDir Path here) throws IOException {
    Path from = here.resolve("from");
    for (int i = 0; i < 60; i++) {
      Path file = from.resolve("d" + i % 7).resolve("deep").resolve("f" + i);
      Files.createDirectories(file.getParent());
      Files.write(file, random(1000 * i));
    }
    Files.createSymbolicLink(from.resolve("link"), Path.of("/etc/passwd"));
    long bytes = 1000L * 59 * 60 / 2;
    VolumeFiles files = made("tree");
    List<TransferProgress> told = new CopyOnWriteArrayList<>();
    assertThat(files.put(from, "runs/1", told::add)).isEqualTo(new Transferred(60, bytes));
    assertThat(told).hasSizeGreaterThanOrEqualTo(60);
    TransferProgress last = told.get(told.size() - 1);
    assertThat(last.files()).isEqualTo(60);
    assertThat(last.bytes()).isEqualTo(bytes);
    assertThat(last.path()).startsWith("runs/1/d");
    assertThat(last.fileBytes()).isEqualTo(last.fileSizeBytes());
    told.clear();
    Path to = here.resolve("to");
    assertThat(files.get("runs/1", to, told::add)).isEqualTo(new Transferred(60, bytes));
    assertThat(told.get(told.size() - 1).bytes()).isEqualTo(bytes);
    Files.delete(from.resolve("link"));
    assertThat(list(to)).isEqualTo(list(from));
    for (String name : list(from)) {
      assertThat(to.resolve(name)).hasSameBinaryContentAs(from.resolve(name));
    }
    Path all = here.resolve("all");
    assertThat(files.get("", all).files()).isEqualTo(60);
    assertThat(all.resolve("runs/1/d0/deep/f7")).exists();
  }

  @Test
  void aFileGoesWhereItIsToldTo(@TempDir Path here) throws IOException {
    Path file = Files.write(here.resolve("weights.bin"), random(5000));
    VolumeFiles files = made("places");
    files.put(file, "");
    files.put(file, "in/");
    assertThat(files.put(file, "as/other")).isEqualTo(new Transferred(1, 5000));
    assertThat(files.read("weights.bin")).isEqualTo(random(5000));
    assertThat(files.read("in/weights.bin")).isEqualTo(random(5000));
    assertThat(files.read("as/other")).isEqualTo(random(5000));
    Path into = Files.createDirectory(here.resolve("into"));
    files.get("in/weights.bin", into);
    files.get("in/weights.bin", here.resolve("named"));
    assertThat(into.resolve("weights.bin")).hasSameBinaryContentAs(file);
    assertThat(here.resolve("named")).hasSameBinaryContentAs(file);
    assertThat(list(here)).containsExactly("into/weights.bin", "named", "weights.bin");
  }

  @Test
  void oneThatFailsEndsTheOthersAndIsThrown(@TempDir Path here) throws IOException {
    VolumeFiles files = made("failing");
    files.put(text("a file"), "t/d");
    Files.createDirectories(here.resolve("d"));
    Files.write(here.resolve("d/x"), text("x"));
    assertThatThrownBy(() -> files.put(here, "t")).isInstanceOf(Conflict.class);
    assertThat(files.read("t/d")).isEqualTo(text("a file"));
  }

  @Test
  void anErrorOfWhoIsToldIsNotTakenForSuccess(@TempDir Path here) {
    VolumeFiles files = made("error");
    files.put(text("x"), "d/x");
    assertThatThrownBy(
            () ->
                files.get(
                    "",
                    here,
                    told -> {
                      throw new AssertionError("told");
                    }))
        .isInstanceOf(AssertionError.class)
        .hasMessage("told");
  }

  @Test
  void aStreamStaysOpenForWhoGaveIt() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(packed)) {
      for (String name : List.of("a", "b", "c")) {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(text("this is " + name));
      }
    }
    VolumeFiles files = made("zip");
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(packed.toByteArray()))) {
      for (ZipEntry each = zip.getNextEntry(); each != null; each = zip.getNextEntry()) {
        files.put(zip, each.getName());
      }
    }
    assertThat(files.list()).extracting(VolumeFileItem::name).containsExactly("a", "b", "c");
    assertThat(files.read("c")).isEqualTo(text("this is c"));
  }

  @Test
  void aStreamThatBreaksIsNoFile() {
    VolumeFiles files = made("broken-stream");
    InputStream breaks =
        new SequenceInputStream(
            new ByteArrayInputStream(random(100_000)),
            new InputStream() {
              @Override
              public int read() throws IOException {
                throw new IOException("the tape tore");
              }

              @Override
              public int read(byte[] into, int offset, int length) throws IOException {
                throw new IOException("the tape tore");
              }
            });
    assertThatThrownBy(() -> files.put(breaks, "f"))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("the tape tore");
  }

  @Test
  void aCopyGoesOnWhereTheConnectionBroke(@TempDir Path here) throws IOException {
    byte[] bytes = random(3_000_000);
    made("broken").put(bytes, "large");
    try (Cable cable = new Cable(server.port());
        Satchel far = server.client().url(cable.url()).build()) {
      cable.cutAfter(1_000_000);
      List<TransferProgress> told = new CopyOnWriteArrayList<>();
      far.volumes().files("broken").get("large", here.resolve("large"), told::add);
      assertThat(here.resolve("large")).hasBinaryContent(bytes);
      assertThat(cable.cuts()).isGreaterThanOrEqualTo(3);
      assertThat(told.get(told.size() - 1).bytes()).isEqualTo(bytes.length);
    }
    assertThat(list(here)).containsExactly("large");
  }

  @Test
  void whatIsLeftOfAnEarlierCopyIsUsedIfItIsOfTheSameFile(@TempDir Path here) throws IOException {
    byte[] bytes = random(100_000);
    VolumeFiles files = made("left");
    files.put(bytes, "f");
    Path part = here.resolve(".f.part");
    Files.write(part, java.util.Arrays.copyOf(bytes, 60_000));
    List<TransferProgress> told = new CopyOnWriteArrayList<>();
    files.get("f", here.resolve("f"), told::add);
    assertThat(told.get(0).fileBytes()).isEqualTo(60_000);
    assertThat(here.resolve("f")).hasBinaryContent(bytes);
    for (int size : new int[] {1, 99_999, 100_000, 200_000}) {
      Files.write(part, random(size + 7));
      files.get("f", here.resolve("f"));
      assertThat(here.resolve("f")).hasBinaryContent(bytes);
      assertThat(part).doesNotExist();
    }
  }

  @Test
  void aFileThatArrivesOtherwiseIsNotTaken(@TempDir Path here) throws IOException {
    try (Answering liar =
            new Answering(
                (exchange, body) -> {
                  byte[] sent = text("garbled");
                  exchange
                      .getResponseHeaders()
                      .set("Repr-Digest", Digests.wire(Digests.sha256().digest(text("right"))));
                  exchange.getResponseHeaders().set("Content-Type", "application/octet-stream");
                  exchange.sendResponseHeaders(200, sent.length);
                  exchange.getResponseBody().write(sent);
                  exchange.close();
                });
        Satchel asked = liar.client().retries(1).build()) {
      VolumeFiles files = asked.volumes().files("v");
      assertThatThrownBy(() -> files.get("f", here.resolve("f")))
          .isInstanceOf(Unavailable.class)
          .hasMessageContaining("not what was sent");
      assertThatThrownBy(() -> files.read("f")).isInstanceOf(Unavailable.class);
      assertThat(liar.asked()).hasSize(3);
    }
    assertThat(list(here)).isEmpty();
  }

  /** The server reads a large file for its digest first: that takes as long as it takes. */
  @Test
  void aFileMayTakeLongToBegin_butItsBytesMayNotStop(@TempDir Path here) throws IOException {
    AtomicBoolean stops = new AtomicBoolean();
    try (Answering slow =
            new Answering(
                (exchange, body) -> {
                  sleep(Duration.ofMillis(1500));
                  exchange.getResponseHeaders().set("Content-Type", "application/octet-stream");
                  exchange.sendResponseHeaders(200, 5);
                  exchange.getResponseBody().write(text(stops.get() ? "hell" : "hello"));
                  exchange.getResponseBody().flush();
                  if (stops.get()) {
                    sleep(Duration.ofSeconds(20));
                  }
                  exchange.close();
                });
        Satchel asked = slow.client().retries(0).timeout(Duration.ofMillis(500)).build()) {
      VolumeFiles files = asked.volumes().files("v");
      files.get("f", here.resolve("f"));
      assertThat(here.resolve("f")).hasContent("hello");
      stops.set(true);
      Instant begun = Instant.now();
      assertThatThrownBy(() -> files.get("f", here.resolve("g"))).isInstanceOf(Unavailable.class);
      assertThat(Instant.now()).isBefore(begun.plusSeconds(15));
    }
  }

  private static void sleep(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException asked) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void anUploadIsSentAgainWhereTheAnswerIsLost(@TempDir Path here) throws IOException {
    Path file = Files.write(here.resolve("f"), random(300_000));
    made("again");
    try (Cable cable = new Cable(server.port());
        Satchel far = server.client().url(cable.url()).build()) {
      cable.loseAnswers(1);
      List<TransferProgress> told = new CopyOnWriteArrayList<>();
      assertThat(far.volumes().files("again").put(file, "f", told::add))
          .isEqualTo(new Transferred(1, 300_000));
      assertThat(cable.requests()).isGreaterThan(1);
    }
    assertThat(satchel.volumes().files("again").read("f")).isEqualTo(random(300_000));
  }

  @Test
  void aServerCannotNameAFileElsewhere(@TempDir Path here) throws IOException {
    for (String name : List.of("..", "a/b", "", ".", "/a", "a/", "a\\u0000b")) {
      try (Answering liar =
              Answering.with(200, "{\"items\":[{\"name\":\"" + name + "\",\"type\":\"file\"}]}");
          Satchel asked = liar.client().build()) {
        assertThatThrownBy(() -> asked.volumes().files("v").get("", here.resolve("to")))
            .isInstanceOf(RemoteFailure.class);
      }
    }
  }
}
