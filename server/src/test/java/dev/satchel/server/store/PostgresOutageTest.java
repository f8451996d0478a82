package dev.satchel.server.store;

import static dev.satchel.core.store.Rows.NOW;
import static dev.satchel.core.store.Rows.bundle;
import static dev.satchel.core.store.Rows.variables;
import static dev.satchel.core.store.StoreHost.WORKSPACE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.Needs;
import dev.satchel.core.PostgresCluster;
import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.secret.SealedEntry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** A database that goes, stalls, is full, or is another's: what was answered is true. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PostgresOutageTest {
  private static final String BOX = box();

  private final PostgresCluster cluster = PostgresCluster.of();

  /** What does not get smaller where a database packs it. */
  private static String box() {
    Random random = new Random(7);
    StringBuilder box = new StringBuilder();
    for (int i = 0; i < 60_000; i++) {
      box.append((char) (' ' + random.nextInt(95)));
    }
    return box.toString();
  }

  @AfterAll
  void removeIt() {
    cluster.close();
  }

  private PostgresAddress database() {
    return PostgresDatabases.address(cluster, cluster.newDatabase());
  }

  private static PostgresStore open(PostgresAddress address) {
    return PostgresStore.open(address, "installation", NOW);
  }

  @Test
  void whileItIsStoppedAllIsRefusedAndAfterwardsAllGoesOn() {
    try (PostgresStore store = open(database())) {
      assertThat(refusal(store, "before")).isNull();
      cluster.stop("immediate");
      try {
        assertThat(refusal(store, "during")).isEqualTo(Reason.STORE_BUSY);
        assertThatThrownBy(() -> listed(store))
            .isInstanceOfSatisfying(
                RefusedException.class,
                refused -> {
                  assertThat(refused.reason()).isEqualTo(Reason.STORE_BUSY);
                  assertThat(refused.detail()).contains("does not answer").doesNotContain(secret());
                });
        await("it is told", () -> store.failure().contains("does not answer"));
      } finally {
        cluster.start();
      }
      await("it writes again", () -> refusal(store, "after") == null);
      await("that is told", () -> store.failure().isEmpty());
      assertThat(listed(store)).containsExactly("after", "before");
    }
  }

  /** A crash of the database in the middle of many writes, three times. */
  @Test
  void whatWasAnsweredOutlivesACrashAndNothingIsHalf() throws Exception {
    Set<String> answered = ConcurrentHashMap.newKeySet();
    Set<String> refused = ConcurrentHashMap.newKeySet();
    Set<Reason> reasons = ConcurrentHashMap.newKeySet();
    AtomicBoolean stop = new AtomicBoolean();
    try (PostgresStore store = open(database())) {
      List<Callable<Boolean>> writers = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        String writer = "w" + i + "-";
        writers.add(
            () -> {
              for (int n = 0; !stop.get(); n++) {
                String name = writer + n;
                Reason reason = refusal(store, name);
                if (reason == null) {
                  answered.add(name);
                } else {
                  reasons.add(reason);
                  if (reason != Reason.STORE_UNCERTAIN) {
                    refused.add(name);
                  }
                }
              }
              return true;
            });
      }
      try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<Boolean>> running = writers.stream().map(executor::submit).toList();
        for (int crash = 0; crash < 3; crash++) {
          awaitMore(answered);
          cluster.stop("immediate");
          cluster.start();
        }
        awaitMore(answered);
        stop.set(true);
        for (Future<Boolean> writer : running) {
          assertThat(writer.get()).isTrue();
        }
      }
      assertThat(reasons).isSubsetOf(Reason.STORE_BUSY, Reason.STORE_UNCERTAIN);
      List<String> there = listed(store);
      assertThat(there).containsAll(answered).noneMatch(refused::contains); // There may be none.
      for (String name : there) {
        List<SealedEntry> entries = store.read(tx -> tx.bundles().entries("id-of-" + name));
        assertThat(entries).hasSize(2);
      }
    }
  }

  private static void awaitMore(Set<String> answered) {
    int before = answered.size();
    await("many are written", () -> answered.size() > before + 200);
  }

  @Test
  void aCommitWhoseAnswerIsLostIsNeitherConfirmedNorDenied() throws Exception {
    PostgresAddress address = database();
    try (Proxy proxy = new Proxy(cluster.port());
        PostgresStore store = open(through(proxy, address))) {
      assertThat(refusal(store, "before")).isNull();
      proxy.mode(Proxy.Mode.LOSE_THE_ANSWER);
      assertThat(refusal(store, "done")).isEqualTo(Reason.STORE_UNCERTAIN);
      proxy.mode(Proxy.Mode.LOSE_THE_COMMIT);
      assertThat(refusal(store, "undone")).isEqualTo(Reason.STORE_UNCERTAIN);
      assertThat(proxy.lost()).isEqualTo(2);
      assertThat(refusal(store, "after")).isNull();
      assertThat(listed(store)).containsExactly("after", "before", "done");
    }
  }

  @Test
  void connectionsThatBreakAreMadeAnewAndNothingIsHalf() throws Exception {
    try (Proxy proxy = new Proxy(cluster.port());
        PostgresStore store = open(through(proxy, database()))) {
      List<String> written = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        String name = "b" + i;
        proxy.cut();
        Reason reason = refusal(store, name);
        if (reason == null) {
          written.add(name);
        } else {
          assertThat(reason).isEqualTo(Reason.STORE_BUSY);
          await("it writes again", () -> refusal(store, name) == null);
          written.add(name);
        }
        assertThat(listed(store)).containsExactlyElementsOf(written);
      }
      await("the database is held again", () -> store.failure().isEmpty());
    }
  }

  @Test
  void aDatabaseThatStallsIsWaitedForNotForEver() throws Exception {
    try (Proxy proxy = new Proxy(cluster.port());
        PostgresStore store = open(through(proxy, database()))) {
      assertThat(refusal(store, "before")).isNull();
      proxy.mode(Proxy.Mode.STALL);
      long began = System.nanoTime();
      assertThat(refusal(store, "during")).isIn(Reason.STORE_BUSY, Reason.STORE_UNCERTAIN);
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(40));
      await("it is told", () -> !store.failure().isEmpty());
      proxy.mode(Proxy.Mode.PASS);
      await("it writes again", () -> refusal(store, "after") == null);
      await("that is told", () -> store.failure().isEmpty());
      assertThat(listed(store)).contains("after", "before").doesNotContain("during");
    }
  }

  @Test
  void aLockThatIsNotToBeHadIsWaitedForNotForEver() throws Exception {
    PostgresAddress address = database();
    try (PostgresStore store = open(address);
        Connection other = address.source().getConnection();
        Statement statement = other.createStatement()) {
      assertThat(refusal(store, "before")).isNull();
      other.setAutoCommit(false);
      boolean _ = statement.execute("LOCK TABLE bundles");
      assertThat(refusal(store, "during")).isEqualTo(Reason.STORE_BUSY);
      other.rollback();
      assertThat(refusal(store, "after")).isNull();
      assertThat(listed(store)).containsExactly("after", "before");
    }
  }

  @Test
  void aFullDiskRefusesWritesAndServesReadsUntilThereIsRoom() throws Exception {
    Needs.root();
    Path disk = Files.createDirectory(cluster.directory().resolve("disk"));
    Object owner = Files.getAttribute(cluster.directory(), "unix:uid");
    String options = "size=24m,mode=700,uid=" + owner;
    Needs.that(
        Needs.works("mount", "-t", "tmpfs", "-o", options, "tmpfs", disk.toString()),
        "this test needs to mount a tmpfs");
    String name = cluster.newDatabase();
    try {
      var _ = cluster.sql("postgres", "CREATE TABLESPACE small LOCATION '" + disk + "'");
      var _ = cluster.sql("postgres", "ALTER DATABASE " + name + " SET TABLESPACE small");
      Path filler = Files.write(disk.resolve("filler"), new byte[8 << 20]);
      try (PostgresStore store = open(PostgresDatabases.address(cluster, name))) {
        int written = 0;
        while (refusal(store, "b" + written, BOX) == null) {
          assertThat(++written).as("it never gets full").isLessThan(1000);
        }
        assertThat(refusal(store, "more", BOX)).isEqualTo(Reason.STORE_FULL);
        assertThat(store.isFull()).isTrue();
        assertThat(store.failure()).as("a full disk is no failure").isEmpty();
        assertThat(store.<Boolean>write(_ -> true)).as("it needs no room").isTrue();
        assertThat(store.isFull()).isTrue();
        assertThat(listed(store)).hasSize(written);
        Files.delete(filler);
        assertThat(refusal(store, "after", BOX)).isNull();
        assertThat(store.isFull()).isFalse();
        assertThat(listed(store)).hasSize(written + 1);
      }
    } finally {
      var _ = cluster.sql("postgres", "DROP DATABASE " + name + " WITH (FORCE)");
      var _ = cluster.sql("postgres", "DROP TABLESPACE IF EXISTS small");
      assertThat(Needs.works("umount", disk.toString())).isTrue();
    }
  }

  private static PostgresAddress through(Proxy proxy, PostgresAddress address) {
    return address.at("127.0.0.1", proxy.port());
  }

  private String secret() {
    return cluster.password();
  }

  /** Writes a bundle of two entries; answers why it was refused, or null. */
  private static @Nullable Reason refusal(PostgresStore store, String name) {
    return refusal(store, name, "2");
  }

  private static @Nullable Reason refusal(PostgresStore store, String name, String box) {
    try {
      boolean done =
          store.write(
              tx -> {
                tx.bundles().insert(bundle(name), variables("A=1", "B=" + box));
                return true;
              });
      assertThat(done).isTrue();
      return null;
    } catch (RefusedException refused) {
      return refused.reason();
    }
  }

  private static List<String> listed(PostgresStore store) {
    return store.read(tx -> tx.bundles().list(WORKSPACE, "", 100_000)).stream()
        .map(summary -> summary.bundle().name().value())
        .toList();
  }

  private static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(40).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
