package dev.satchel.sdk;

import dev.satchel.core.Needs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;

/** The same where the server keeps its volumes in an object store. */
final class ObjectStoreVolumeFilesTest extends VolumeFilesTest {
  private @Nullable Process service; // Null until started.

  @Override
  RunningServer server(Path directory) {
    Path rclone =
        Path.of(System.getProperty("satchel.root", ".."), "target/storage-venv/bin/rclone");
    Needs.that(Files.isExecutable(rclone), "this suite needs an S3 service: dev/storage");
    try {
      Path buckets = Files.createDirectories(directory.resolve("s3"));
      Files.createDirectory(buckets.resolve("volumes"));
      int port = freePort();
      service =
          new ProcessBuilder(
                  List.of(
                      rclone.toString(),
                      "serve",
                      "s3",
                      "--config",
                      "",
                      "--auth-key",
                      "anid,asecret",
                      "--addr",
                      "127.0.0.1:" + port,
                      "--vfs-cache-mode",
                      "off",
                      buckets.toString()))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      awaitAnswer(port);
      return new RunningServer(
          directory,
          Map.of(
              "SATCHEL_OBJECT_STORE",
              "s3://volumes/sdk",
              "SATCHEL_OBJECT_STORE_ENDPOINT",
              "http://127.0.0.1:" + port,
              "SATCHEL_OBJECT_STORE_PATH_STYLE",
              "true",
              "SATCHEL_OBJECT_STORE_KEY_ID_FILE",
              Files.writeString(directory.resolve("id"), "anid").toString(),
              "SATCHEL_OBJECT_STORE_SECRET_FILE",
              Files.writeString(directory.resolve("secret"), "asecret").toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }

  private void awaitAnswer(int port) {
    for (int i = 0; i < 600; i++) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), 500);
        return;
      } catch (IOException e) {
        RunningServer.pause(50);
      }
    }
    throw new AssertionError("the S3 service does not start");
  }

  @AfterAll
  void stopService() {
    if (service != null) {
      service.destroyForcibly();
    }
  }
}
