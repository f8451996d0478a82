package dev.satchel.core.store;

import dev.satchel.core.secret.Bundle;
import dev.satchel.core.secret.BundleName;
import dev.satchel.core.secret.Place;
import dev.satchel.core.secret.SealedEntry;
import dev.satchel.core.workload.Attempt;
import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.SecretUse;
import dev.satchel.core.workload.Workload;
import dev.satchel.core.workload.WorkloadSpec;
import dev.satchel.core.workload.WorkloadState;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rows that tests of stores write: the least that each can be. */
public final class Rows {
  public static final Instant NOW = Instant.parse("2026-03-04T05:06:07.890123Z");

  private Rows() {}

  /** A bundle of revision 1 in the default workspace, whose id is made of its name. */
  public static Bundle bundle(String name) {
    return bundle(StoreHost.WORKSPACE, "id-of-" + name, name, 1);
  }

  public static Bundle bundle(String workspace, String id, String name, long revision) {
    return new Bundle(
        id, workspace, new BundleName(name), revision, NOW, NOW.plusSeconds(revision));
  }

  /** Boxes that are no boxes: each holds the bytes of the text behind {@code NAME=}. */
  public static List<SealedEntry> variables(String... assignments) {
    return Arrays.stream(assignments)
        .map(assignment -> assignment.split("=", 2))
        .map(pair -> new SealedEntry(new Place.Env(pair[0]), bytes(pair[1])))
        .toList();
  }

  public static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** What a job of one command asks for, with these bundles. */
  public static WorkloadSpec spec(@Nullable String name, String... bundles) {
    List<SecretUse> uses =
        Arrays.stream(bundles)
            .map(bundle -> new SecretUse(new BundleName(bundle), null, List.of()))
            .toList();
    return new WorkloadSpec(
        name,
        List.of("true"),
        null,
        Map.of(),
        uses,
        "process",
        null,
        0,
        false,
        Map.of(),
        null,
        null);
  }

  /** A workload that is queued, made so many seconds after {@link #NOW}. */
  public static Workload workload(String id, long second) {
    return workload(id, spec(null), WorkloadState.QUEUED, second);
  }

  /** A workload, ended a minute after it was made where its state is a terminal one. */
  public static Workload workload(String id, WorkloadSpec spec, WorkloadState state, long second) {
    return workload(StoreHost.WORKSPACE, id, spec, state, second);
  }

  public static Workload workload(
      String workspace, String id, WorkloadSpec spec, WorkloadState state, long second) {
    Instant created = NOW.plusSeconds(second);
    return new Workload(
        id,
        workspace,
        spec,
        false,
        "tester",
        state,
        1,
        1,
        false,
        0,
        0,
        false,
        created,
        state.isTerminal() ? created.plusSeconds(60) : null,
        null);
  }

  /** The first attempt of a workload, in the state that it is in. */
  public static Attempt first(Workload workload) {
    return attempt(new AttemptId(workload.id(), 1), workload);
  }

  public static Attempt attempt(AttemptId id, Workload workload) {
    return new Attempt(
        id,
        workload.workspace(),
        workload.state(),
        workload.spec().env(),
        null,
        null,
        null,
        null,
        null,
        workload.createdAt(),
        null,
        null);
  }

  /** The same with one more retry. */
  static Workload retried(Workload w) {
    return new Workload(
        w.id(),
        w.workspace(),
        w.spec(),
        w.trusted(),
        w.submittedBy(),
        w.state(),
        w.current(),
        w.newest(),
        w.pending(),
        w.retriesUsed() + 1,
        w.recoveriesUsed(),
        w.terminateRequested(),
        w.createdAt(),
        w.endedAt(),
        w.nextTryAt());
  }

  /** The same after so many attempts. */
  public static Workload at(Workload w, int current, int newest) {
    return new Workload(
        w.id(),
        w.workspace(),
        w.spec(),
        w.trusted(),
        w.submittedBy(),
        w.state(),
        current,
        newest,
        w.pending(),
        w.retriesUsed(),
        w.recoveriesUsed(),
        w.terminateRequested(),
        w.createdAt(),
        w.endedAt(),
        w.nextTryAt());
  }

  /** The same with an exit code. */
  static Attempt exited(Attempt a, int exitCode) {
    return new Attempt(
        a.id(),
        a.workspace(),
        a.state(),
        a.env(),
        a.cause(),
        a.reason(),
        a.stopCause(),
        a.placedOn(),
        exitCode,
        a.createdAt(),
        a.startedAt(),
        a.endedAt());
  }
}
