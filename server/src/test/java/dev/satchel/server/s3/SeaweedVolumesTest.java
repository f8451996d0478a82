package dev.satchel.server.s3;

import dev.satchel.core.RefusedException;
import dev.satchel.server.bucket.S3Server;
import java.nio.file.Path;
import java.util.List;

/** Volumes in SeaweedFS. */
final class SeaweedVolumesTest extends S3VolumesContract {
  @Override
  S3Server server(Path at) {
    return S3Server.seaweed(at);
  }

  /** It lists directories for a while after their last file is gone. */
  @Override
  protected List<String> names() {
    return super.names().stream().filter(this::isThere).toList();
  }

  private boolean isThere(String name) {
    try {
      var _ = files().kindOf(name);
      return true;
    } catch (RefusedException gone) {
      return false;
    }
  }
}
