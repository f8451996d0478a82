package dev.satchel.server.bucket;

import java.nio.file.Path;

/** On {@code rclone serve s3}. */
final class RcloneServedBucketTest extends BucketContract {
  @Override
  S3Server server(Path at) {
    return S3Server.rclone(at);
  }
}
