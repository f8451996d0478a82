package dev.satchel.server.tmpfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which mount a path is seen through. */
final class MountTest {
  private static Mount mount(String point, String type) {
    return new Mount("0:1", Path.of("/"), Path.of(point), type);
  }

  @Test
  void ofTwoMountsAtOnePlaceTheLastIsSeen() {
    List<Mount> mounts =
        List.of(mount("/", "ext4"), mount("/dev/shm", "tmpfs"), mount("/dev/shm", "ext4"));
    assertThat(Mount.of(Path.of("/dev/shm/satchel-0"), mounts)).isEqualTo(mounts.get(2));
  }

  @Test
  void theDeepestMountCounts() {
    List<Mount> mounts =
        List.of(mount("/", "ext4"), mount("/run/user", "tmpfs"), mount("/run", "x"));
    assertThat(Mount.of(Path.of("/run/user/0"), mounts)).isEqualTo(mounts.get(1));
    assertThat(Mount.of(Path.of("/run/users"), mounts)).isEqualTo(mounts.get(2));
    assertThat(Mount.of(Path.of("/runs"), mounts)).isEqualTo(mounts.get(0));
  }

  @Test
  void theMachineTellsItsOwn() throws IOException {
    assertThat(Mount.all()).anySatisfy(it -> assertThat(it.type()).isEqualTo("proc"));
    assertThat(Mount.isTmpfs(Path.of("/proc"))).isFalse();
  }
}
