package dev.satchel.server.bucket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.bucket.Bucket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** On {@code rclone serve s3}. */
final class RcloneServedBucketTest extends BucketContract {
  @Override
  S3Server server(Path at) {
    return S3Server.rclone(at);
  }

  @Test
  void aNewPairReachesTheMountThatIsThere() throws IOException {
    Bucket bucket = bucket("");
    server.put(bucket.name() + "/a", "with the first pair");
    server.put(bucket.name() + "/b", "with the second pair");
    Path shown = mount(bucket);
    assertThat(shown.resolve("a")).hasContent("with the first pair");
    server.rotate("AKSECOND", "SKsecond");
    try {
      assertThatThrownBy(() -> Files.readString(shown.resolve("b")))
          .isInstanceOf(IOException.class);
      accessKey = "AKSECOND";
      secretKey = "SKsecond";
      assertThat(shown.resolve("b")).hasContent("with the second pair");
      Files.writeString(shown.resolve("c"), "written");
      await(() -> mounts.unwritten(ID).isNothing());
    } finally {
      server.rotate(S3Server.ACCESS_KEY, S3Server.SECRET_KEY);
    }
    assertThat(server.get(bucket.name() + "/c")).isEqualTo("written");
  }
}
