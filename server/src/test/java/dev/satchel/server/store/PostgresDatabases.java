package dev.satchel.server.store;

import static dev.satchel.core.store.Rows.NOW;

import dev.satchel.core.PostgresCluster;
import org.jspecify.annotations.Nullable;

/** Databases on the shared cluster, each with the current schema and nothing in it. */
final class PostgresDatabases {
  private static @Nullable String template; // Null until it is made.

  private PostgresDatabases() {}

  /** Makes one; answers its name. */
  static synchronized String fresh() {
    PostgresCluster cluster = PostgresCluster.shared();
    if (template == null) {
      String made = cluster.newDatabase();
      PostgresStore.open(address(cluster, made), "installation", NOW).close();
      template = made;
    }
    return cluster.copyOf(template);
  }

  static PostgresAddress address(PostgresCluster cluster, String database) {
    return PostgresAddress.of(cluster.url(database)).withPassword(cluster.password());
  }

  static PostgresStore open(String database) {
    return PostgresStore.open(address(PostgresCluster.shared(), database), "installation", NOW);
  }
}
