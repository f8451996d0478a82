package dev.satchel.server.store;

import static dev.satchel.core.store.Rows.bundle;
import static dev.satchel.core.store.Rows.variables;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.PostgresCluster;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One server has a database, whatever becomes of its connections. */
@Timeout(120)
final class SoleServerTest {
  private static final int SERVER = 1396790339;
  private static final int WRITERS = 1396790340;

  private final PostgresCluster cluster = PostgresCluster.shared();
  private final String database = PostgresDatabases.fresh();

  @Test
  void aSecondServerIsRefusedAndTheFirstGoesOn() {
    try (PostgresStore first = PostgresDatabases.open(database)) {
      assertSecondRefused();
      insert(first, "after");
    }
    try (PostgresStore next = PostgresDatabases.open(database)) {
      insert(next, "next");
    }
  }

  @Test
  void aLostLockIsTakenAgainAndNobodyComesInMeanwhile() {
    try (PostgresStore store = PostgresDatabases.open(database)) {
      insert(store, "before");
      List<String> before = holders(SERVER);
      assertThat(before).hasSize(1);
      end(before);
      assertSecondRefused(); // Where it comes before the first takes it again, or after.
      insert(store, "during");
      await("it is held again", () -> holders(SERVER).size() == 1 && store.failure().isEmpty());
      assertThat(holders(SERVER)).doesNotContainAnyElementsOf(before);
      assertSecondRefused();
      insert(store, "after");
    }
  }

  @Test
  void aServerWhoseDatabaseAnotherTookWritesNothingMore() throws Exception {
    PostgresAddress address = PostgresDatabases.address(cluster, database);
    try (PostgresStore store = PostgresDatabases.open(database);
        var other = address.source().getConnection();
        var statement = other.createStatement();
        var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      insert(store, "before");
      Future<Boolean> taking =
          callers.submit(
              () ->
                  statement.execute(
                      "SELECT pg_advisory_lock(1396790339, hashtext(current_schema()))"));
      await("it waits for the lock", () -> waiting().equals(List.of("1")));
      end(holders(SERVER));
      assertThat(taking.get()).isTrue();
      end(holders(WRITERS)); // Only now: one that is admitted before would rightly write on.
      assertThatThrownBy(() -> insert(store, "during")).isInstanceOf(RuntimeException.class);
      await("it is told", () -> store.failure().contains("Another server has taken"));
      assertThatThrownBy(() -> insert(store, "after"))
          .hasMessageContainingAll("Another server has taken", "restarted");
      boolean _ = statement.execute("SELECT pg_advisory_unlock_all()");
      assertThatThrownBy(() -> insert(store, "after")).hasMessageContaining("Another server");
      assertThat(store.<Integer>read(tx -> tx.bundles().list("default", "", 10).size()))
          .as("reads go on")
          .isEqualTo(1);
    }
  }

  private void assertSecondRefused() {
    assertThatThrownBy(() -> PostgresDatabases.open(database))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll(
            "Another server has the database",
            "/" + database,
            "satchel of process",
            "Stop it first");
  }

  private List<String> holders(int kind) {
    return cluster.sql(
        database,
        """
        SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = %d
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        """
            .formatted(kind));
  }

  private List<String> waiting() {
    return cluster.sql(
        database,
        """
        SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        """);
  }

  private void end(List<String> backends) {
    for (String backend : backends) {
      var _ = cluster.sql("postgres", "SELECT pg_terminate_backend(" + backend + ")");
    }
  }

  private static void insert(PostgresStore store, String name) {
    boolean done =
        store.write(
            tx -> {
              tx.bundles().insert(bundle(name), variables("A=1"));
              return true;
            });
    assertThat(done).isTrue();
  }

  private static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
