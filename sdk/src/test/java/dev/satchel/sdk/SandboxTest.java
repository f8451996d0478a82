package dev.satchel.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.Needs;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sandboxes on the server's machine and in an image, against a real server. */
final class SandboxTest extends AppOnServer {
  private static final String IMAGE = "satchel.test/busybox:1";
  private static final String VALUE = "a-planted-value-of-this-test";

  SandboxTest() {
    super("box");
  }

  @Override
  Map<String, String> variables() {
    Path socket =
        Path.of(System.getProperty("satchel.root", "..")).resolve("target/docker/docker.sock");
    String named = System.getenv("SATCHEL_TEST_DOCKER");
    String host = named != null ? named : "unix://" + socket.toAbsolutePath().normalize();
    return Map.of("DOCKER_HOST", host);
  }

  @BeforeAll
  void keepSecrets() {
    satchel.createSecret("key", Map.of("KEY", VALUE));
  }

  private static void needDocker() {
    boolean there =
        System.getenv("SATCHEL_TEST_DOCKER") != null
            || Files.exists(
                Path.of(System.getProperty("satchel.root", ".."))
                    .resolve("target/docker/docker.sock"));
    Needs.that(there, "this suite needs a container engine of its own: dev/docker start");
  }

  @Test
  void commandsAndFilesOnTheServersMachine(@TempDir Path here) throws Exception {
    check(here, "process", s -> {});
  }

  @Test
  void commandsAndFilesInAnImage(@TempDir Path here) throws Exception {
    needDocker();
    check(here, "docker", s -> s.image(IMAGE));
  }

  private void check(Path here, String engine, Consumer<Submission> needs) throws Exception {
    String id;
    Consumer<Submission> all = needs.andThen(s -> s.secrets("key").env("LR", "0.1"));
    try (Sandbox sandbox = app.sandbox(all)) {
      id = sandbox.id();
      assertThat(sandbox.workload().status().kind()).isEqualTo("sandbox");
      assertThat(sandbox.workload().status().engine()).isEqualTo(engine);
      assertThat(sandbox.workload().status().timeoutS()).isEqualTo(3600);
      assertThat(sandbox.run("sh", "-c", "echo \"$LR\"; echo \"is $KEY\" >&2; exit 3"))
          .isEqualTo(new ExecResult(3, "0.1\n", "is ***\n"));
      assertThat(app.sandbox(id).run("true").exitCode()).isZero();
      assertThatThrownBy(() -> sandbox.run(Duration.ofMillis(300), "sleep", "60"))
          .isInstanceOf(TimedOut.class);
      try (Exec cat = sandbox.exec(ExecRequest.of("cat").withStdin())) {
        cat.stdin().write("one".getBytes(StandardCharsets.UTF_8));
        cat.stdin().flush();
        assertThat(cat.stdout().readNBytes(3)).asString().isEqualTo("one");
        cat.stdin().close();
        assertThat(cat.exitCode(Duration.ofSeconds(20))).isZero();
      }
      checkFiles(sandbox, here);
    }
    assertThat(satchel.workload(id).status().state()).isEqualTo("terminated");
    assertThatThrownBy(() -> app.sandbox(id).run("true")).isInstanceOf(Conflict.class);
  }

  private static void checkFiles(Sandbox sandbox, Path here) throws Exception {
    byte[] random = new byte[3 << 20];
    new Random(5).nextBytes(random);
    Path file = Files.write(here.resolve("in"), random);
    sandbox.files().put(file, "some where/it's in");
    assertThat(sandbox.files().read("some where/it's in")).isEqualTo(random);
    sandbox.files().get("./some where/it's in", here.resolve("out"));
    assertThat(here.resolve("out")).hasBinaryContent(random);
    sandbox.files().put(new byte[0], "-n");
    assertThat(sandbox.files().read("-n")).isEmpty();
    assertThatThrownBy(() -> sandbox.files().read("none"))
        .isInstanceOf(RemoteFailure.class)
        .hasMessageContaining("none");
    sandbox.files().put(VALUE.getBytes(StandardCharsets.UTF_8), "copy");
    assertThat(sandbox.run("sh", "-c", "[ \"$(cat copy)\" = \"$KEY\" ]").exitCode()).isZero();
    assertThatThrownBy(() -> sandbox.files().read("copy"))
        .isInstanceOf(RemoteFailure.class)
        .hasMessageContaining("holds the value of a secret");
    assertThatThrownBy(() -> sandbox.files().put(new byte[1], "/proc/none/at/all"))
        .isInstanceOf(RemoteFailure.class)
        .hasMessageContaining("cannot be written");
    assertThat(here).isDirectoryNotContaining(each -> each.toString().endsWith(".part"));
    checkFilesInPart(sandbox);
  }

  private static void checkFilesInPart(Sandbox sandbox) {
    sandbox.files().put(new byte[] {1}, "some where/whole");
    InputStream broken =
        new SequenceInputStream(
            new ByteArrayInputStream(new byte[100_000]),
            new InputStream() {
              @Override
              public int read() throws IOException {
                throw new IOException("the disk has gone");
              }

              @Override
              public int read(byte[] to, int from, int length) throws IOException {
                return read();
              }
            });
    assertThatThrownBy(() -> sandbox.files().put(broken, "some where/whole"))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("the disk has gone");
    assertThat(sandbox.files().read("some where/whole")).containsExactly(1);
    assertThatThrownBy(() -> sandbox.files().put(new byte[1], "some where"))
        .isInstanceOf(RemoteFailure.class)
        .hasMessageContaining("it is a directory");
    List<Integer> all = IntStream.range(1, 5).boxed().toList();
    all.parallelStream().forEach(i -> sandbox.files().put(filled(i), "some where/whole"));
    byte[] last = sandbox.files().read("some where/whole");
    assertThat(last).isEqualTo(filled(last[0]));
    assertThat(sandbox.run("sh", "-c", "ls; ls 'some where'").stdout()).doesNotContain(".part");
  }

  private static byte[] filled(int with) {
    byte[] bytes = new byte[200_000];
    Arrays.fill(bytes, (byte) with);
    return bytes;
  }

  @Test
  void whatASandboxWritesToAVolumeIsThereAfterIt() {
    Volume volume = Volume.cloud("of-a-sandbox", Remotely.KEPT);
    try (Sandbox sandbox = app.sandbox(s -> s.volumes(volume))) {
      ExecResult written = sandbox.run("sh", "-c", "echo one >" + Remotely.KEPT + "/file");
      assertThat(written.stderr()).isEmpty();
      sandbox.files().put("two".getBytes(StandardCharsets.UTF_8), Remotely.KEPT + "/put");
    }
    assertThat(satchel.volumes().files("of-a-sandbox").read("file")).asString().isEqualTo("one\n");
    assertThat(satchel.volumes().files("of-a-sandbox").read("put")).asString().isEqualTo("two");
  }

  @Test
  void aSandboxEndsWhenItsTimeIsUpAndSaysWhyItCouldNotStart() {
    Sandbox short1 = app.sandbox(s -> s.timeout(Duration.ofSeconds(1)));
    assertThat(short1.workload().await(Duration.ofSeconds(60)).state()).isEqualTo("errored");
    short1.close();
    assertThatThrownBy(() -> app.sandbox(s -> s.secrets("none")))
        .isInstanceOfSatisfying(NotFound.class, no -> assertThat(no.name()).isEqualTo("none"));
    assertThatThrownBy(() -> app.sandbox(s -> s.command("no-such-program")).run("true"))
        .isInstanceOfAny(RemoteFailure.class, Conflict.class);
  }

  @Test
  void whoeverMayNotUseItsSecretsRunsNothingInIt() {
    var created = satchel.tokens().create("boxes", t -> t.roles("runner").uses("nothing"));
    try (Satchel runner = Satchel.builder().url(server.url()).token(created.token()).build();
        Sandbox owners = app.sandbox(s -> s.secrets("key"));
        Sandbox own = runner.app("own").sandbox(s -> {})) {
      assertThat(own.run("id", "-u").stdout().strip()).isNotEqualTo("0");
      assertThatThrownBy(() -> runner.app("own").sandbox(owners.id()).run("true"))
          .isInstanceOf(Forbidden.class);
    }
  }
}
