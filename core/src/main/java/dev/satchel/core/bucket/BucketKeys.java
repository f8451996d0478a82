package dev.satchel.core.bucket;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.access.Actor;
import dev.satchel.core.audit.AuditRow;
import dev.satchel.core.secret.BoxAddress;
import dev.satchel.core.secret.Bundle;
import dev.satchel.core.secret.KeyRing;
import dev.satchel.core.secret.Secrets;
import dev.satchel.core.store.Store;
import dev.satchel.core.store.Tx;
import dev.satchel.core.volume.BucketMount;
import dev.satchel.core.volume.ObjectStore;
import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.Workload;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The key pairs of mounts. They alone follow what their bundles hold: a pair that was written since
 * is tried against the bucket first, for it may be written in halves, and the last that opened it
 * serves until then, and after its bundles are gone.
 */
final class BucketKeys {
  private static final Logger LOG = LoggerFactory.getLogger(BucketKeys.class);
  private static final Duration AGAIN_AFTER_REFUSAL = Duration.ofSeconds(10);

  private final Store store;
  private final Secrets secrets;
  private final KeyRing ring;
  private final BucketDriver driver;
  private final InstantSource clock;
  private final @Nullable ObjectStore objects; // Null where the server has none.
  private final Map<BucketMountId, Refused> refused = new ConcurrentHashMap<>();

  private final Map<BucketMountId, Trouble> troubles = new ConcurrentHashMap<>();

  private record Refused(String seen, Instant at) {}

  private record Trouble(String what, Instant at) {}

  BucketKeys(
      Store store,
      Secrets secrets,
      KeyRing ring,
      BucketDriver driver,
      InstantSource clock,
      @Nullable ObjectStore objects) {
    this.store = store;
    this.secrets = secrets;
    this.ring = ring;
    this.driver = driver;
    this.clock = clock;
    this.objects = objects;
  }

  /** Tries the pair of a mount that is to be made, and keeps it for the mount. */
  void take(String workspace, BucketMountId id, MountSource source, String token) {
    try (KeyPair pair = opened(workspace, source)) {
      String region = region(source, pair);
      boolean _ =
          store.write(
              tx -> {
                requireLive(tx, id);
                put(tx, workspace, id, region, MountTokens.hash(token), pair, source);
                audit(tx, workspace, id, source);
                return true;
              });
    }
  }

  /** The server's own store is waited for; somebody's service may never have been there. */
  private String region(MountSource source, KeyPair pair) {
    try {
      return driver.probe(tried(source), pair, !source.readOnly());
    } catch (RefusedException e) {
      throw source instanceof MountSource.OfBucket
          ? new RefusedException(Reason.MOUNT_FAILED, e.detail())
              .with("name", source.bucket().name())
          : e;
    }
  }

  private static void requireLive(Tx tx, BucketMountId id) {
    if (tx.workloads()
        .attempt(new AttemptId(id.workload(), id.attempt()))
        .filter(attempt -> !attempt.state().isTerminal())
        .isEmpty()) {
      throw new RefusedException(
          Reason.ATTEMPT_SUPERSEDED, "It was asked to end before its bucket was mounted.");
    }
  }

  /**
   * From now on the mount asks with another token.
   *
   * @throws RefusedException ATTEMPT_SUPERSEDED where its attempt has ended
   */
  void renewToken(BucketMountId id, String token) {
    byte[] hash = MountTokens.hash(token);
    boolean _ =
        store.write(
            tx -> {
              requireLive(tx, id);
              tx.bucketMounts()
                  .find(id)
                  .ifPresent(row -> tx.bucketMounts().put(row.withTokenHash(hash)));
              return true;
            });
  }

  /** The pair that a mount is to use; empty for nobody's token. */
  Optional<KeyPair> present(BucketMountId id, String token) {
    MountedBucket row = store.read(tx -> tx.bucketMounts().find(id)).orElse(null);
    if (row == null || !MountTokens.matches(token, row.tokenHash())) {
      return Optional.empty();
    }
    Optional<KeyPair> newer = newer(id, row);
    return newer.isPresent() ? newer : last(id);
  }

  private Optional<KeyPair> newer(BucketMountId id, MountedBucket row) {
    Workload workload = store.read(tx -> tx.workloads().find(id.workload())).orElse(null);
    MountSource source = store.read(tx -> BucketMounts.sourceOf(tx, id)).orElse(null);
    if (workload == null || source == null) {
      return Optional.empty();
    }
    String workspace = workload.workspace();
    KeyPair pair;
    try {
      pair = opened(workspace, source);
    } catch (RefusedException gone) { // By a forced delete, or half of a change.
      return Optional.empty();
    }
    if (pair.seen().equals(row.seen()) || !mayTry(id, pair) || !opens(id, row, source, pair)) {
      pair.close();
      return Optional.empty();
    }
    boolean kept =
        store.write(
            tx -> {
              MountedBucket now = tx.bucketMounts().find(id).orElse(null);
              if (now != null) {
                put(tx, workspace, id, now.region(), now.tokenHash(), pair, source);
                audit(tx, workspace, id, source);
              }
              return now != null;
            });
    LOG.info("the bucket mount {} has new keys{}", id, kept ? "" : ", and has ended");
    return Optional.of(pair);
  }

  private boolean mayTry(BucketMountId id, KeyPair pair) {
    Refused before = refused.get(id);
    return before == null
        || !before.seen().equals(pair.seen())
        || before.at().plus(AGAIN_AFTER_REFUSAL).isBefore(clock.instant());
  }

  private boolean opens(BucketMountId id, MountedBucket row, MountSource source, KeyPair pair) {
    try {
      var _ = driver.probe(tried(source).in(row.region()), pair, !source.readOnly());
      refused.remove(id);
      return true;
    } catch (RefusedException no) {
      refused.put(id, new Refused(pair.seen(), clock.instant()));
      LOG.warn("the new keys of the bucket mount {} are not used yet: {}", id, no.detail());
      return false;
    }
  }

  private Optional<KeyPair> last(BucketMountId id) {
    return store.read(
        tx -> {
          MountedBucket row = tx.bucketMounts().find(id).orElse(null);
          Workload workload = tx.workloads().find(id.workload()).orElse(null);
          return row == null || workload == null
              ? Optional.<KeyPair>empty()
              : Optional.of(
                  new KeyPair(
                      ring.open(tx, address(workload.workspace(), id, "access"), row.accessKey()),
                      ring.open(tx, address(workload.workspace(), id, "secret"), row.secretKey()),
                      row.seen()));
        });
  }

  /** Why nothing reaches a mount's bucket, as a sentence behind another; empty where it should. */
  String trouble(BucketMountId id, MountSource source) {
    Trouble before = troubles.get(id);
    if (before == null || before.at().plus(AGAIN_AFTER_REFUSAL).isBefore(clock.instant())) {
      before = new Trouble(trouble(source, last(id).orElse(null)), clock.instant());
      troubles.put(id, before);
    }
    return before.what();
  }

  private String trouble(MountSource source, @Nullable KeyPair pair) {
    if (pair == null) {
      return "";
    }
    try (pair) {
      var _ = driver.probe(tried(source), pair, true);
      return "";
    } catch (RefusedException no) {
      return " " + no.detail();
    }
  }

  /** Refuses, as {@link #take} does, what the pair of a mount does not open now. */
  void requireThere(BucketMountId id, MountSource source) {
    try (KeyPair pair = last(id).orElse(null)) {
      if (pair != null) {
        var _ = region(source, pair);
      }
    }
  }

  void forget(BucketMountId id) {
    troubles.remove(id);
    refused.remove(id);
  }

  /** Where a pair is tried: not within a volume, whose files others see. */
  private Bucket tried(MountSource source) {
    return source instanceof MountSource.OfVolume
            && objects != null
            && objects.holds(source.bucket())
        ? objects.bucket()
        : source.bucket();
  }

  private KeyPair opened(String workspace, MountSource source) {
    return switch (source) {
      case MountSource.OfBucket(BucketMount mount) ->
          store.read(tx -> StoredKeys.open(tx, secrets, workspace, mount));
      case MountSource.OfVolume volume -> ownKeys(volume.bucket());
    };
  }

  /** Those of the object store that a mount is of, which may be another's by now. */
  private KeyPair ownKeys(Bucket bucket) {
    if (objects == null || !objects.holds(bucket)) {
      throw new RefusedException(
          Reason.MOUNT_FAILED, "The server was started without the object store of the volume.");
    }
    return objects.keys();
  }

  private void put(
      Tx tx,
      String workspace,
      BucketMountId id,
      String region,
      byte[] tokenHash,
      KeyPair pair,
      MountSource source) {
    tx.bucketMounts()
        .put(
            new MountedBucket(
                id,
                region,
                tokenHash,
                ring.seal(tx, address(workspace, id, "access"), pair.accessKey().bytes()),
                ring.seal(tx, address(workspace, id, "secret"), pair.secretKey().bytes()),
                pair.seen(),
                source instanceof MountSource.OfVolume volume ? volume.bucket() : null));
  }

  private static BoxAddress address(String workspace, BucketMountId id, String half) {
    return new BoxAddress(
        workspace, "bucket_mount", id.workload(), id.attempt(), half, Integer.toString(id.place()));
  }

  private void audit(Tx tx, String workspace, BucketMountId id, MountSource source) {
    if (!(source instanceof MountSource.OfBucket(BucketMount mount))) {
      return; // The server's own keys are in no bundle.
    }
    Map<String, Bundle> bundles = new TreeMap<>();
    for (KeySecret key : List.of(mount.accessKey(), mount.secretKey())) {
      tx.bundles()
          .find(workspace, key.bundle())
          .ifPresent(bundle -> bundles.put(bundle.name().value(), bundle));
    }
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    bundles.forEach(
        (name, bundle) ->
            tx.audit()
                .append(
                    AuditRow.ok(now, Actor.satchel(workspace), "secret.use", name)
                        .withRevision(bundle.revision())
                        .withDetail("bucket mount " + id)));
  }
}
