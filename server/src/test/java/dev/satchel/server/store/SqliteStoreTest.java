package dev.satchel.server.store;

import static dev.satchel.core.store.Rows.NOW;

import dev.satchel.core.store.Store;
import dev.satchel.core.store.StoreContract;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

final class SqliteStoreTest extends StoreContract {
  private static final String OTHER = "other";

  private final Path file;
  private final SqliteStore store;

  SqliteStoreTest(@TempDir Path directory) {
    file = directory.resolve("satchel.db");
    store = SqliteStore.open(file, "installation", NOW);
  }

  @BeforeEach
  void makeOtherWorkspace() {
    Raw.execute(file, "INSERT INTO workspaces (id, name, created_at) VALUES ('other', 'other', 0)");
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Override
  public Store store() {
    return store;
  }

  @Override
  public String otherWorkspace() {
    return OTHER;
  }

  @Override
  protected List<String> audited() {
    return Raw.rows(file, "SELECT action, subject, revision, outcome FROM audit ORDER BY id");
  }
}
