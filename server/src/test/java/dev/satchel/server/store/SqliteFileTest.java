package dev.satchel.server.store;

import static dev.satchel.core.store.Rows.NOW;
import static dev.satchel.core.store.Rows.bundle;
import static dev.satchel.core.store.Rows.bytes;
import static dev.satchel.core.store.Rows.first;
import static dev.satchel.core.store.Rows.variables;
import static dev.satchel.core.store.Rows.workload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.workload.AttemptId;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The database as a file: how it is made, opened, brought up to date and erased in. */
final class SqliteFileTest {
  private final Path directory;
  private final Path file;

  SqliteFileTest(@TempDir Path directory) {
    this.directory = directory;
    file = directory.resolve("satchel.db");
  }

  @Test
  void whatIsCommittedIsSynced() throws Exception {
    try (Connection writer = new SqliteFile(file).writer()) {
      assertThat(Raw.rows(writer, "PRAGMA synchronous")).as("FULL").containsExactly("2");
      assertThat(Raw.rows(writer, "PRAGMA journal_mode")).containsExactly("wal");
      assertThat(Raw.rows(writer, "PRAGMA foreign_keys")).containsExactly("1");
      assertThat(Raw.rows(writer, "PRAGMA secure_delete")).containsExactly("1");
      assertThat(Raw.rows(writer, "PRAGMA busy_timeout")).containsExactly("5000");
    }
  }

  @Test
  void aReadingConnectionCannotWrite() throws Exception {
    open().close();
    try (Connection reader = new SqliteFile(file).reader();
        var statement = reader.createStatement()) {
      assertThat(Raw.rows(reader, "PRAGMA query_only")).containsExactly("1");
      assertThat(Raw.rows(reader, "PRAGMA busy_timeout")).containsExactly("5000");
      assertThatThrownBy(() -> statement.execute("DELETE FROM workspaces"))
          .hasMessageContaining("READONLY");
    }
  }

  @Test
  void everyFileIsItsOwnersAlone() throws IOException {
    try (SqliteStore store = open()) {
      insert(store, "a", "v");
      assertThat(Files.exists(directory.resolve("satchel.db-wal"))).isTrue();
      try (Stream<Path> files = Files.list(directory)) {
        assertThat(files)
            .hasSizeGreaterThanOrEqualTo(3)
            .allSatisfy(
                one ->
                    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(one)))
                        .as(one.toString())
                        .isEqualTo("rw-------"));
      }
    }
  }

  @Test
  void theInstallationStaysTheSame() {
    try (SqliteStore store = SqliteStore.open(file, "first", NOW)) {
      assertThat(store.installation()).isEqualTo("first");
    }
    try (SqliteStore store = SqliteStore.open(file, "second", NOW)) {
      assertThat(store.installation()).isEqualTo("first");
    }
  }

  @Test
  void theNewestSchemaIsTheNewestFile() throws IOException, URISyntaxException {
    Path migrations =
        Path.of(Objects.requireNonNull(SqliteStore.class.getResource("/db/sqlite")).toURI());
    try (Stream<Path> files = Files.list(migrations)) {
      assertThat(files.map(path -> path.getFileName().toString().split("__", 2)[0]))
          .hasSize(Migrations.NEWEST)
          .contains("V" + Migrations.NEWEST);
    }
  }

  @Test
  void aCurrentSchemaIsOpenedWithoutAskingFlyway() {
    open().close();
    Raw.execute(file, "UPDATE flyway_schema_history SET checksum = 1"); // It would refuse this.
    open().close();
  }

  @Test
  void aNewerSchemaIsRefusedAndNothingChanged() throws IOException {
    open().close();
    Raw.execute(
        file,
        """
        INSERT INTO flyway_schema_history
        SELECT 99, '99', 'of a newer server', type, script, 1, installed_by, installed_on, 1, 1
        FROM flyway_schema_history LIMIT 1
        """);
    byte[] before = Files.readAllBytes(file);
    assertThatThrownBy(this::open)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll("version 99", "knows " + Migrations.NEWEST, "newer server");
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).as("and it was closed again").containsExactly(file);
    }
  }

  @Test
  void whatIsNoDatabaseIsRefusedByName() throws IOException {
    Files.writeString(file, "this is no database, and longer than nothing at all\n".repeat(40));
    assertThatThrownBy(this::open)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void deletedBoxesAreOverwrittenInTheFile() throws IOException {
    try (SqliteStore store = open()) {
      insert(store, "deleted", "marked-deleted ".repeat(20));
      insert(store, "replaced", "marked-replaced ".repeat(20));
      insert(store, "kept", "marked-kept ".repeat(20));
      AttemptId attempt = new AttemptId("w1", 1);
      var boxes = List.of(bytes("marked-erased ".repeat(20)));
      store.write(
          tx -> {
            tx.workloads().insert(workload("w1", 0), first(workload("w1", 0)));
            tx.workloads().opened(attempt, List.of(), boxes);
            return true;
          });
      checkpoint();
      assertThat(content()).contains("marked-deleted", "marked-replaced", "marked-erased");
      store.write(
          tx -> {
            tx.bundles().delete("id-of-deleted");
            tx.bundles().replace(bundle("replaced"), variables("A=short"));
            tx.workloads().eraseBoxes(attempt);
            return true;
          });
      checkpoint();
      assertThat(content())
          .contains("marked-kept")
          .doesNotContain("marked-deleted", "marked-replaced", "marked-erased");
    }
  }

  private SqliteStore open() {
    return SqliteStore.open(file, "installation", NOW);
  }

  private static void insert(SqliteStore store, String name, String box) {
    boolean done =
        store.write(
            tx -> {
              tx.bundles().insert(bundle(name), variables("A=" + box));
              return true;
            });
    assertThat(done).isTrue();
  }

  private void checkpoint() {
    assertThat(Raw.rows(file, "PRAGMA wal_checkpoint(TRUNCATE)")).containsExactly("0 0 0");
  }

  private String content() throws IOException {
    return Files.readString(file, StandardCharsets.ISO_8859_1);
  }
}
