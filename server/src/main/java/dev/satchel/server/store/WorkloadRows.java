package dev.satchel.server.store;

import static java.util.Collections.nCopies;

import dev.satchel.core.credential.EngineAddress;
import dev.satchel.core.secret.Bundle;
import dev.satchel.core.workload.Attempt;
import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.Cause;
import dev.satchel.core.workload.EngineIdentity;
import dev.satchel.core.workload.OpenedBundle;
import dev.satchel.core.workload.Placement;
import dev.satchel.core.workload.Workload;
import dev.satchel.core.workload.WorkloadState;
import dev.satchel.core.workload.WorkloadStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Workloads and attempts as rows. */
final class WorkloadRows implements WorkloadStore {
  private static final String WORKLOAD =
      """
      w.id, w.workspace, w.spec, w.trusted, w.submitted_by, w.state, w.current_attempt,
      w.newest_attempt, w.pending, w.retries_used, w.recoveries_used, w.terminate_requested,
      w.created_at, w.ended_at, w.next_try_at""";
  private static final int WORKLOAD_COLUMNS = 15;
  private static final String ATTEMPT =
      """
      a.workload_id, a.number, a.workspace, a.state, a.env, a.cause, a.reason, a.stop_cause, a.host,
      a.host_life, a.isolation, a.address, a.exit_code, a.created_at, a.started_at, a.ended_at""";

  private final Sql sql;

  WorkloadRows(Sql sql) {
    this.sql = sql;
  }

  @Override
  public void insert(Workload workload, Attempt first) {
    sql.run(
        """
        INSERT INTO workloads (id, workspace, kind, name, spec, trusted, submitted_by, state,
          current_attempt, newest_attempt, pending, retries_used, recoveries_used,
          terminate_requested, created_at, ended_at, next_try_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        workload.id(),
        workload.workspace(),
        workload.spec().kind(),
        workload.spec().name(),
        SpecJson.write(workload.spec()),
        workload.trusted() ? 1 : 0,
        workload.submittedBy(),
        workload.state().word(),
        workload.current(),
        workload.newest(),
        workload.pending() ? 1 : 0,
        workload.retriesUsed(),
        workload.recoveriesUsed(),
        workload.terminateRequested() ? 1 : 0,
        Times.micros(workload.createdAt()),
        Times.microsOrNull(workload.endedAt()),
        Times.microsOrNull(workload.nextTryAt()));
    insertAttempt(first);
  }

  @Override
  public void insertAttempt(Attempt attempt) {
    sql.run(
        """
        INSERT INTO attempts (workload_id, number, workspace, state, env, cause, reason, stop_cause,
          host, host_life, isolation, address, exit_code, created_at, started_at, ended_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        attempt.id().workload(),
        attempt.id().number(),
        attempt.workspace(),
        attempt.state().word(),
        SpecJson.writeMap(attempt.env()),
        nameOrNull(attempt.cause()),
        attempt.reason(),
        nameOrNull(attempt.stopCause()),
        hostOrNull(attempt.placedOn()),
        lifeOrNull(attempt.placedOn()),
        isolationOrNull(attempt.placedOn()),
        addressOrNull(attempt.placedOn()),
        attempt.exitCode(),
        Times.micros(attempt.createdAt()),
        Times.microsOrNull(attempt.startedAt()),
        Times.microsOrNull(attempt.endedAt()));
  }

  @Override
  public Optional<Workload> find(String id) {
    String query = "SELECT " + WORKLOAD + " FROM workloads w WHERE w.id = ?";
    return sql.first(sql.dialect().held(query, "w"), row -> workload(row), id);
  }

  @Override
  public Optional<Attempt> attempt(AttemptId id) {
    String query =
        "SELECT "
            + ATTEMPT
            + " FROM workloads w JOIN attempts a ON a.workload_id = w.id"
            + " WHERE a.workload_id = ? AND a.number = ?";
    return sql.first(
        sql.dialect().held(query, "w, a"), row -> attempt(row, 0), id.workload(), id.number());
  }

  @Override
  public List<Attempt> attempts(String workloadId, int limit) {
    return sql.list(
        "SELECT "
            + ATTEMPT
            + " FROM attempts a WHERE a.workload_id = ? ORDER BY a.number DESC LIMIT ?",
        row -> attempt(row, 0),
        workloadId,
        limit);
  }

  @Override
  public void update(Workload workload) {
    sql.run(
        """
        UPDATE workloads SET state = ?, current_attempt = ?, newest_attempt = ?, pending = ?,
          retries_used = ?, recoveries_used = ?, terminate_requested = ?, ended_at = ?,
          next_try_at = ?
        WHERE id = ?
        """,
        workload.state().word(),
        workload.current(),
        workload.newest(),
        workload.pending() ? 1 : 0,
        workload.retriesUsed(),
        workload.recoveriesUsed(),
        workload.terminateRequested() ? 1 : 0,
        Times.microsOrNull(workload.endedAt()),
        Times.microsOrNull(workload.nextTryAt()),
        workload.id());
  }

  @Override
  public void update(Attempt attempt) {
    sql.run(
        """
        UPDATE attempts SET state = ?, cause = ?, reason = ?, stop_cause = ?, host = ?,
          host_life = ?, isolation = ?, address = ?, exit_code = ?, started_at = ?, ended_at = ?
        WHERE workload_id = ? AND number = ?
        """,
        attempt.state().word(),
        nameOrNull(attempt.cause()),
        attempt.reason(),
        nameOrNull(attempt.stopCause()),
        hostOrNull(attempt.placedOn()),
        lifeOrNull(attempt.placedOn()),
        isolationOrNull(attempt.placedOn()),
        addressOrNull(attempt.placedOn()),
        attempt.exitCode(),
        Times.microsOrNull(attempt.startedAt()),
        Times.microsOrNull(attempt.endedAt()),
        attempt.id().workload(),
        attempt.id().number());
  }

  @Override
  public void opened(AttemptId id, List<OpenedBundle> bundles, List<byte[]> boxes) {
    List<Object[]> rows = new ArrayList<>();
    for (OpenedBundle bundle : bundles) {
      rows.add(
          new Object[] {
            id.workload(), id.number(), bundle.name(), bundle.bundleId(), bundle.revision()
          });
    }
    sql.runEach(
        """
        INSERT INTO attempt_bundles (workload_id, number, name, bundle_id, revision)
        VALUES (?, ?, ?, ?, ?)
        """,
        rows);
    rows.clear();
    for (int i = 0; i < boxes.size(); i++) {
      rows.add(new Object[] {id.workload(), id.number(), i, boxes.get(i)});
    }
    sql.runEach(
        """
        INSERT INTO attempt_boxes (workload_id, number, position, box)
        VALUES (?, ?, ?, ?)
        """,
        rows);
  }

  @Override
  public List<OpenedBundle> openedBundles(AttemptId id) {
    return sql.list(
        """
        SELECT name, bundle_id, revision FROM attempt_bundles
        WHERE workload_id = ? AND number = ? ORDER BY name
        """,
        row -> new OpenedBundle(row.getString(1), row.getString(2), row.getLong(3)),
        id.workload(),
        id.number());
  }

  @Override
  public List<byte[]> boxes(AttemptId id) {
    return sql.list(
        """
        SELECT box FROM attempt_boxes
        WHERE workload_id = ? AND number = ? ORDER BY position
        """,
        row -> row.getBytes(1),
        id.workload(),
        id.number());
  }

  @Override
  public void eraseBoxes(AttemptId id) {
    sql.run(
        "DELETE FROM attempt_boxes WHERE workload_id = ? AND number = ?",
        id.workload(),
        id.number());
  }

  @Override
  public List<String> live() {
    return sql.list(
        "SELECT id FROM workloads WHERE ended_at IS NULL ORDER BY created_at",
        row -> row.getString(1));
  }

  @Override
  public int liveCount() {
    return sql.first("SELECT count(*) FROM workloads WHERE ended_at IS NULL", row -> row.getInt(1))
        .orElseThrow();
  }

  @Override
  public List<AttemptId> placedAt(String workspace, EngineAddress address) {
    return sql.list(
        """
        SELECT a.workload_id, a.number FROM workloads w JOIN attempts a ON a.workload_id = w.id
        WHERE w.ended_at IS NULL AND w.workspace = ? AND a.ended_at IS NULL AND a.address = ?
        """,
        row -> new AttemptId(row.getString(1), row.getInt(2)),
        workspace,
        address.value());
  }

  @Override
  public List<Placed> placed(String workspace) {
    return sql.list(
        "SELECT w.spec, "
            + ATTEMPT
            + """
               FROM workloads w JOIN attempts a ON a.workload_id = w.id
              WHERE w.ended_at IS NULL AND w.workspace = ? AND a.ended_at IS NULL
                AND a.host IS NOT NULL ORDER BY w.created_at, w.id, a.number
              """,
        row -> new Placed(attempt(row, 1), SpecJson.read(row.getString(1)).engine()),
        workspace);
  }

  @Override
  public List<String> stale(Bundle bundle, int limit) {
    return sql.list(
        """
            SELECT w.id FROM holds h
            JOIN workloads w ON w.id = h.workload_id
            JOIN attempt_bundles b ON b.workload_id = w.id AND b.number = w.current_attempt
              AND b.name = h.name
            WHERE h.workspace = ? AND h.kind = 'bundle' AND h.name = ?
              AND w.ended_at IS NULL AND NOT (b.bundle_id = ? AND b.revision = ?)
            ORDER BY w.id LIMIT ?
            """,
        row -> row.getString(1),
        bundle.workspace(),
        bundle.name().value(),
        bundle.id(),
        bundle.revision(),
        limit);
  }

  @Override
  public List<Listed> list(Filter filter) {
    Position before = filter.before();
    StringJoiner where = new StringJoiner(" AND ");
    List<Object> arguments = new ArrayList<>();
    where.add("w.workspace = ?");
    arguments.add(filter.workspace());
    if (!filter.states().isEmpty()) {
      where.add("w.state IN (" + String.join(", ", nCopies(filter.states().size(), "?")) + ")");
      filter.states().forEach(state -> arguments.add(state.word()));
    }
    if (filter.kind() != null) {
      where.add("w.kind = ?");
      arguments.add(filter.kind());
    }
    if (filter.name() != null) {
      where.add("w.name = ?");
      arguments.add(filter.name());
    }
    if (before != null) {
      where.add("(w.created_at, w.id) < (?, ?)");
      arguments.addAll(List.of(Times.micros(before.createdAt()), before.id()));
    }
    arguments.add(filter.limit());
    return sql.list(
        "SELECT "
            + WORKLOAD
            + ", "
            + ATTEMPT
            + " FROM workloads w JOIN attempts a"
            + " ON a.workload_id = w.id AND a.number = w.current_attempt WHERE "
            + where
            + " ORDER BY w.created_at DESC, w.id DESC LIMIT ?",
        row -> new Listed(workload(row), attempt(row, WORKLOAD_COLUMNS)),
        arguments.toArray());
  }

  @Override
  public List<String> endedBefore(Instant time, int limit) {
    String query =
        """
        SELECT w.id FROM workloads w
        WHERE w.ended_at IS NOT NULL AND w.ended_at < ? ORDER BY w.ended_at LIMIT ?""";
    return sql.list(
        sql.dialect().held(query, "w"), row -> row.getString(1), Times.micros(time), limit);
  }

  @Override
  public List<AttemptId> attemptsEndedBefore(Instant time, int newest, int limit) {
    String query =
        """
        SELECT a.workload_id, a.number FROM workloads w JOIN attempts a ON a.workload_id = w.id
        WHERE w.ended_at IS NULL AND w.newest_attempt > ? AND a.number <= w.newest_attempt - ?
          AND a.number <> w.current_attempt AND a.ended_at < ?
          AND NOT EXISTS (SELECT 1 FROM volume_attachments v
            WHERE v.workload_id = a.workload_id AND v.attempt = a.number)
          AND NOT EXISTS (SELECT 1 FROM bucket_mounts b
            WHERE b.workload_id = a.workload_id AND b.attempt = a.number)
        ORDER BY w.created_at, w.id, a.number LIMIT ?""";
    return sql.list(
        sql.dialect().held(query, "w"),
        row -> new AttemptId(row.getString(1), row.getInt(2)),
        newest,
        newest,
        Times.micros(time),
        limit);
  }

  @Override
  public List<Integer> attemptNumbers(String workloadId) {
    return sql.list(
        "SELECT number FROM attempts WHERE workload_id = ? ORDER BY number",
        row -> row.getInt(1),
        workloadId);
  }

  @Override
  public void removeAttempts(List<AttemptId> ids) {
    List<Object[]> rows = new ArrayList<>();
    ids.forEach(id -> rows.add(new Object[] {id.workload(), id.number()}));
    sql.runEach("DELETE FROM attempts WHERE workload_id = ? AND number = ?", rows);
  }

  @Override
  public void remove(List<String> ids) {
    for (String id : ids) { // Attempts and what they opened go with it; a hold stands by itself.
      sql.run("DELETE FROM holds WHERE workload_id = ?", id);
      sql.run("DELETE FROM workloads WHERE id = ?", id);
    }
  }

  private static @Nullable String nameOrNull(@Nullable Cause cause) {
    return cause == null ? null : cause.name();
  }

  private static @Nullable String hostOrNull(@Nullable Placement placement) {
    return placement == null ? null : placement.engine().host();
  }

  private static @Nullable String lifeOrNull(@Nullable Placement placement) {
    return placement == null ? null : placement.engine().life();
  }

  private static @Nullable String isolationOrNull(@Nullable Placement placement) {
    return placement == null ? null : placement.isolation();
  }

  private static @Nullable String addressOrNull(@Nullable Placement placement) {
    EngineAddress address = placement == null ? null : placement.address();
    return address == null ? null : address.value();
  }

  private static @Nullable Placement placement(ResultSet row, int first) throws SQLException {
    String host = row.getString(first);
    if (host == null) {
      return null;
    }
    String isolation = row.getString(first + 2);
    String address = row.getString(first + 3);
    return new Placement(
        new EngineIdentity(host, row.getString(first + 1)),
        isolation == null ? "unknown" : isolation,
        address == null ? null : new EngineAddress(address));
  }

  private static Workload workload(ResultSet row) throws SQLException {
    return new Workload(
        row.getString(1),
        row.getString(2),
        SpecJson.read(row.getString(3)),
        row.getInt(4) == 1,
        row.getString(5),
        state(row.getString(6)),
        row.getInt(7),
        row.getInt(8),
        row.getInt(9) == 1,
        row.getInt(10),
        row.getInt(11),
        row.getInt(12) == 1,
        Times.instant(row, 13),
        Times.instantOrNull(row, 14),
        Times.instantOrNull(row, 15));
  }

  private static Attempt attempt(ResultSet row, int skip) throws SQLException {
    int exitCode = row.getInt(skip + 13);
    boolean exited = !row.wasNull();
    return new Attempt(
        new AttemptId(row.getString(skip + 1), row.getInt(skip + 2)),
        row.getString(skip + 3),
        state(row.getString(skip + 4)),
        SpecJson.readMap(row.getString(skip + 5)),
        cause(row.getString(skip + 6)),
        row.getString(skip + 7),
        cause(row.getString(skip + 8)),
        placement(row, skip + 9),
        exited ? exitCode : null,
        Times.instant(row, skip + 14),
        Times.instantOrNull(row, skip + 15),
        Times.instantOrNull(row, skip + 16));
  }

  private static WorkloadState state(String word) {
    return WorkloadState.of(word).orElseThrow();
  }

  private static @Nullable Cause cause(@Nullable String name) {
    return name == null ? null : Cause.valueOf(name);
  }
}
