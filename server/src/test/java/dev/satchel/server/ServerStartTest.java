package dev.satchel.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.server.store.SqliteStore;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A whole server, started on a directory as it may be found. */
final class ServerStartTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Path data;

  ServerStartTest(@TempDir Path directory) throws IOException {
    data =
        Files.createDirectory(
            directory.resolve("data"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  @Test
  void aTokenFileThatIsLeftOfAStartThatDiedIsReplacedByOneThatOpens() throws Exception {
    SqliteStore.open(data.resolve("satchel.db"), "test", Instant.now()).close();
    Path file = Files.writeString(data.resolve("admin.token"), "sat_" + "A".repeat(43) + "\n");
    String token;
    try (Server server = start()) {
      token = Files.readString(file).strip();
      assertThat(status(server, token)).isEqualTo(200);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
    }
    try (Server server = start()) {
      assertThat(Files.readString(file).strip()).as("the next start keeps it").isEqualTo(token);
      assertThat(status(server, token)).isEqualTo(200);
    }
  }

  @Test
  void anInstallationWithoutItsDatabaseIsRefusedAndLeftAsItIs() throws Exception {
    Server first = start();
    first.close();
    String token = Files.readString(data.resolve("admin.token"));
    Path database = data.resolve("satchel.db");
    Path away = Files.move(database, data.resolveSibling("satchel.db"));
    assertThatThrownBy(this::start)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(database.toString())
        .hasMessageContaining("admin.token");
    assertThat(database).doesNotExist();
    assertThat(Files.readString(data.resolve("admin.token"))).isEqualTo(token);
    Path _ = Files.createFile(database);
    assertThatThrownBy(this::start).hasMessageContaining("empty");
    Path _ = Files.move(away, database, StandardCopyOption.REPLACE_EXISTING);
    try (Server server = start()) {
      assertThat(status(server, token.strip())).isEqualTo(200);
    }
  }

  private Server start() {
    ServeCommand command = new ServeCommand();
    new CommandLine(command).parseArgs("--port", "0", "--data", data.toString());
    return Server.start(command);
  }

  private static int status(Server server, String token) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(server.url() + "/v1/secrets"))
              .timeout(PATIENCE)
              .header("Authorization", "Bearer " + token)
              .build();
      return client.send(request, BodyHandlers.discarding()).statusCode();
    }
  }
}
