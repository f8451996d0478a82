package dev.satchel.core.store;

import static dev.satchel.core.store.Rows.NOW;
import static dev.satchel.core.store.Rows.bundle;
import static dev.satchel.core.store.Rows.bytes;
import static dev.satchel.core.store.Rows.first;
import static dev.satchel.core.store.Rows.spec;
import static dev.satchel.core.store.Rows.workload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.application.ApplicationId;
import dev.satchel.core.credential.CredentialName;
import dev.satchel.core.credential.EngineAddress;
import dev.satchel.core.secret.BundleName;
import dev.satchel.core.secret.Place;
import dev.satchel.core.workload.Attempt;
import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.Cause;
import dev.satchel.core.workload.ContainerSpec;
import dev.satchel.core.workload.ContentPaths;
import dev.satchel.core.workload.EngineIdentity;
import dev.satchel.core.workload.JavaSpec;
import dev.satchel.core.workload.Lasting;
import dev.satchel.core.workload.OpenedBundle;
import dev.satchel.core.workload.Placement;
import dev.satchel.core.workload.Queuing;
import dev.satchel.core.workload.RunOrigin;
import dev.satchel.core.workload.RunSpec;
import dev.satchel.core.workload.SecretUse;
import dev.satchel.core.workload.Workload;
import dev.satchel.core.workload.WorkloadSpec;
import dev.satchel.core.workload.WorkloadState;
import dev.satchel.core.workload.WorkloadStore.Filter;
import dev.satchel.core.workload.WorkloadStore.Position;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every store keeps to about workloads and their attempts. */
interface WorkloadContract extends StoreHost {
  @Test
  default void aWorkloadOfEveryFieldComesBackAsItWasWritten() {
    Workload full = fullWorkload();
    Attempt attempt = fullAttempt(new AttemptId("w1", 1));
    write(tx -> tx.workloads().insert(full, attempt));
    Workload found = read(tx -> tx.workloads().find("w1")).orElseThrow();
    assertThat(found).isEqualTo(full);
    assertThat(found.spec().env().keySet())
        .as("in the order they were given")
        .containsExactly("Z", "A", "EMPTY", "M");
    Attempt foundAttempt = read(tx -> tx.workloads().attempt(attempt.id())).orElseThrow();
    assertThat(foundAttempt).isEqualTo(attempt);
    assertThat(foundAttempt.env().keySet()).containsExactly("Z", "A", "EMPTY", "M");
  }

  @Test
  default void aRunComesBackAsItWasWritten() {
    RunSpec run =
        new RunSpec(
            new ApplicationId("seed"),
            "instance",
            "version",
            "name",
            "description",
            "class",
            "runtime",
            "multi-file",
            "csv-archive",
            "sub",
            Map.of("duration", "2"),
            "collection",
            new ContentPaths("in", "out", "s.json", "m.json", "a.json"),
            new RunOrigin(true, "input-1", "w1w1w1w1w1w1"),
            new Queuing(3, true));
    WorkloadSpec plain = spec("seed");
    WorkloadSpec spec =
        new WorkloadSpec(
            "seed",
            plain.command(),
            null,
            Map.of(),
            List.of(),
            "process",
            null,
            0,
            false,
            Map.of(),
            null,
            null,
            run,
            List.of());
    Workload written = Rows.workload("w1", spec, WorkloadState.COMPLETED, 0);
    write(tx -> tx.workloads().insert(written, Rows.attempt(new AttemptId("w1", 1), written)));
    assertThat(one(tx -> tx.workloads().find("w1"))).contains(written);
    write(
        tx ->
            tx.workloads()
                .insert(
                    workload("w2", 1), Rows.attempt(new AttemptId("w2", 1), workload("w2", 1))));
    for (boolean served : new boolean[] {false, true}) {
      JavaSpec java = new JavaSpec(List.of("ab".repeat(32)), "Main", List.of("-Xmx1g"), 21, served);
      Workload called =
          Rows.workload(
              served ? "w4" : "w3",
              workload("w2", 1).spec().withJava(List.of("java"), java),
              WorkloadState.QUEUED,
              2);
      write(
          tx -> tx.workloads().insert(called, Rows.attempt(new AttemptId(called.id(), 1), called)));
      assertThat(one(tx -> tx.workloads().find(called.id()))).contains(called);
    }
    for (Lasting lasting : Lasting.values()) {
      String id = lasting.word();
      Workload stays =
          Rows.workload(id, workload("w2", 1).spec().withLasting(lasting), WorkloadState.QUEUED, 3);
      write(tx -> tx.workloads().insert(stays, Rows.attempt(new AttemptId(id, 1), stays)));
      assertThat(one(tx -> tx.workloads().find(id))).contains(stays);
    }
    for (String kind : WorkloadSpec.KINDS) {
      assertThat(
              many(
                  tx -> tx.workloads().list(new Filter(WORKSPACE, List.of(), kind, null, null, 9))))
          .extracting(listed -> listed.workload().spec().kind())
          .containsExactly(kind);
    }
  }

  @Test
  default void whatWasPlacedAndHasNotEndedIsFoundByItsAddress() {
    EngineAddress address = new EngineAddress("ssh://me@gpu.test");
    Placement there = new Placement(new EngineIdentity("m", "b"), "container", address);
    Placement here = new Placement(new EngineIdentity("m", "b"), "container", null);
    for (int number = 1; number <= 4; number++) {
      Workload workload = workload("w" + number, number);
      Attempt first = first(workload);
      write(tx -> tx.workloads().insert(workload, first));
    }
    place("w1", there, WorkloadState.RUNNING, null);
    place("w2", here, WorkloadState.RUNNING, null);
    place("w3", there, WorkloadState.FAILED, NOW);
    assertThat(many(tx -> tx.workloads().placedAt(WORKSPACE, address)))
        .containsExactly(new AttemptId("w1", 1));
    assertThat(many(tx -> tx.workloads().placedAt("other", address))).isEmpty();
    assertThat(many(tx -> tx.workloads().placed(WORKSPACE)))
        .extracting(it -> it.attempt().id().workload(), it -> it.engine())
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("w1", "process"),
            org.assertj.core.groups.Tuple.tuple("w2", "process"));
    assertThat(many(tx -> tx.workloads().placed(WORKSPACE)).getFirst().attempt().placedOn())
        .isEqualTo(there);
  }

  private void place(String workload, Placement at, WorkloadState state, @Nullable Instant end) {
    Attempt attempt = one(tx -> tx.workloads().attempt(new AttemptId(workload, 1))).orElseThrow();
    write(
        tx ->
            tx.workloads()
                .update(
                    new Attempt(
                        attempt.id(),
                        WORKSPACE,
                        state,
                        Map.of(),
                        null,
                        null,
                        null,
                        at,
                        null,
                        NOW,
                        NOW,
                        end)));
  }

  @Test
  default void aWorkloadOfTheLeastFieldsComesBackAsItWasWritten() {
    Workload least = workload("w1", 0);
    write(tx -> tx.workloads().insert(least, first(least)));
    assertThat(one(tx -> tx.workloads().find("w1"))).contains(least);
    assertThat(one(tx -> tx.workloads().attempt(new AttemptId("w1", 1)))).contains(first(least));
    assertThat(one(tx -> tx.workloads().find("w2"))).isEmpty();
    assertThat(one(tx -> tx.workloads().attempt(new AttemptId("w1", 2)))).isEmpty();
  }

  @Test
  default void anUpdateKeepsEveryFieldThatCanChange() {
    Workload before = workload("w1", 0);
    write(tx -> tx.workloads().insert(before, first(before)));
    Workload after =
        new Workload(
            "w1",
            WORKSPACE,
            before.spec(),
            before.trusted(),
            before.submittedBy(),
            WorkloadState.RETRYING,
            2,
            3,
            true,
            4,
            5,
            true,
            before.createdAt(),
            NOW.plusSeconds(6),
            NOW.plusSeconds(7));
    Attempt ended = fullAttempt(new AttemptId("w1", 1));
    Attempt attempt =
        new Attempt(
            ended.id(),
            WORKSPACE,
            ended.state(),
            Map.of(),
            ended.cause(),
            ended.reason(),
            ended.stopCause(),
            ended.placedOn(),
            ended.exitCode(),
            before.createdAt(),
            ended.startedAt(),
            ended.endedAt());
    write(tx -> tx.workloads().update(after));
    write(tx -> tx.workloads().update(attempt));
    assertThat(one(tx -> tx.workloads().find("w1"))).contains(after);
    assertThat(one(tx -> tx.workloads().attempt(attempt.id()))).contains(attempt);
    write(tx -> tx.workloads().update(before));
    write(tx -> tx.workloads().update(first(before)));
    assertThat(one(tx -> tx.workloads().find("w1"))).as("and back to null").contains(before);
    assertThat(one(tx -> tx.workloads().attempt(attempt.id()))).contains(first(before));
  }

  @Test
  default void attemptsAreListedNewestFirst() {
    Workload workload = insert("w1", null, WorkloadState.QUEUED, 0);
    insert("w2", null, WorkloadState.QUEUED, 0);
    for (int number = 2; number <= 11; number++) {
      Attempt next = Rows.attempt(new AttemptId("w1", number), workload);
      write(tx -> tx.workloads().insertAttempt(next));
    }
    assertThat(many(tx -> tx.workloads().attempts("w1", 3)))
        .extracting(attempt -> attempt.id().toString())
        .containsExactly("w1-11", "w1-10", "w1-9");
    assertThat(many(tx -> tx.workloads().attempts("w1", 100))).hasSize(11);
  }

  @Test
  default void anAttemptIsMadeOnceAndOnlyOfAWorkload() {
    Workload workload = insert("w1", null, WorkloadState.QUEUED, 0);
    Attempt again = Rows.attempt(new AttemptId("w1", 1), workload);
    Attempt ofNone = Rows.attempt(new AttemptId("none", 1), workload);
    assertThatThrownBy(() -> write(tx -> tx.workloads().insertAttempt(again)))
        .isInstanceOf(RuntimeException.class);
    assertThatThrownBy(() -> write(tx -> tx.workloads().insertAttempt(ofNone)))
        .isInstanceOf(RuntimeException.class);
  }

  @Test
  default void whatAnAttemptOpenedIsKeptAndItsBoxesInOrderUntilErased() {
    insert("w1", null, WorkloadState.STARTING, 0);
    AttemptId id = new AttemptId("w1", 1);
    List<OpenedBundle> bundles =
        List.of(new OpenedBundle("b", "id-b", 7), new OpenedBundle("a", "id-a", Long.MAX_VALUE));
    List<byte[]> boxes = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      boxes.add(bytes("box " + i));
    }
    write(tx -> tx.workloads().opened(id, bundles, boxes));
    assertThat(many(tx -> tx.workloads().openedBundles(id)))
        .containsExactlyInAnyOrderElementsOf(bundles);
    assertThat(many(tx -> tx.workloads().boxes(id))).containsExactlyElementsOf(boxes);
    write(tx -> tx.workloads().eraseBoxes(id));
    assertThat(many(tx -> tx.workloads().boxes(id))).isEmpty();
    assertThat(many(tx -> tx.workloads().openedBundles(id)))
        .as("which revisions it had stays known")
        .hasSize(2);
    assertThat(many(tx -> tx.workloads().boxes(new AttemptId("w1", 2)))).isEmpty();
  }

  @Test
  default void theLiveOnesAreThoseThatHaveNotEndedOldestFirst() {
    insert("w3", null, WorkloadState.RETRYING, 3);
    insert("w1", null, WorkloadState.RUNNING, 1);
    insert("w2", null, WorkloadState.COMPLETED, 2);
    insert("w0", null, WorkloadState.QUEUED, 4);
    assertThat(many(tx -> tx.workloads().live())).containsExactly("w1", "w3", "w0");
    int count = read(tx -> tx.workloads().liveCount());
    assertThat(count).isEqualTo(3);
  }

  @Test
  default void staleAreThoseWhoseCurrentAttemptHasAnotherRevision() {
    holding("older", "id-of-db", 1, WorkloadState.RUNNING);
    holding("same", "id-of-db", 2, WorkloadState.RUNNING);
    holding("another-bundle", "id-before", 2, WorkloadState.RUNNING);
    holding("ended", "id-of-db", 1, WorkloadState.COMPLETED);
    insert("nothing-opened", null, WorkloadState.RUNNING, 0);
    write(tx -> tx.holds().hold(WORKSPACE, List.of(new BundleName("db")), "nothing-opened"));
    var current = bundle(WORKSPACE, "id-of-db", "db", 2);
    assertThat(many(tx -> tx.workloads().stale(current, 10)))
        .containsExactly("another-bundle", "older");
    assertThat(many(tx -> tx.workloads().stale(current, 1))).containsExactly("another-bundle");
  }

  @Test
  default void staleAsksTheCurrentAttemptAndNoEarlierOne() {
    Workload before = holding("w1", "id-of-db", 1, WorkloadState.RUNNING);
    AttemptId second = new AttemptId("w1", 2);
    var current = bundle(WORKSPACE, "id-of-db", "db", 2);
    write(
        tx -> {
          tx.workloads().insertAttempt(Rows.attempt(second, before));
          tx.workloads().opened(second, List.of(new OpenedBundle("db", "id-of-db", 2)), List.of());
        });
    assertThat(many(tx -> tx.workloads().stale(current, 10))).containsExactly("w1");
    write(tx -> tx.workloads().update(onAttempt(before, 2)));
    assertThat(many(tx -> tx.workloads().stale(current, 10))).isEmpty();
  }

  @Test
  default void aListIsNewestFirstWithEachCurrentAttempt() {
    insert("w1", "train", WorkloadState.RUNNING, 1);
    Workload resubmitted = insert("w2", "train", WorkloadState.RUNNING, 2);
    AttemptId second = new AttemptId("w2", 2);
    write(
        tx -> {
          tx.workloads().insertAttempt(Rows.attempt(second, resubmitted));
          tx.workloads().update(onAttempt(resubmitted, 2));
        });
    var listed = read(tx -> tx.workloads().list(filter(List.of(), null, null, 10)));
    assertThat(listed)
        .extracting(one -> one.attempt().id().toString())
        .containsExactly("w2-2", "w1-1");
    assertThat(listed.getFirst().workload()).isEqualTo(onAttempt(resubmitted, 2));
  }

  @Test
  default void aListIsFilteredByStateNameAndWorkspace() {
    insert("w1", "train", WorkloadState.RUNNING, 1);
    insert("w2", "eval", WorkloadState.RUNNING, 2);
    insert("w3", "train", WorkloadState.COMPLETED, 3);
    insert("w4", null, WorkloadState.ERRORED, 4);
    Workload elsewhere = workload(otherWorkspace(), "w5", spec("train"), WorkloadState.RUNNING, 5);
    write(tx -> tx.workloads().insert(elsewhere, first(elsewhere)));
    assertThat(ids(filter(List.of(), null, null, 10))).containsExactly("w4", "w3", "w2", "w1");
    assertThat(ids(filter(List.of(WorkloadState.RUNNING), null, null, 10)))
        .containsExactly("w2", "w1");
    assertThat(ids(filter(List.of(WorkloadState.COMPLETED, WorkloadState.ERRORED), null, null, 10)))
        .containsExactly("w4", "w3");
    assertThat(ids(filter(List.of(), "train", null, 10))).containsExactly("w3", "w1");
    assertThat(ids(filter(List.of(WorkloadState.RUNNING), "train", null, 10)))
        .containsExactly("w1");
    assertThat(ids(filter(List.of(WorkloadState.QUEUED), null, null, 10))).isEmpty();
  }

  @Test
  default void aListInPagesMissesNoneWhereTimesAreEqual() {
    for (String id : List.of("w5", "w1", "w3", "w2", "w4")) {
      insert(id, null, WorkloadState.QUEUED, id.equals("w4") ? 1 : 0);
    }
    List<String> seen = new ArrayList<>();
    Position before = null;
    for (int page = 0; page < 3; page++) {
      Position from = before;
      var listed = read(tx -> tx.workloads().list(filter(List.of(), null, from, 2)));
      listed.forEach(one -> seen.add(one.workload().id()));
      Workload last = listed.getLast().workload();
      before = new Position(last.createdAt(), last.id());
    }
    assertThat(seen).containsExactly("w4", "w5", "w3", "w2", "w1");
    assertThat(ids(filter(List.of(), null, before, 2))).isEmpty();
  }

  @Test
  default void endedBeforeSaysWhichMayBeSwept() {
    insert("w1", null, WorkloadState.COMPLETED, 0); // Ended at 60.
    insert("w2", null, WorkloadState.FAILED, 10); // Ended at 70.
    insert("w3", null, WorkloadState.RUNNING, 0);
    assertThat(endedBefore(60, 10)).isEmpty();
    assertThat(endedBefore(61, 10)).containsExactly("w1");
    assertThat(endedBefore(1000, 10)).containsExactly("w1", "w2");
    assertThat(endedBefore(1000, 1)).containsExactly("w1");
  }

  @Test
  default void aRemovedWorkloadLeavesNothingAndItsNeighbourEverything() {
    holding("w1", "id-of-db", 1, WorkloadState.RUNNING);
    holding("w2", "id-of-db", 1, WorkloadState.RUNNING);
    write(tx -> tx.workloads().remove(List.of("w1", "none")));
    AttemptId gone = new AttemptId("w1", 1);
    AttemptId kept = new AttemptId("w2", 1);
    assertThat(one(tx -> tx.workloads().find("w1"))).isEmpty();
    assertThat(one(tx -> tx.workloads().attempt(gone))).isEmpty();
    assertThat(many(tx -> tx.workloads().attempts("w1", 10))).isEmpty();
    assertThat(many(tx -> tx.workloads().openedBundles(gone))).isEmpty();
    assertThat(many(tx -> tx.workloads().boxes(gone))).isEmpty();
    assertThat(many(tx -> tx.holds().holders(WORKSPACE, new BundleName("db"), 10)))
        .containsExactly("w2");
    assertThat(one(tx -> tx.workloads().attempt(kept))).isPresent();
    assertThat(many(tx -> tx.workloads().openedBundles(kept))).hasSize(1);
    assertThat(many(tx -> tx.workloads().boxes(kept))).hasSize(1);
  }

  private static Filter filter(
      List<WorkloadState> states, @Nullable String name, @Nullable Position before, int limit) {
    return new Filter(WORKSPACE, states, null, name, before, limit);
  }

  private List<String> ids(Filter filter) {
    return read(tx -> tx.workloads().list(filter)).stream()
        .map(one -> one.workload().id())
        .toList();
  }

  private List<String> endedBefore(long second, int limit) {
    return read(tx -> tx.workloads().endedBefore(NOW.plusSeconds(second), limit));
  }

  private Workload insert(String id, @Nullable String name, WorkloadState state, long second) {
    Workload workload = workload(id, spec(name), state, second);
    write(tx -> tx.workloads().insert(workload, first(workload)));
    return workload;
  }

  /** A workload that holds the bundle "db" and opened it at a revision. */
  private Workload holding(String id, String bundleId, long revision, WorkloadState state) {
    Workload workload = workload(id, spec(null, "db"), state, 0);
    write(
        tx -> {
          tx.workloads().insert(workload, first(workload));
          tx.holds().hold(WORKSPACE, workload.spec().bundleNames(), id);
          tx.workloads()
              .opened(
                  new AttemptId(id, 1),
                  List.of(new OpenedBundle("db", bundleId, revision)),
                  List.of(bytes("box")));
        });
    return workload;
  }

  private static Workload onAttempt(Workload w, int number) {
    return new Workload(
        w.id(),
        w.workspace(),
        w.spec(),
        w.trusted(),
        w.submittedBy(),
        w.state(),
        number,
        number,
        false,
        0,
        0,
        false,
        w.createdAt(),
        null,
        null);
  }

  private static Map<String, String> awkwardEnv() {
    Map<String, String> env = new LinkedHashMap<>();
    env.put("Z", "zażółć 🔑 \"quoted\" \\ \n\t");
    env.put("A", "a=b=c");
    env.put("EMPTY", "");
    env.put("M", "null");
    return env;
  }

  private static Workload fullWorkload() {
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put("vm_type", "g6e.xlarge");
    labels.put("gpu", "h100:8");
    WorkloadSpec spec =
        new WorkloadSpec(
            "train",
            List.of("sh", "-c", "echo \"$A\" '日本'\n", ""),
            "/srv/ä b",
            awkwardEnv(),
            List.of(
                new SecretUse(new BundleName("hf"), null, List.of("TOKEN", "OTHER")),
                new SecretUse(new BundleName("db"), new Place.Env("DB_PASS"), List.of()),
                new SecretUse(new BundleName("lic"), new Place.File("solver.lic"), List.of())),
            "process",
            Duration.ofHours(1),
            2,
            true,
            labels,
            new CredentialName("my-aws"),
            new ContainerSpec(
                "ghcr.io/me/train:latest",
                "1000:1000",
                new BigDecimal("1.5"),
                8192,
                "h100:8",
                List.of(8080, 9090)));
    return new Workload(
        "w1",
        WORKSPACE,
        spec,
        true,
        "büro",
        WorkloadState.ERRORED,
        3,
        4,
        true,
        1,
        2,
        true,
        NOW,
        NOW.plusNanos(1000),
        NOW.plusSeconds(9));
  }

  private static Attempt fullAttempt(AttemptId id) {
    return new Attempt(
        id,
        WORKSPACE,
        WorkloadState.ERRORED,
        awkwardEnv(),
        Cause.EXIT_CODE,
        "Its job exited with 0 — or not.",
        Cause.TIMEOUT,
        new Placement(
            new EngineIdentity("machine", "boot"),
            "bubblewrap",
            new EngineAddress("unix:///run/gpu.sock")),
        0,
        NOW,
        NOW.plusSeconds(1),
        NOW.plusSeconds(2));
  }
}
