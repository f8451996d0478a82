package dev.satchel.server.store;

import static dev.satchel.core.store.Rows.NOW;
import static dev.satchel.core.store.Rows.bundle;
import static dev.satchel.core.store.Rows.variables;
import static dev.satchel.core.store.StoreHost.WORKSPACE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.secret.BundleSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are taken away under a running server: nothing more is acknowledged. */
@Timeout(60)
final class LostFileTest {
  private final Path directory;
  private final SqliteStore store;

  LostFileTest(@TempDir Path directory) {
    this.directory = directory;
    store = SqliteStore.open(directory.resolve("satchel.db"), "installation", NOW);
    insert("before");
  }

  @AfterEach
  void close() {
    store.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"satchel.db", "satchel.db-wal"})
  void afterAFileWasRemovedNothingIsAcknowledged(String name) throws IOException {
    Files.delete(directory.resolve(name));
    assertNothingIsWrittenAnyMore(name, "removed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"satchel.db", "satchel.db-wal"})
  void afterAFileWasReplacedNothingIsAcknowledged(String name) throws IOException {
    Path copy = Files.copy(directory.resolve(name), directory.resolve("copy"));
    Files.move(copy, directory.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    assertNothingIsWrittenAnyMore(name, "replaced");
  }

  @Test
  void whatWasAcknowledgedBeforeTheLogWasRemovedIsSavedByAStopInOrder() throws IOException {
    Files.delete(directory.resolve("satchel.db-wal"));
    assertThat(store.failure()).isNotEmpty();
    store.close();
    try (SqliteStore reopened =
        SqliteStore.open(directory.resolve("satchel.db"), "installation", NOW)) {
      List<BundleSummary> kept = reopened.read(tx -> tx.bundles().list(WORKSPACE, "", 10));
      assertThat(kept).extracting(s -> s.bundle().name().value()).containsExactly("before");
    }
  }

  /** SQLite itself sees to this: it asks whether the database was moved before it removes a log. */
  @Test
  void whatWasPutInTheirPlaceIsLeftAlone() throws IOException {
    for (String name : List.of("satchel.db", "satchel.db-wal")) {
      Files.delete(directory.resolve(name));
      Path _ = Files.writeString(directory.resolve(name), "restored " + name);
    }
    store.close();
    for (String name : List.of("satchel.db", "satchel.db-wal")) {
      assertThat(directory.resolve(name)).content().isEqualTo("restored " + name);
    }
  }

  @Test
  void itIsKnownBeforeTheNextWrite() throws IOException {
    assertThat(store.failure()).isEmpty();
    Files.delete(directory.resolve("satchel.db"));
    assertThat(store.failure()).contains("satchel.db was removed");
  }

  private void assertNothingIsWrittenAnyMore(String name, String what) throws IOException {
    for (String bundle : new String[] {"next", "after"}) {
      assertThatThrownBy(() -> insert(bundle))
          .isInstanceOfSatisfying(
              RefusedException.class,
              refused -> {
                assertThat(refused.reason()).isEqualTo(Reason.STORE_FAILED);
                assertThat(refused.detail()).contains(name + " was " + what, "restarted");
              });
    }
    assertThat(store.failure()).contains(name + " was " + what);
    List<BundleSummary> read = store.read(tx -> tx.bundles().list(WORKSPACE, "", 10));
    assertThat(read).as("reads go on").isNotEmpty();
  }

  private void insert(String name) {
    boolean done =
        store.write(
            tx -> {
              tx.bundles().insert(bundle(name), variables("A=1"));
              return true;
            });
    assertThat(done).isTrue();
  }
}
