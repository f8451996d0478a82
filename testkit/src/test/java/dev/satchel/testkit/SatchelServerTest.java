package dev.satchel.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.Needs;
import dev.satchel.sdk.SatchelException;
import dev.satchel.sdk.Workload;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That a test gets a server, and leaves nothing of it. */
final class SatchelServerTest {
  @Test
  void aTestHasAServerInItsOwnJvm() {
    try (SatchelServer server = SatchelServer.start()) {
      Smoke.run(server.client());
    }
  }

  @Test
  void aTestHasAServerBesideIt() {
    try (SatchelServer server = SatchelServer.builder().inAProcessOfItsOwn().start()) {
      Smoke.run(server.client());
    }
  }

  @Test
  void serversDoNotSeeOneAnother_andNothingIsLeftOfThem() {
    Path first;
    String url;
    try (SatchelServer one = SatchelServer.start();
        SatchelServer other = SatchelServer.builder().options("--max-running", "1").start()) {
      first = one.data();
      url = one.url();
      assertThat(one.url()).isNotEqualTo(other.url());
      one.client().createSecret("a", java.util.Map.of("A", "b"));
      assertThat(other.client().secrets().list()).isEmpty();
      Workload job = one.client().submit(s -> s.command("sleep", "12345"));
      assertThat(job.id()).isNotEmpty();
    }
    assertThat(first.getParent()).doesNotExist();
    assertThat(ProcessHandle.allProcesses().map(it -> it.info().commandLine().orElse("")))
        .noneMatch(line -> line.contains("sleep 12345"));
    assertThatThrownBy(
            () ->
                dev.satchel.sdk.Satchel.builder()
                    .url(url)
                    .token("sat_x")
                    .retries(0)
                    .build()
                    .secrets()
                    .get("a"))
        .isInstanceOf(SatchelException.class);
  }

  @Test
  void oneThatDoesNotStartSaysWhy() {
    assertThatThrownBy(() -> SatchelServer.builder().options("--no-such-option").start())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no-such-option");
    assertThatThrownBy(
            () -> SatchelServer.builder().inAProcessOfItsOwn().options("--no-such-option").start())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no-such-option");
  }

  @Test
  void aStartThatIsInterruptedLeavesNothing() {
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> SatchelServer.builder().inAProcessOfItsOwn().start())
          .isInstanceOf(RuntimeException.class);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(ProcessHandle.current().children())
        .allSatisfy(child -> child.onExit().get(20, TimeUnit.SECONDS));
  }

  @Test
  void itMayBeClosedTwice() {
    SatchelServer server = SatchelServer.start();
    for (int i = 0; i < 3; i++) {
      assertThat(server.client().submit(s -> s.command("sleep", "12346")).id()).isNotEmpty();
    }
    server.close();
    server.close();
    assertThat(server.data().getParent()).doesNotExist();
    assertThat(ProcessHandle.allProcesses().map(it -> it.info().commandLine().orElse("")))
        .noneMatch(line -> line.contains("sleep 12346"));
  }

  /** Where the test is killed, nobody closes anything. */
  @Test
  void aServerBesideATestEndsWithIt(@TempDir Path temporary) throws Exception {
    Process test = java(Path.of(System.getProperty("java.home")), Killed.class, temporary);
    String line = test.inputReader(StandardCharsets.UTF_8).readLine();
    assertThat(line).startsWith("http");
    List<ProcessHandle> children = test.toHandle().children().toList();
    assertThat(children).isNotEmpty();
    test.destroyForcibly();
    for (ProcessHandle child : children) {
      child.onExit().get(20, TimeUnit.SECONDS);
      assertThat(child.isAlive()).isFalse();
    }
  }

  @Test
  void aTestOnTheOldestJavaHasAServerToo(@TempDir Path temporary) throws Exception {
    Process smoke = java(Needs.java17(), Smoke.class, temporary);
    String said = new String(smoke.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(smoke.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(temporary).isEmptyDirectory();
    assertThat(said).contains(" on 17\n", "a job is completed\nended\n");
  }

  private static Process java(Path home, Class<?> program, Path temporary) throws IOException {
    return new ProcessBuilder(
            home.resolve("bin/java").toString(),
            "-Djava.io.tmpdir=" + temporary,
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            program.getName())
        .redirectErrorStream(true)
        .start();
  }
}
