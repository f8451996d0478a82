package dev.satchel.server.store;

import static dev.satchel.core.store.Rows.NOW;
import static dev.satchel.core.store.Rows.bundle;
import static dev.satchel.core.store.Rows.variables;
import static dev.satchel.core.store.StoreHost.WORKSPACE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteException;

/** What many writes at once share, and what they do not. */
@Timeout(60)
final class GroupCommitTest {
  private final Path file;
  private final SqliteStore store;
  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch gate = new CountDownLatch(1);

  GroupCommitTest(@TempDir Path directory) {
    file = directory.resolve("satchel.db");
    store = SqliteStore.open(file, "installation", NOW);
  }

  @AfterEach
  void close() {
    gate.countDown();
    callers.close();
    store.close();
  }

  @Test
  void manyWritesThatWaitShareOneCommit() throws Exception {
    holdTheWriter();
    List<Future<Boolean>> writes = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      writes.add(insertLater("b" + i));
    }
    awaitQueued(64);
    long before = commits();
    gate.countDown();
    for (Future<Boolean> write : writes) {
      assertThat(write.get()).isTrue();
    }
    assertThat(listed()).hasSize(64);
    assertThat(commits() - before).as("one shared by all that waited").isEqualTo(1);
  }

  @Test
  void aFailingWriteLeavesTheOthersOfItsCommitAlone() throws Exception {
    insert("taken");
    holdTheWriter();
    Future<Boolean> first = insertLater("first");
    Future<Boolean> refused =
        callers.submit(
            () ->
                store.write(
                    tx -> {
                      tx.bundles().insert(bundle("refused"), variables("A=1"));
                      throw new RefusedException(Reason.SECRET_EXISTS, "No.");
                    }));
    Future<Boolean> broken = insertLater("taken");
    Future<Boolean> last = insertLater("last");
    awaitQueued(4);
    long before = commits();
    gate.countDown();
    assertThat(first.get()).isTrue();
    assertThat(last.get()).isTrue();
    assertThat(reason(refused)).isEqualTo(Reason.SECRET_EXISTS);
    assertThatThrownBy(broken::get)
        .isInstanceOf(ExecutionException.class)
        .hasRootCauseInstanceOf(SQLiteException.class);
    assertThat(listed()).containsExactlyInAnyOrder("taken", "first", "last");
    assertThat(commits() - before).as("they shared one commit").isEqualTo(1);
  }

  @Test
  void nobodyIsAnsweredBeforeTheCommit() throws Exception {
    CountDownLatch ran = new CountDownLatch(1);
    CountDownLatch second = new CountDownLatch(1);
    holdTheWriter();
    Future<Boolean> write =
        callers.submit(
            () ->
                store.write(
                    tx -> {
                      tx.bundles().insert(bundle("a"), variables("A=1"));
                      ran.countDown();
                      return true;
                    }));
    awaitQueued(1);
    Future<Boolean> behind =
        callers.submit(
            () ->
                store.write(
                    _ -> {
                      await(second);
                      return true;
                    }));
    awaitQueued(2);
    gate.countDown();
    await(ran);
    assertThatThrownBy(() -> write.get(100, TimeUnit.MILLISECONDS))
        .as("its neighbour still runs in the same transaction")
        .isInstanceOf(TimeoutException.class);
    assertThat(listed()).isEmpty();
    second.countDown();
    assertThat(write.get()).isTrue();
    assertThat(behind.get()).isTrue();
    assertThat(listed()).containsExactly("a");
  }

  @Test
  void whatDoesNotFitTheQueueIsRefusedAsBusyAndNothingElseIs() throws Exception {
    holdTheWriter();
    List<Future<Boolean>> writes = new ArrayList<>();
    for (int i = 0; i < GroupCommitWriter.QUEUE_MAX; i++) {
      writes.add(callers.submit(() -> store.write(_ -> true)));
    }
    awaitQueued(GroupCommitWriter.QUEUE_MAX);
    assertThatThrownBy(() -> insert("late"))
        .isInstanceOfSatisfying(
            RefusedException.class,
            refused -> assertThat(refused.reason()).isEqualTo(Reason.STORE_BUSY));
    assertThat(listed()).as("reads go on").isEmpty();
    gate.countDown();
    for (Future<Boolean> write : writes) {
      assertThat(write.get()).isTrue();
    }
    insert("after");
    assertThat(listed()).containsExactly("after");
  }

  @Test
  void closeFinishesTheWritesThatWaitAndTakesNoMore() throws Exception {
    holdTheWriter();
    List<Future<Boolean>> writes = new ArrayList<>();
    for (int i = 0; i < 200; i++) { // More than one batch.
      writes.add(insertLater("b" + i));
    }
    awaitQueued(200);
    Future<?> closing = callers.submit(store::close);
    while (!refusesAsStopping()) {
      Thread.onSpinWait();
    }
    gate.countDown();
    closing.get();
    for (Future<Boolean> write : writes) {
      assertThat(write.get()).isTrue();
    }
    assertThat(Raw.rows(file, "SELECT count(*) FROM bundles")).containsExactly("200");
    assertThat(Files.exists(file.resolveSibling("satchel.db-wal")))
        .as("all of it is in the database itself")
        .isFalse();
  }

  private boolean refusesAsStopping() {
    try {
      callers.submit(() -> store.write(_ -> true)).get(1, TimeUnit.MILLISECONDS);
      return false;
    } catch (ExecutionException e) {
      return e.getCause() instanceof RefusedException refused
          && refused.reason() == Reason.STORE_BUSY;
    } catch (TimeoutException e) {
      return false; // It was queued.
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Keeps the writer in a unit of work until the gate opens. */
  private void holdTheWriter() {
    CountDownLatch held = new CountDownLatch(1);
    var _ =
        callers.submit(
            () ->
                store.write(
                    _ -> {
                      held.countDown();
                      await(gate);
                      return true;
                    }));
    await(held);
  }

  private void awaitQueued(int writes) {
    while (store.queued() < writes) { // The class has a time limit.
      Thread.onSpinWait();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private Future<Boolean> insertLater(String name) {
    return callers.submit(() -> insert(name));
  }

  private boolean insert(String name) {
    return store.write(
        tx -> {
          tx.bundles().insert(bundle(name), variables("A=1"));
          return true;
        });
  }

  private List<String> listed() {
    return store.read(tx -> tx.bundles().list(WORKSPACE, "", 1000)).stream()
        .map(summary -> summary.bundle().name().value())
        .toList();
  }

  /** The commits in the write-ahead log: frames that name the database's size after them. */
  private long commits() throws IOException {
    ByteBuffer wal = ByteBuffer.wrap(Files.readAllBytes(file.resolveSibling("satchel.db-wal")));
    int frameBytes = 24 + wal.getInt(8); // A header and a page.
    long commits = 0;
    for (int at = 32; at + frameBytes <= wal.limit(); at += frameBytes) {
      commits += wal.getInt(at + 4) == 0 ? 0 : 1;
    }
    return commits;
  }

  private static Reason reason(Future<?> answer) throws InterruptedException {
    try {
      throw new AssertionError("not refused: " + answer.get());
    } catch (ExecutionException e) {
      return ((RefusedException) Objects.requireNonNull(e.getCause())).reason();
    }
  }
}
