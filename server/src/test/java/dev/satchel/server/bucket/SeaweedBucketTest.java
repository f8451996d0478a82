package dev.satchel.server.bucket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.core.bucket.Bucket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** On SeaweedFS, which knows users that may only read. */
final class SeaweedBucketTest extends BucketContract {
  @Override
  S3Server server(Path at) {
    return S3Server.seaweed(at);
  }

  @Test
  void keysThatMayOnlyReadMountReadOnlyAlone() {
    Bucket bucket = bucket("");
    assertThat(probe(bucket, S3Server.READER_ACCESS_KEY, S3Server.READER_SECRET_KEY, false))
        .isEqualTo("us-east-1");
    assertThat(refusal(bucket, S3Server.READER_ACCESS_KEY, S3Server.READER_SECRET_KEY))
        .contains("may not write to it (AccessDenied)", "Mount it read-only");
  }
}
