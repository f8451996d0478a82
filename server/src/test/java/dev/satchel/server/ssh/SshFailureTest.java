package dev.satchel.server.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.credential.EngineAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is said of a tunnel that does not open, and how its commands are written. */
final class SshFailureTest {
  private static final EngineAddress ADDRESS = new EngineAddress("ssh://me@gpu.test:2222");

  @Test
  void whatTheCredentialMustMendIsTold() {
    assertThat(SshFailure.of(ADDRESS, "Host key verification failed.\r\n"))
        .isInstanceOf(HostRefusedException.class)
        .hasMessageContaining("nothing was sent to it")
        .hasMessageContaining("ssh-keyscan -p 2222 gpu.test");
    assertThat(SshFailure.of(ADDRESS, "me@gpu.test: Permission denied (publickey)."))
        .isInstanceOf(HostRefusedException.class)
        .hasMessageContaining("authorized_keys");
    assertThat(SshFailure.of(ADDRESS, "Load key \"/run/x/key\": error in libcrypto"))
        .isInstanceOf(HostRefusedException.class)
        .hasMessageContaining("cannot read");
  }

  @Test
  void anythingElseIsAnOutage_inTheWordsOfSsh() {
    assertThat(SshFailure.of(ADDRESS, "kex_exchange_identification:\n Connection reset by peer"))
        .isNotInstanceOf(HostRefusedException.class)
        .hasMessageContaining("kex_exchange_identification: Connection reset by peer");
  }

  @Test
  void aCommandIsWrittenSoThatEveryShellTakesItAsItIs() {
    assertThat(RemoteShell.command("echo \"$1\"", List.of("a b")))
        .isEqualTo("exec /bin/sh -c 'echo \"$1\"' satchel 'a b'");
    for (String wrong : List.of("'", "\\", "\n")) {
      assertThatThrownBy(() -> RemoteShell.command("true", List.of(wrong)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
