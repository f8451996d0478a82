package dev.satchel.server.s3;

import dev.satchel.server.bucket.S3Server;
import java.nio.file.Path;

/** Volumes in what {@code rclone serve s3} serves. */
final class RcloneServedVolumesTest extends S3VolumesContract {
  @Override
  S3Server server(Path at) {
    return S3Server.rclone(at);
  }
}
