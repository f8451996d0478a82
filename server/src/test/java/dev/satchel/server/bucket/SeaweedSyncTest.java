package dev.satchel.server.bucket;

import java.nio.file.Path;

final class SeaweedSyncTest extends SyncContract {
  @Override
  S3Server server(Path at) {
    return S3Server.seaweed(at);
  }
}
