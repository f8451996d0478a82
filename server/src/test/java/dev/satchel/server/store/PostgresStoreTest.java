package dev.satchel.server.store;

import dev.satchel.core.PostgresCluster;
import dev.satchel.core.store.Store;
import dev.satchel.core.store.StoreContract;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

final class PostgresStoreTest extends StoreContract {
  private static final String OTHER = "other";

  private final String database = PostgresDatabases.fresh();
  private final PostgresStore store = PostgresDatabases.open(database);

  @BeforeEach
  void makeOtherWorkspace() {
    var _ = sql("INSERT INTO workspaces (id, name, created_at) VALUES ('other', 'other', 0)");
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
    return sql("SELECT action, subject, revision, outcome FROM audit ORDER BY id");
  }

  private List<String> sql(String statement) {
    return PostgresCluster.shared().sql(database, statement);
  }
}
