package dev.satchel.server.bucket;

import dev.satchel.core.Needs;
import java.nio.file.Files;
import java.nio.file.Path;

/** With the rclone that the distribution has, which may be an old one. */
final class OldRcloneTest extends BucketContract {
  @Override
  S3Server server(Path at) {
    Needs.that(Files.isExecutable(Path.of("/usr/bin/rclone")), "this suite needs Debian's rclone");
    return S3Server.rclone(at);
  }

  @Override
  String path() {
    return "/usr/bin";
  }
}
