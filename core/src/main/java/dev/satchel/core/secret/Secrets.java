package dev.satchel.core.secret;

import dev.satchel.core.RandomIds;
import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.access.Actor;
import dev.satchel.core.application.SecretsCollection;
import dev.satchel.core.audit.Acts;
import dev.satchel.core.audit.AuditRow;
import dev.satchel.core.store.Store;
import dev.satchel.core.store.Tx;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Bundles as users act on them. Values go in here and leave only to an attempt that starts.
 * Thread-safe.
 */
public final class Secrets {
  /** How many holders a message names. */
  private static final int HOLDERS_NAMED = 1000;

  private final Store store;
  private final KeyRing ring;
  private final InstantSource clock;
  private final Acts acts;

  public Secrets(Store store, KeyRing ring, InstantSource clock) {
    this.store = store;
    this.ring = ring;
    this.clock = clock;
    this.acts = new Acts(store);
  }

  /** What a write did, by location. */
  public record Written(
      Bundle bundle, List<String> added, List<String> replaced, List<String> dropped) {}

  /**
   * A bundle, where its entries go, who holds it and whose running attempt has an older revision.
   */
  public record Detail(
      Bundle bundle, List<Place> places, List<String> holders, List<String> stale) {}

  /** A bundle that is gone, and the workloads that a forced delete passed over. */
  public record Deleted(Bundle bundle, List<String> holders) {}

  /**
   * Creates a bundle, or replaces all of it.
   *
   * @param entries 1 to 256; the caller closes their values afterwards
   * @throws RefusedException INVALID or TOO_LARGE for the entries; SECRET_EXISTS, SECRET_NOT_FOUND
   *     or REVISION_MISMATCH where another bundle is there than expected; nothing is then changed
   */
  public Written put(Actor actor, BundleName name, List<Entry> entries, Expected expected) {
    Instant now = now();
    return acts.recorded(
        now, actor, "secret.write", name.value(), () -> put(actor, name, entries, expected, now));
  }

  private Written put(
      Actor actor, BundleName name, List<Entry> entries, Expected expected, Instant now) {
    BundleRules.check(entries);
    String newId = RandomIds.longId();
    return store.write(
        tx -> {
          tx.lock(actor.workspace(), Set.of(name), Tx.LockKind.EXCLUSIVE);
          Bundle before = tx.bundles().find(actor.workspace(), name).orElse(null);
          check(expected, before, name);
          if (before == null) {
            Bundle first = new Bundle(newId, actor.workspace(), name, 1, now, now);
            tx.bundles().insert(first, seal(tx, first, entries));
            return written(tx, actor, first, List.of(), entries);
          }
          List<Place> places = tx.bundles().places(before.id());
          Bundle next = before.written(now);
          tx.bundles().replace(next, seal(tx, next, entries));
          return written(tx, actor, next, places, entries);
        });
  }

  /**
   * Sets and removes single entries; the others keep their values, sealed anew for the new
   * revision.
   *
   * @throws RefusedException as {@link #put}; SECRET_ENTRY_MISSING for an entry to remove that is
   *     not there; INVALID where none would be left
   */
  public Written change(
      Actor actor, BundleName name, List<Entry> set, Set<Place> unset, Expected expected) {
    Instant now = now();
    return acts.recorded(
        now,
        actor,
        "secret.change",
        name.value(),
        () -> change(actor, name, set, unset, expected, now));
  }

  private Written change(
      Actor actor,
      BundleName name,
      List<Entry> set,
      Set<Place> unset,
      Expected expected,
      Instant now) {
    BundleRules.checkEach(set);
    if (set.isEmpty() && unset.isEmpty()) {
      throw RefusedException.invalid(
          "set", "Nothing to change: give entries in \"set\" or \"unset\".");
    }
    return store.write(
        tx -> {
          tx.lock(actor.workspace(), Set.of(name), Tx.LockKind.EXCLUSIVE);
          Bundle before =
              tx.bundles()
                  .find(actor.workspace(), name)
                  .orElseThrow(() -> notFound(tx, actor, name));
          check(expected, before, name);
          List<Entry> kept = opened(tx, before);
          try {
            List<Place> places = kept.stream().map(Entry::place).toList();
            List<Entry> merged = merged(kept, set, unset);
            Bundle next = before.written(now);
            tx.bundles().replace(next, seal(tx, next, merged));
            return written(tx, actor, next, places, merged, set);
          } finally {
            kept.forEach(entry -> entry.value().close());
          }
        });
  }

  public List<BundleSummary> list(Actor actor, String after, int limit) {
    return store.read(tx -> tx.bundles().list(actor.workspace(), after, limit));
  }

  /** Everything but values. SECRET_NOT_FOUND where there is none such. */
  public Detail detail(Actor actor, BundleName name) {
    return store.read(
        tx -> {
          Bundle bundle =
              tx.bundles()
                  .find(actor.workspace(), name)
                  .orElseThrow(() -> notFound(tx, actor, name));
          return new Detail(
              bundle,
              tx.bundles().places(bundle.id()),
              tx.holds().holders(actor.workspace(), name, HOLDERS_NAMED),
              tx.workloads().stale(bundle, HOLDERS_NAMED));
        });
  }

  /**
   * Deletes a bundle and its boxes.
   *
   * @param force deletes it even where workloads hold it; their attempts that run are untouched,
   *     the next fails
   * @throws RefusedException SECRET_IN_USE with {@code workload_ids}; SECRET_NOT_FOUND
   */
  public Deleted delete(Actor actor, BundleName name, boolean force) {
    Instant now = now();
    return acts.run(
        now,
        actor,
        "secret.delete",
        name.value(),
        tx -> {
          tx.lock(actor.workspace(), Set.of(name), Tx.LockKind.EXCLUSIVE);
          Bundle bundle =
              tx.bundles()
                  .find(actor.workspace(), name)
                  .orElseThrow(() -> notFound(tx, actor, name));
          List<String> holders = tx.holds().holders(actor.workspace(), name, HOLDERS_NAMED);
          if (!holders.isEmpty() && !force) {
            throw inUse(name, holders);
          }
          tx.bundles().delete(bundle.id());
          tx.audit()
              .append(
                  AuditRow.ok(now, actor, "secret.delete", name.value())
                      .withRevision(bundle.revision())
                      .withDetail(
                          holders.isEmpty() ? "" : "forced over " + String.join(" ", holders)));
          return new Deleted(bundle, holders);
        });
  }

  /** Opens a bundle's entries in this snapshot; the caller closes the values. */
  public List<Entry> opened(Tx tx, Bundle bundle) {
    return ring.openAll(tx, bundle::addressOf, tx.bundles().entries(bundle.id()));
  }

  /** Opens a collection's entries in this snapshot; the caller closes the values. */
  public List<Entry> opened(Tx tx, SecretsCollection collection) {
    return ring.openAll(tx, collection::addressOf, tx.collections().entries(collection.bundleId()));
  }

  /** Says that a bundle is not there, and which names are like it. */
  static RefusedException notFound(Tx tx, Actor actor, BundleName name) {
    return missing(Reason.SECRET_NOT_FOUND, tx, actor.workspace(), name);
  }

  /** Says that a bundle that a workload names is not there. */
  public static RefusedException missing(Reason reason, Tx tx, String workspace, BundleName name) {
    List<BundleName> like = tx.bundles().like(workspace, name);
    String hint =
        like.isEmpty()
            ? " Make it with \"satchel secrets new " + name + " KEY=…\"."
            : " Did you mean \"" + like.getFirst() + "\"?";
    return new RefusedException(reason, "There is no secret named \"" + name + "\"." + hint)
        .with("name", name.value());
  }

  private static RefusedException inUse(BundleName name, List<String> holders) {
    return new RefusedException(
            Reason.SECRET_IN_USE,
            "The secret \""
                + name
                + "\" is used by "
                + holders.size()
                + (holders.size() == 1 ? " workload that has" : " workloads that have")
                + " not ended: "
                + String.join(", ", holders)
                + ". End them (satchel terminate "
                + String.join(" ", holders)
                + "), or delete with force (satchel secrets delete "
                + name
                + " --force): running attempts keep what they have, the next start fails.")
        .with("name", name.value())
        .with("workload_ids", holders);
  }

  private static void check(
      Expected expected, @org.jspecify.annotations.Nullable Bundle before, BundleName name) {
    switch (expected) {
      case Expected.Anything() -> {}
      case Expected.Nothing() -> {
        if (before != null) {
          throw new RefusedException(
                  Reason.SECRET_EXISTS, "There is a secret named \"" + name + "\" already.")
              .with("name", name.value())
              .with("revision", before.revision());
        }
      }
      case Expected.Revision(long revision) -> {
        long have = before == null ? 0 : before.revision();
        if (before == null || have != revision) {
          throw new RefusedException(
                  Reason.REVISION_MISMATCH,
                  before == null
                      ? "There is no secret named \"" + name + "\" any more, at any revision."
                      : "The secret \""
                          + name
                          + "\" is at revision "
                          + have
                          + ", not "
                          + revision
                          + ": somebody wrote it meanwhile. Look at it and write again.")
              .with("name", name.value())
              .with("revision", have);
        }
      }
    }
  }

  private List<SealedEntry> seal(Tx tx, Bundle bundle, List<Entry> entries) {
    return ring.sealAll(tx, bundle::addressOf, entries);
  }

  private static List<Entry> merged(List<Entry> kept, List<Entry> set, Set<Place> unset) {
    Map<Place, Entry> merged = new LinkedHashMap<>();
    kept.forEach(entry -> merged.put(entry.place(), entry));
    int position = 0;
    for (Place place : unset) {
      String field = "unset[" + position++ + "]";
      if (merged.remove(place) == null) {
        throw new RefusedException(
                Reason.SECRET_ENTRY_MISSING,
                field + " names no entry of this secret; nothing was changed.")
            .with("field", field);
      }
    }
    set.forEach(entry -> merged.put(entry.place(), entry));
    List<Entry> entries = List.copyOf(merged.values());
    if (entries.isEmpty()) {
      throw RefusedException.invalid(
          "unset", "That would leave a secret without entries; delete it instead.");
    }
    BundleRules.checkSize("set", entries);
    return entries;
  }

  private static Written written(
      Tx tx, Actor actor, Bundle bundle, List<Place> before, List<Entry> entries) {
    return written(tx, actor, bundle, before, entries, entries);
  }

  private static Written written(
      Tx tx, Actor actor, Bundle bundle, List<Place> before, List<Entry> after, List<Entry> set) {
    Set<Place> old = new LinkedHashSet<>(before);
    Set<Place> now = new LinkedHashSet<>(after.stream().map(Entry::place).toList());
    List<String> added = new ArrayList<>();
    List<String> replaced = new ArrayList<>();
    for (Entry entry : set) {
      (old.contains(entry.place()) ? replaced : added).add(entry.place().location());
    }
    List<String> dropped =
        old.stream().filter(place -> !now.contains(place)).map(Place::location).toList();
    String detail = dropped.isEmpty() ? "" : "dropped " + String.join(" ", dropped);
    tx.audit()
        .append(
            AuditRow.ok(bundle.updatedAt(), actor, "secret.write", bundle.name().value())
                .withRevision(bundle.revision())
                .withDetail(detail));
    return new Written(bundle, added, replaced, dropped);
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }
}
