package dev.satchel.server.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.credential.EngineAddress;
import dev.satchel.core.workload.Engine;
import dev.satchel.server.tmpfs.SecretRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which engines at addresses are kept; nothing is asked of any. */
final class DockerHostsTest {
  private static final EngineAddress GPU = new EngineAddress("unix:///nowhere/gpu.sock");
  private static final EngineAddress OTHER = new EngineAddress("tcp://nowhere.test:2376");

  @TempDir private Path data;

  private DockerHosts hosts() {
    SecretRoot root = new SecretRoot(List.of(Path.of("/dev/shm/satchel-" + SecretRoot.userId())));
    return new DockerHosts("hosts-test", data, List.of(), root, Map.of(), new NoLogins());
  }

  @Test
  void anAddressHasOneEngine() {
    try (DockerHosts hosts = hosts()) {
      Engine engine = hosts.at(GPU);
      assertThat(engine.address()).isEqualTo(GPU);
      assertThat(engine.name()).isEqualTo("docker");
      assertThat(hosts.at(GPU)).isSameAs(engine);
      assertThat(hosts.at(OTHER)).isNotSameAs(engine);
      assertThat(hosts.open()).hasSize(2);
    }
  }

  @Test
  void anEngineThatWasLeftWithAnythingIsFoundAgain_andOthersAreForgotten() throws IOException {
    try (DockerHosts hosts = hosts()) {
      Engine _ = hosts.at(GPU);
      Engine _ = hosts.at(OTHER);
    }
    for (Path directory : directories()) {
      if (Files.readString(directory.resolve("address")).equals(GPU.value())) {
        Path _ = Files.createDirectory(directory.resolve("attempts/abcdefgh1234-1"));
      }
    }
    try (DockerHosts hosts = hosts()) {
      assertThat(hosts.open()).extracting(Engine::address).containsExactly(GPU);
      assertThat(directories()).hasSize(1);
    }
  }

  private List<Path> directories() throws IOException {
    try (var entries = Files.list(data.resolve("docker-hosts"))) {
      return entries.toList();
    }
  }

  @Test
  void soManyAreKeptAndNoMore() {
    try (DockerHosts hosts = hosts()) {
      for (int port = 1; port <= DockerHosts.HOSTS_MAX; port++) {
        Engine _ = hosts.at(new EngineAddress("tcp://h:" + port));
      }
      assertThatThrownBy(() -> hosts.at(GPU))
          .isInstanceOfSatisfying(
              RefusedException.class,
              refused -> assertThat(refused.reason()).isEqualTo(Reason.UNSUPPORTED))
          .hasMessageContaining("64");
      assertThat(hosts.at(new EngineAddress("tcp://h:1"))).isNotNull();
    }
  }
}
