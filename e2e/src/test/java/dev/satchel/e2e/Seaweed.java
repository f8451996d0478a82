package dev.satchel.e2e;

import dev.satchel.core.Needs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** An S3 service of a test's own on the loopback, which verifies signatures. */
final class Seaweed implements AutoCloseable {
  /** Of the marker, so that the sweep finds them wherever they leak. */
  final String accessKey = Marker.value();

  final String secretKey = Marker.value();
  private final int port;
  private final Process process;

  /**
   * @param directory not among what is swept: its own file of users holds the keys
   */
  Seaweed(Path directory) {
    Path data = directory.resolve("data");
    Path users = directory.resolve("users.json");
    try {
      Files.createDirectories(data);
      Files.writeString(
          users,
          """
          {"identities":[{"name":"all","actions":["Admin","Read","Write","List"],
            "credentials":[{"accessKey":"%s","secretKey":"%s"}]}]}
          """
              .formatted(accessKey, secretKey));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    int[] ports = IntStream.range(0, 8).map(_ -> freePort()).toArray();
    this.port = ports[6];
    this.process =
        start(
            directory,
            List.of(
                tools().resolve("weed").toString(),
                "-logtostderr=true",
                "server",
                "-dir=" + data,
                "-ip=127.0.0.1",
                "-ip.bind=127.0.0.1",
                "-master.telemetry=false", // It would tell its makers otherwise.
                "-master.port=" + ports[0],
                "-master.port.grpc=" + ports[1],
                "-master.volumeSizeLimitMB=64",
                "-volume.port=" + ports[2],
                "-volume.port.grpc=" + ports[3],
                "-volume.max=1000",
                "-filer.port=" + ports[4],
                "-filer.port.grpc=" + ports[5],
                "-filer.localSocket=" + directory.resolve("filer.sock"),
                "-s3",
                "-s3.port=" + port,
                "-s3.port.grpc=" + ports[7],
                "-s3.port.iceberg=0",
                "-s3.port.lance=0",
                "-s3.localSocket=" + directory.resolve("s3.sock"),
                "-s3.domainName=s3.test",
                "-s3.config=" + users));
    Await.until("it takes writes", () -> rclone("x", "rcat", ":s3:first/x").code() == 0);
  }

  /** Where the programs are that dev/storage installed. */
  static Path tools() {
    Path tools = Installation.ROOT.resolve("target/storage-venv/bin");
    Needs.that(
        Files.isExecutable(tools.resolve("weed")) && Files.exists(Path.of("/dev/fuse")),
        "this suite needs a mount tool, an S3 service and /dev/fuse: dev/storage");
    Needs.root();
    return tools;
  }

  private Process start(Path directory, List<String> command) {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.environment().clear();
    builder.environment().put("HOME", directory.toString());
    try {
      Process started = builder.start();
      Await.until("it listens", () -> answers(port));
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean answers(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), 500);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return port;
  }

  String endpoint() {
    return "http://127.0.0.1:" + port;
  }

  void put(String path, String text) {
    if (rclone(text, "rcat", ":s3:" + path).code() != 0) {
      throw new AssertionError("nothing was put to " + path);
    }
  }

  /** What an object holds, or nothing where there is none. */
  String get(String path) {
    Said said = rclone("", "cat", ":s3:" + path);
    return said.code() == 0 ? said.words() : "";
  }

  private record Said(int code, String words) {}

  private Said rclone(String input, String... words) {
    List<String> command = new ArrayList<>(List.of(tools().resolve("rclone").toString()));
    command.addAll(List.of(words));
    command.addAll(List.of("--config", "", "--retries", "1"));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().clear();
    builder
        .environment()
        .putAll(
            Map.of(
                "RCLONE_S3_PROVIDER",
                "Other",
                "RCLONE_S3_ENDPOINT",
                endpoint(),
                "RCLONE_S3_FORCE_PATH_STYLE",
                "true",
                "RCLONE_S3_ACCESS_KEY_ID",
                accessKey,
                "RCLONE_S3_SECRET_ACCESS_KEY",
                secretKey,
                "RCLONE_S3_REGION",
                "us-east-1"));
    try {
      Process running = builder.start();
      try (var to = running.getOutputStream()) {
        to.write(input.getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        // It reads nothing.
      }
      String said = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Said(running.waitFor(), said);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
