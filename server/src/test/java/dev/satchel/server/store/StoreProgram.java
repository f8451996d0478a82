package dev.satchel.server.store;

import static dev.satchel.core.store.Rows.NOW;
import static dev.satchel.core.store.Rows.bundle;
import static dev.satchel.core.store.Rows.variables;
import static dev.satchel.core.store.StoreHost.WORKSPACE;

import dev.satchel.core.RefusedException;
import java.nio.file.Path;

/**
 * Writes bundles into a database, one after the other, and says of each what it was answered. Run
 * by {@link IoErrorTest} on a disk that fails.
 */
final class StoreProgram {
  private StoreProgram() {}

  public static void main(String[] arguments) {
    int writes = Integer.parseInt(arguments[1]);
    try (SqliteStore store = SqliteStore.open(Path.of(arguments[0]), "installation", NOW)) {
      for (int i = 0; i < writes; i++) {
        System.out.println(write(store, "b" + i));
      }
      int readable = store.read(tx -> tx.bundles().list(WORKSPACE, "", 1000)).size();
      System.out.println("readable " + readable);
      System.out.println("failure " + store.failure());
    }
  }

  private static String write(SqliteStore store, String name) {
    try {
      return store.write(
          tx -> {
            tx.bundles().insert(bundle(name), variables("A=1"));
            return "written " + name;
          });
    } catch (RefusedException refused) {
      return refused.reason() + " " + name;
    }
  }
}
