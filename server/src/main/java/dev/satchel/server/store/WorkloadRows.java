package dev.satchel.server.store;

import dev.satchel.core.secret.Bundle;
import dev.satchel.core.secret.BundleName;
import dev.satchel.core.workload.Attempt;
import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.Cause;
import dev.satchel.core.workload.EngineIdentity;
import dev.satchel.core.workload.OpenedBundle;
import dev.satchel.core.workload.Workload;
import dev.satchel.core.workload.WorkloadState;
import dev.satchel.core.workload.WorkloadStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.SqlStatement;
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
      a.host_life, a.exit_code, a.created_at, a.started_at, a.ended_at""";

  private final Handle handle;

  WorkloadRows(Handle handle) {
    this.handle = handle;
  }

  @Override
  public void insert(Workload workload, Attempt first) {
    var insert =
        handle.createUpdate(
            """
            INSERT INTO workloads (id, workspace, kind, name, spec, trusted, submitted_by, state,
              current_attempt, newest_attempt, pending, retries_used, recoveries_used,
              terminate_requested, created_at, ended_at, next_try_at)
            VALUES (:id, :workspace, 'job', :name, :spec, :trusted, :submittedBy, :state, :current,
              :newest, :pending, :retries, :recoveries, :terminate, :created, :ended, :nextTry)
            """);
    bindState(insert, workload)
        .bind("workspace", workload.workspace())
        .bind("name", workload.spec().name())
        .bind("spec", SpecJson.write(workload.spec()))
        .bind("trusted", workload.trusted() ? 1 : 0)
        .bind("submittedBy", workload.submittedBy())
        .bind("created", Times.micros(workload.createdAt()))
        .execute();
    insertAttempt(first);
  }

  @Override
  public void insertAttempt(Attempt attempt) {
    bind(
            handle.createUpdate(
                """
                INSERT INTO attempts (workload_id, number, workspace, state, env, cause, reason,
                  stop_cause, host, host_life, exit_code, created_at, started_at, ended_at)
                VALUES (:workload, :number, :workspace, :state, :env, :cause, :reason, :stopCause,
                  :host, :life, :exitCode, :created, :started, :ended)
                """),
            attempt)
        .bind("workspace", attempt.workspace())
        .bind("env", SpecJson.writeMap(attempt.env()))
        .bind("created", Times.micros(attempt.createdAt()))
        .execute();
  }

  @Override
  public Optional<Workload> find(String id) {
    return handle
        .createQuery("SELECT " + WORKLOAD + " FROM workloads w WHERE w.id = :id")
        .bind("id", id)
        .map((row, context) -> workload(row))
        .findFirst();
  }

  @Override
  public Optional<Attempt> attempt(AttemptId id) {
    return keyed(
            "SELECT "
                + ATTEMPT
                + " FROM attempts a WHERE a.workload_id = :workload AND a.number = :number",
            id)
        .map((row, context) -> attempt(row, 0))
        .findFirst();
  }

  @Override
  public List<Attempt> attempts(String workloadId, int limit) {
    return handle
        .createQuery(
            "SELECT "
                + ATTEMPT
                + " FROM attempts a WHERE a.workload_id = :id ORDER BY a.number DESC LIMIT :limit")
        .bind("id", workloadId)
        .bind("limit", limit)
        .map((row, context) -> attempt(row, 0))
        .list();
  }

  @Override
  public void update(Workload workload) {
    bindState(
            handle.createUpdate(
                """
                UPDATE workloads SET state = :state, current_attempt = :current,
                  newest_attempt = :newest, pending = :pending, retries_used = :retries,
                  recoveries_used = :recoveries, terminate_requested = :terminate,
                  ended_at = :ended, next_try_at = :nextTry
                WHERE id = :id
                """),
            workload)
        .execute();
  }

  @Override
  public void update(Attempt attempt) {
    bind(
            handle.createUpdate(
                """
                UPDATE attempts SET state = :state, cause = :cause, reason = :reason,
                  stop_cause = :stopCause, host = :host, host_life = :life, exit_code = :exitCode,
                  started_at = :started, ended_at = :ended
                WHERE workload_id = :workload AND number = :number
                """),
            attempt)
        .execute();
  }

  @Override
  public void opened(AttemptId id, List<OpenedBundle> bundles, List<byte[]> boxes) {
    for (OpenedBundle bundle : bundles) {
      handle
          .createUpdate(
              """
              INSERT INTO attempt_bundles (workload_id, number, name, bundle_id, revision)
              VALUES (:workload, :number, :name, :bundle, :revision)
              """)
          .bind("workload", id.workload())
          .bind("number", id.number())
          .bind("name", bundle.name().value())
          .bind("bundle", bundle.bundleId())
          .bind("revision", bundle.revision())
          .execute();
    }
    for (int i = 0; i < boxes.size(); i++) {
      handle
          .createUpdate(
              """
              INSERT INTO attempt_boxes (workload_id, number, position, box)
              VALUES (:workload, :number, :position, :box)
              """)
          .bind("workload", id.workload())
          .bind("number", id.number())
          .bind("position", i)
          .bind("box", boxes.get(i))
          .execute();
    }
  }

  @Override
  public List<OpenedBundle> openedBundles(AttemptId id) {
    return keyed(
            """
            SELECT name, bundle_id, revision FROM attempt_bundles
            WHERE workload_id = :workload AND number = :number ORDER BY name
            """,
            id)
        .map(
            (row, context) ->
                new OpenedBundle(
                    new BundleName(row.getString(1)), row.getString(2), row.getLong(3)))
        .list();
  }

  @Override
  public List<byte[]> boxes(AttemptId id) {
    return keyed(
            """
            SELECT box FROM attempt_boxes
            WHERE workload_id = :workload AND number = :number ORDER BY position
            """,
            id)
        .map((row, context) -> row.getBytes(1))
        .list();
  }

  @Override
  public void eraseBoxes(AttemptId id) {
    handle
        .createUpdate(
            "DELETE FROM attempt_boxes WHERE workload_id = :workload AND number = :number")
        .bind("workload", id.workload())
        .bind("number", id.number())
        .execute();
  }

  @Override
  public List<String> live() {
    return handle
        .createQuery("SELECT id FROM workloads WHERE ended_at IS NULL ORDER BY created_at")
        .mapTo(String.class)
        .list();
  }

  @Override
  public List<String> stale(Bundle bundle, int limit) {
    return handle
        .createQuery(
            """
            SELECT w.id FROM holds h
            JOIN workloads w ON w.id = h.workload_id
            JOIN attempt_bundles b ON b.workload_id = w.id AND b.number = w.current_attempt
              AND b.name = h.name
            WHERE h.workspace = :workspace AND h.kind = 'bundle' AND h.name = :name
              AND w.ended_at IS NULL AND NOT (b.bundle_id = :bundle AND b.revision = :revision)
            ORDER BY w.id LIMIT :limit
            """)
        .bind("workspace", bundle.workspace())
        .bind("name", bundle.name().value())
        .bind("bundle", bundle.id())
        .bind("revision", bundle.revision())
        .bind("limit", limit)
        .mapTo(String.class)
        .list();
  }

  @Override
  public List<Listed> list(Filter filter) {
    Position before = filter.before();
    String sql =
        "SELECT "
            + WORKLOAD
            + ", "
            + ATTEMPT
            + """
             FROM workloads w
            JOIN attempts a ON a.workload_id = w.id AND a.number = w.current_attempt
            WHERE w.workspace = :workspace"""
            + (filter.states().isEmpty() ? "" : " AND w.state IN (<states>)")
            + (filter.name() == null ? "" : " AND w.name = :name")
            + (before == null ? "" : " AND (w.created_at, w.id) < (:beforeTime, :beforeId)")
            + " ORDER BY w.created_at DESC, w.id DESC LIMIT :limit";
    Query listing =
        handle.createQuery(sql).bind("workspace", filter.workspace()).bind("limit", filter.limit());
    if (!filter.states().isEmpty()) {
      listing.bindList("states", filter.states().stream().map(WorkloadState::word).toList());
    }
    if (filter.name() != null) {
      listing.bind("name", filter.name());
    }
    if (before != null) {
      listing.bind("beforeTime", Times.micros(before.createdAt())).bind("beforeId", before.id());
    }
    return listing
        .map((row, context) -> new Listed(workload(row), attempt(row, WORKLOAD_COLUMNS)))
        .list();
  }

  @Override
  public List<String> endedBefore(Instant time, int limit) {
    return handle
        .createQuery(
            "SELECT id FROM workloads WHERE ended_at IS NOT NULL AND ended_at < :time ORDER BY ended_at LIMIT :limit")
        .bind("time", Times.micros(time))
        .bind("limit", limit)
        .mapTo(String.class)
        .list();
  }

  @Override
  public void remove(List<String> ids) {
    for (String id : ids) { // Attempts and what they opened go with it; a hold stands by itself.
      handle.createUpdate("DELETE FROM holds WHERE workload_id = :id").bind("id", id).execute();
      handle.createUpdate("DELETE FROM workloads WHERE id = :id").bind("id", id).execute();
    }
  }

  private Query keyed(String sql, AttemptId id) {
    return handle.createQuery(sql).bind("workload", id.workload()).bind("number", id.number());
  }

  private static <S extends SqlStatement<S>> S bindState(S statement, Workload workload) {
    return statement
        .bind("id", workload.id())
        .bind("state", workload.state().word())
        .bind("current", workload.current())
        .bind("newest", workload.newest())
        .bind("pending", workload.pending() ? 1 : 0)
        .bind("retries", workload.retriesUsed())
        .bind("recoveries", workload.recoveriesUsed())
        .bind("terminate", workload.terminateRequested() ? 1 : 0)
        .bind("ended", Times.microsOrNull(workload.endedAt()))
        .bind("nextTry", Times.microsOrNull(workload.nextTryAt()));
  }

  private static <S extends SqlStatement<S>> S bind(S statement, Attempt attempt) {
    EngineIdentity on = attempt.placedOn();
    return statement
        .bind("workload", attempt.id().workload())
        .bind("number", attempt.id().number())
        .bind("state", attempt.state().word())
        .bind("cause", attempt.cause() == null ? null : attempt.cause().name())
        .bind("reason", attempt.reason())
        .bind("stopCause", attempt.stopCause() == null ? null : attempt.stopCause().name())
        .bind("host", on == null ? null : on.host())
        .bind("life", on == null ? null : on.life())
        .bind("exitCode", attempt.exitCode())
        .bind("started", Times.microsOrNull(attempt.startedAt()))
        .bind("ended", Times.microsOrNull(attempt.endedAt()));
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
    String host = row.getString(skip + 9);
    int exitCode = row.getInt(skip + 11);
    boolean exited = !row.wasNull();
    return new Attempt(
        new AttemptId(row.getString(skip + 1), row.getInt(skip + 2)),
        row.getString(skip + 3),
        state(row.getString(skip + 4)),
        SpecJson.readMap(row.getString(skip + 5)),
        cause(row.getString(skip + 6)),
        row.getString(skip + 7),
        cause(row.getString(skip + 8)),
        host == null ? null : new EngineIdentity(host, row.getString(skip + 10)),
        exited ? exitCode : null,
        Times.instant(row, skip + 12),
        Times.instantOrNull(row, skip + 13),
        Times.instantOrNull(row, skip + 14));
  }

  private static WorkloadState state(String word) {
    return WorkloadState.of(word).orElseThrow();
  }

  private static @Nullable Cause cause(@Nullable String name) {
    return name == null ? null : Cause.valueOf(name);
  }
}
