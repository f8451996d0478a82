package dev.satchel.e2e;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Acts that meet, on the docker engine. */
final class ContainerRaceTest extends JobRaces {
  private static final int ROUNDS = Size.of(10, 200);
  private static final Path SHARED = Installation.ROOT.resolve("e2e/target/container-races");
  private static final Path MOUNTED = Path.of("/shared");

  private Installation satchel;

  ContainerRaceTest() {
    super(ROUNDS);
  }

  @BeforeAll
  void start() {
    Trees.delete(SHARED);
    Path _ = Trees.directory(SHARED);
    satchel =
        TestDocker.needed()
            .installation(
                "container-races",
                "--grace",
                "5",
                "--max-running",
                "200",
                "--container-options",
                "--volume=" + SHARED + ":" + MOUNTED);
    satchel.start();
  }

  @AfterAll
  void stop() {
    if (satchel != null) {
      satchel.close();
    }
    Trees.delete(SHARED);
  }

  @Override
  Installation satchel() {
    return satchel;
  }

  @Override
  Path shared() {
    return SHARED;
  }

  @Override
  Path seen(Path path) {
    return MOUNTED.resolve(SHARED.relativize(path));
  }

  @Override
  Map<String, Object> onEngine(Map<String, Object> body) {
    Map<String, Object> more = new HashMap<>(body);
    more.put("image", TestDocker.IMAGE);
    return more;
  }
}
