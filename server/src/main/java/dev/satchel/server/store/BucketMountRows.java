package dev.satchel.server.store;

import dev.satchel.core.bucket.BucketMountId;
import dev.satchel.core.bucket.BucketMountStore;
import dev.satchel.core.bucket.MountedBucket;
import java.util.List;
import java.util.Optional;

/** The mounted buckets in the table {@code bucket_mounts}. */
final class BucketMountRows implements BucketMountStore {
  private final Sql sql;

  BucketMountRows(Sql sql) {
    this.sql = sql;
  }

  @Override
  public Optional<MountedBucket> find(BucketMountId id) {
    return sql.first(
        """
        SELECT region, token_hash, access_key, secret_key, seen, bucket FROM bucket_mounts
        WHERE workload_id = ? AND attempt = ? AND place = ?
        """,
        row ->
            new MountedBucket(
                id,
                row.getString(1),
                row.getBytes(2),
                row.getBytes(3),
                row.getBytes(4),
                row.getString(5),
                BucketJson.readOwn(row.getString(6))),
        id.workload(),
        id.attempt(),
        id.place());
  }

  @Override
  public void put(MountedBucket mounted) {
    sql.run(
        """
        INSERT INTO bucket_mounts
          (workload_id, attempt, place, region, token_hash, access_key, secret_key, seen, bucket)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (workload_id, attempt, place) DO UPDATE SET region = excluded.region,
          token_hash = excluded.token_hash, access_key = excluded.access_key,
          secret_key = excluded.secret_key, seen = excluded.seen,
          bucket = excluded.bucket
        """,
        mounted.id().workload(),
        mounted.id().attempt(),
        mounted.id().place(),
        mounted.region(),
        mounted.tokenHash(),
        mounted.accessKey(),
        mounted.secretKey(),
        mounted.seen(),
        BucketJson.writeOwn(mounted.bucket()));
  }

  @Override
  public List<BucketMountId> all() {
    return sql.list(
        "SELECT workload_id, attempt, place FROM bucket_mounts ORDER BY workload_id, attempt, place",
        row -> new BucketMountId(row.getString(1), row.getInt(2), row.getInt(3)));
  }

  @Override
  public void remove(String workloadId, int attempt) {
    sql.run("DELETE FROM bucket_mounts WHERE workload_id = ? AND attempt = ?", workloadId, attempt);
  }
}
