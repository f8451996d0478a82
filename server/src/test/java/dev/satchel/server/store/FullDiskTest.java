package dev.satchel.server.store;

import static dev.satchel.core.store.Rows.NOW;
import static dev.satchel.core.store.Rows.bundle;
import static dev.satchel.core.store.Rows.variables;
import static dev.satchel.core.store.StoreHost.WORKSPACE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.core.Needs;
import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.secret.Bundle;
import dev.satchel.core.secret.BundleSummary;
import dev.satchel.core.secret.SealedEntry;
import dev.satchel.core.store.Tx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A full disk: writes are refused, whole, until there is room; reads go on. */
@Timeout(120)
final class FullDiskTest {
  private static final String BOX = "x".repeat(60_000);

  @Test
  void aFullDiskRefusesWritesAndServesReadsUntilThereIsRoom(@TempDir Path directory)
      throws Exception {
    Needs.root();
    Path disk = Files.createDirectory(directory.resolve("disk"));
    Needs.that(
        Needs.works("mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", disk.toString()),
        "this test needs to mount a tmpfs");
    try {
      Path filler = Files.write(disk.resolve("filler"), new byte[1 << 20]);
      try (SqliteStore store = SqliteStore.open(disk.resolve("satchel.db"), "i", NOW)) {
        int written = fill(store::write);
        assertThat(written).isPositive();
        assertConsistent(store::read, written);
        assertNoneOfManyAtOnceIsHalfDone(store, written);
        assertThat(store.failure()).as("a full disk is no failure").isEmpty();
        Files.delete(filler);
        assertThat(store.isFull()).as("until a write succeeds").isTrue();
        assertThat(refusal(store::write, "after")).isNull();
        assertThat(store.isFull()).isFalse();
        assertConsistent(store::read, written + 1);
      }
    } finally {
      assertThat(Needs.works("umount", disk.toString())).isTrue();
    }
  }

  @Test
  void aFullDatabaseRefusesWritesUntilThereIsRoom(@TempDir Path directory) throws Exception {
    Path path = directory.resolve("satchel.db");
    SqliteStore.open(path, "i", NOW).close();
    SqliteFile file = new SqliteFile(path);
    Connection connection = file.writer();
    limit(connection, 200);
    try (GroupCommitWriter writer =
            new GroupCommitWriter(connection, new Sql(connection, Dialect.SQLITE), file.opened());
        ReadPool readers = new ReadPool(file, 1)) {
      writer.start();
      int written = fill(writer::write);
      assertThat(written).isPositive();
      assertConsistent(readers::read, written);
      assertThat(writer.failure()).isEmpty();
      assertThat(writer.<Boolean>write(_ -> true)).as("it needs no room").isTrue();
      assertThat(writer.isFull()).isTrue();
      int _ =
          writer.write(
              tx -> {
                tx.bundles().delete("id-of-b0");
                return 0;
              });
      assertThat(writer.isFull()).isFalse();
      assertThat(refusal(writer::write, "after")).as("what was freed is used").isNull();
      assertConsistent(readers::read, written);
    }
  }

  private interface Units {
    <T> T run(Function<Tx, T> work);
  }

  /** Writes bundles until there is no room; answers how many there are. */
  private static int fill(Units writes) {
    for (int i = 0; i < 1000; i++) {
      Reason refusal = refusal(writes, "b" + i);
      if (refusal != null) {
        assertThat(refusal).isEqualTo(Reason.STORE_FULL);
        return i;
      }
    }
    throw new AssertionError("it never got full");
  }

  private static @Nullable Reason refusal(Units writes, String name) {
    try {
      boolean done =
          writes.run(
              tx -> {
                tx.bundles().insert(bundle(name), variables("A=1", "B=" + BOX, "C=3"));
                return true;
              });
      assertThat(done).isTrue();
      return null;
    } catch (RefusedException refused) {
      return refused.reason();
    }
  }

  /** Big writes do not fit and small ones may; each is there whole or not at all. */
  private static void assertNoneOfManyAtOnceIsHalfDone(SqliteStore store, int before)
      throws Exception {
    List<Callable<Boolean>> writes = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      String name = "late" + i;
      writes.add(() -> refusal(store::write, name) == null);
    }
    int answered = 0;
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Boolean> write : callers.invokeAll(writes)) {
        answered += write.get() ? 1 : 0;
      }
    }
    assertThat(answered).isZero();
    assertConsistent(store::read, before);
  }

  private static void assertConsistent(Units reads, int bundles) {
    List<Bundle> all =
        reads.run(tx -> tx.bundles().list(WORKSPACE, "", 1000)).stream()
            .map(BundleSummary::bundle)
            .toList();
    assertThat(all).hasSize(bundles);
    for (Bundle bundle : all) {
      List<SealedEntry> entries = reads.run(tx -> tx.bundles().entries(bundle.id()));
      assertThat(entries).extracting(entry -> entry.box().length).containsExactly(1, 60_000, 1);
    }
  }

  private static void limit(Connection connection, int pages) throws SQLException {
    assertThat(Raw.rows(connection, "PRAGMA max_page_count = " + pages))
        .containsExactly(Integer.toString(pages));
  }
}
