package dev.satchel.server.bucket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.core.Needs;
import java.io.File;
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

/**
 * An S3 service of a test's own, on the loopback. Both kinds verify signatures: {@code rclone serve
 * s3} keeps objects as files, and knows one pair; SeaweedFS has users who may do more or less,
 * refuses clocks that differ, and serves buckets as names before its host's too.
 */
public final class S3Server implements AutoCloseable {
  public static final String ACCESS_KEY = "AKMARKEDMOUNT0001";
  public static final String SECRET_KEY = "SKmarkedmount/0001+secretofthebucket";
  public static final String READER_ACCESS_KEY = "AKMARKEDREADER001";
  public static final String READER_SECRET_KEY = "SKmarkedreader/0001+secretofthebucket";

  private final Path directory;
  private final int port;
  private final boolean seaweed;
  private Process process;

  private S3Server(Path directory, int port, boolean seaweed, Process process) {
    this.directory = directory;
    this.port = port;
    this.seaweed = seaweed;
    this.process = process;
  }

  /** Where the programs are that dev/storage installed. */
  static Path tools() {
    Path tools =
        Path.of(System.getProperty("satchel.root", "..")).resolve("target/storage-venv/bin");
    Needs.that(
        Files.isExecutable(tools.resolve("rclone")),
        "this suite needs a mount tool and S3 services: dev/storage");
    return tools.toAbsolutePath().normalize();
  }

  public static S3Server rclone(Path directory) {
    return rclone(directory, freePort(), ACCESS_KEY, SECRET_KEY);
  }

  private static S3Server rclone(Path directory, int port, String accessKey, String secretKey) {
    List<String> command =
        List.of(
            tools().resolve("rclone").toString(),
            "serve",
            "s3",
            "--config",
            "",
            "--auth-key",
            accessKey + "," + secretKey,
            "--addr",
            "127.0.0.1:" + port,
            "--vfs-cache-mode",
            "off",
            directory.toString());
    return new S3Server(directory, port, false, started(command, directory, port));
  }

  public static S3Server seaweed(Path directory) {
    Path data = directory.resolve("data");
    Path users = directory.resolve("users.json");
    try {
      Files.createDirectories(data);
      Files.writeString(
          users,
          """
          {"identities":[
            {"name":"all","credentials":[{"accessKey":"%s","secretKey":"%s"}],
             "actions":["Admin","Read","Write","List"]},
            {"name":"reader","credentials":[{"accessKey":"%s","secretKey":"%s"}],
             "actions":["Read","List"]}]}
          """
              .formatted(ACCESS_KEY, SECRET_KEY, READER_ACCESS_KEY, READER_SECRET_KEY));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    int[] ports = IntStream.range(0, 8).map(_ -> freePort()).toArray();
    List<String> command =
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
            "-s3.port=" + ports[6],
            "-s3.port.grpc=" + ports[7],
            "-s3.port.iceberg=0",
            "-s3.port.lance=0",
            "-s3.localSocket=" + directory.resolve("s3.sock"),
            "-s3.domainName=s3.test",
            "-s3.config=" + users);
    S3Server server =
        new S3Server(directory, ports[6], true, started(command, directory, ports[6]));
    server.awaitWrites();
    return server;
  }

  private static Process started(List<String> command, Path directory, int port) {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    builder.environment().clear();
    builder.environment().put("HOME", directory.toString());
    try {
      Process process = builder.start();
      long deadline = System.nanoTime() + 60_000_000_000L;
      while (!answers(port)) {
        if (!process.isAlive() || System.nanoTime() > deadline) {
          process.destroyForcibly();
          throw new AssertionError("it does not start: " + command.getFirst());
        }
        Thread.sleep(50);
      }
      return process;
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void awaitWrites() { // It listens before it has a place to write to.
    long deadline = System.nanoTime() + 60_000_000_000L;
    while (client("", "mkdir", ":s3:first").code() != 0
        || client("x", "rcat", ":s3:first/x").code() != 0) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("it takes no writes");
      }
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

  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same objects at the same place, for another pair alone. */
  void rotate(String accessKey, String secretKey) {
    if (seaweed) {
      throw new UnsupportedOperationException();
    }
    close();
    process = rclone(directory, port, accessKey, secretKey).process;
  }

  public String endpoint() {
    return "http://127.0.0.1:" + port;
  }

  int port() {
    return port;
  }

  public void makeBucket(String name) {
    require(client("", "mkdir", ":s3:" + name));
  }

  public void put(String path, String text) {
    require(client(text, "rcat", ":s3:" + path));
  }

  /** What an object holds, or nothing where there is none. */
  public String get(String path) {
    Said said = client("", "cat", ":s3:" + path);
    return said.code() == 0 ? said.words() : "";
  }

  /** The names of all objects. */
  public List<String> list(String bucket) {
    Said said = client("", "lsf", "--recursive", "--files-only", ":s3:" + bucket);
    return said.words().lines().sorted().toList();
  }

  private record Said(int code, String words) {}

  private static void require(Said said) {
    if (said.code() != 0) {
      throw new AssertionError(said.words());
    }
  }

  private Said client(String input, String... words) {
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
                ACCESS_KEY,
                "RCLONE_S3_SECRET_ACCESS_KEY",
                SECRET_KEY,
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
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** It takes connections, and answers nothing. */
  void pause() {
    signal("-STOP");
  }

  void resume() {
    signal("-CONT");
  }

  private void signal(String signal) {
    try {
      assertThat(new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor())
          .isZero();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
