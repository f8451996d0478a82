package dev.satchel.server.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.credential.EngineAddress;
import dev.satchel.core.workload.EngineOutageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a tunnel's files lie, and that nothing is left of a tunnel. */
final class TunnelDirectoryTest {
  private static final EngineAddress ADDRESS = new EngineAddress("ssh://me@localhost");

  @TempDir private Path top;

  @Test
  void theLongestPathThatIsTakenIsOneThatOpenSshCanMakeItsSocketAt() throws IOException {
    int longest = 0;
    for (int length = top.toString().length() + 2; length < 108; length++) {
      Path directory = top.resolve("x".repeat(length - top.toString().length() - 1));
      try {
        Path control = new TunnelDirectory(directory).next(ADDRESS).control();
        longest = control.toString().length() + ".".length() + 16;
      } catch (EngineOutageException tooLong) {
        assertThat(tooLong).hasMessageContaining("too long");
      }
    }
    assertThat(longest).isEqualTo(107);
  }

  @Test
  void whatSshWouldExpandIsRefused() {
    for (String name : List.of("a%h", "a${HOME}", "a b", "a:b", "a\"b")) {
      assertThatThrownBy(() -> new TunnelDirectory(top.resolve(name)).next(ADDRESS))
          .isInstanceOf(EngineOutageException.class)
          .hasMessageContaining(name);
    }
  }

  @Test
  void nothingIsWrittenOnceItIsClosed() throws IOException {
    TunnelDirectory directory = new TunnelDirectory(top.resolve("t"));
    SshOptions options = directory.next(ADDRESS);
    assertThat(options.control().getParent()).exists();
    directory.close();
    assertThatThrownBy(() -> directory.next(ADDRESS)).isInstanceOf(EngineOutageException.class);
    assertThatThrownBy(() -> directory.lead(options)).isInstanceOf(EngineOutageException.class);
    assertThat(top.resolve("t")).doesNotExist();
  }

  @Test
  void whatDoesNotEndByItselfIsKilled_andNotOnlyTheShellAroundIt() throws Exception {
    Path pid = top.resolve("pid");
    List<String> deaf =
        List.of("/bin/sh", "-c", "trap '' TERM; echo $$ >" + pid + "; exec sleep 600");
    KeptProcess kept = new Ssh(Map.of()).keep(top.resolve("key"), deaf);
    while (!Files.exists(pid) || Files.size(pid) == 0) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
    ProcessHandle ssh =
        ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).orElseThrow();
    kept.end();
    assertThat(ssh.onExit()).succeedsWithin(java.time.Duration.ofSeconds(5));
  }
}
