package dev.satchel.core.application;

import dev.satchel.core.RandomIds;
import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.access.Actor;
import dev.satchel.core.audit.Acts;
import dev.satchel.core.audit.AuditRow;
import dev.satchel.core.secret.Entry;
import dev.satchel.core.secret.KeyRing;
import dev.satchel.core.secret.Place;
import dev.satchel.core.store.Store;
import dev.satchel.core.store.Tx;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Secrets collections as users act on them. Values leave to an attempt that starts, and by {@link
 * #reveal}. Thread-safe.
 */
public final class SecretsCollections {
  private static final String WRITE = "collection.write";
  private static final String DELETE = "collection.delete";
  private static final String REVEAL = "collection.reveal";

  private final Store store;
  private final KeyRing ring;
  private final InstantSource clock;
  private final ApplicationLimits limits;
  private final Acts acts;

  public SecretsCollections(
      Store store, KeyRing ring, InstantSource clock, ApplicationLimits limits) {
    this.store = store;
    this.ring = ring;
    this.clock = clock;
    this.limits = limits;
    this.acts = new Acts(store);
  }

  /** A collection with its values in the clear; the caller closes them. */
  public record Revealed(SecretsCollection collection, List<Entry> entries) {}

  /**
   * Makes a collection.
   *
   * @param entries the caller closes their values afterwards
   * @throws RefusedException COLLECTION_EXISTS; INVALID or TOO_LARGE for the entries, or where
   *     there are as many collections as may be; APPLICATION_NOT_FOUND
   */
  public SecretsCollection create(
      Actor actor, CollectionName name, About about, List<Entry> entries) {
    Instant now = now();
    String bundleId = RandomIds.longId();
    return acts.recorded(
        now,
        actor,
        WRITE,
        name.toString(),
        () -> {
          CollectionRules.check(entries);
          return store.write(tx -> create(tx, actor, name, about, entries, bundleId, now));
        });
  }

  private SecretsCollection create(
      Tx tx,
      Actor actor,
      CollectionName name,
      About about,
      List<Entry> entries,
      String bundleId,
      Instant now) {
    lock(tx, actor, name);
    var _ = Applications.found(tx, actor.workspace(), name.application());
    if (tx.collections().find(actor.workspace(), name).isPresent()) {
      throw new RefusedException(
              Reason.COLLECTION_EXISTS,
              "There is a secrets collection with the id \"" + name.id() + "\" already.")
          .with("name", name.id().value());
    }
    ApplicationLimits.check(
        tx.collections().count(actor.workspace(), name.application()),
        limits.collections(),
        "secrets collections of one application");
    SecretsCollection first =
        new SecretsCollection(
            bundleId,
            actor.workspace(),
            name,
            about.nameOr(name.id().value()),
            about.descriptionOr(""),
            1,
            now,
            now);
    tx.collections().insert(first, ring.sealAll(tx, first::addressOf, entries));
    return recorded(tx, actor, first, "");
  }

  /**
   * Changes what is not null.
   *
   * @param entries the whole of what it then holds; the audit names the entries that are dropped
   * @param seen when it was changed, as the writer saw it; null where that does not matter
   * @throws RefusedException COLLECTION_CHANGED where it was changed at another time; nothing is
   *     then changed; INVALID or TOO_LARGE for the entries; COLLECTION_NOT_FOUND
   */
  public SecretsCollection replace(
      Actor actor,
      CollectionName name,
      About about,
      @Nullable List<Entry> entries,
      @Nullable Instant seen) {
    return written(
        actor,
        name,
        about,
        seen,
        entries == null
            ? null
            : kept -> {
              CollectionRules.check(entries);
              return entries;
            });
  }

  /**
   * Changes what is not null, and single entries; the others keep their values, sealed anew for the
   * new revision.
   *
   * @throws RefusedException as {@link #replace}; COLLECTION_CHANGED also where an entry to create
   *     is there, or one to update or delete is not
   */
  public SecretsCollection change(
      Actor actor, CollectionName name, About about, List<Change> changes, @Nullable Instant seen) {
    return written(
        actor, name, about, seen, changes.isEmpty() ? null : kept -> changed(kept, changes));
  }

  private SecretsCollection written(
      Actor actor,
      CollectionName name,
      About about,
      @Nullable Instant seen,
      @Nullable Function<List<Entry>, List<Entry>> entries) {
    Instant now = now();
    return acts.run(
        now,
        actor,
        WRITE,
        name.toString(),
        tx -> {
          lock(tx, actor, name);
          SecretsCollection before = found(tx, actor.workspace(), name);
          requireSeen(before, seen);
          if (entries == null) {
            SecretsCollection after = before.described(about, now);
            tx.collections().describe(after);
            return recorded(tx, actor, after, "");
          }
          return rewritten(tx, actor, before, before.written(about, now), entries);
        });
  }

  private SecretsCollection rewritten(
      Tx tx,
      Actor actor,
      SecretsCollection before,
      SecretsCollection after,
      Function<List<Entry>, List<Entry>> entries) {
    List<Entry> kept = opened(tx, before);
    try {
      List<Entry> next = entries.apply(kept);
      tx.collections().replace(after, ring.sealAll(tx, after::addressOf, next));
      return recorded(tx, actor, after, dropped(kept, next));
    } finally {
      kept.forEach(entry -> entry.value().close());
    }
  }

  /** Names, times and descriptions, never values. */
  public List<SecretsCollection> list(
      Actor actor, ApplicationId application, String after, int limit) {
    return store.read(
        tx -> {
          var _ = Applications.found(tx, actor.workspace(), application);
          return tx.collections().list(actor.workspace(), application, after, limit);
        });
  }

  /**
   * Reads the values back: the one way by which values that were stored leave. That it was done is
   * durable before this answers.
   *
   * @throws RefusedException COLLECTION_NOT_FOUND, which a bundle of another kind is too
   */
  public Revealed reveal(Actor actor, CollectionName name) {
    Instant now = now();
    return acts.run(
        now,
        actor,
        REVEAL,
        name.toString(),
        tx -> {
          SecretsCollection collection = found(tx, actor.workspace(), name);
          tx.audit()
              .append(
                  AuditRow.ok(now, actor, REVEAL, name.toString())
                      .withRevision(collection.revision()));
          return new Revealed(collection, opened(tx, collection));
        });
  }

  /**
   * Deletes a collection and its boxes for good. Instances may still name it; a run that then does
   * is refused.
   *
   * @throws RefusedException COLLECTION_IN_USE with {@code workload_ids} while runs that have not
   *     ended hold it; COLLECTION_NOT_FOUND
   */
  public void delete(Actor actor, CollectionName name) {
    Instant now = now();
    boolean _ =
        acts.run(
            now,
            actor,
            DELETE,
            name.toString(),
            tx -> {
              lock(tx, actor, name);
              SecretsCollection collection = found(tx, actor.workspace(), name);
              List<String> runs =
                  tx.holds().holders(actor.workspace(), name, Applications.HOLDERS_NAMED);
              if (!runs.isEmpty()) {
                throw Applications.inUse(
                    Reason.COLLECTION_IN_USE,
                    "The secrets collection \"" + name.id() + "\"",
                    name.id().value(),
                    runs);
              }
              tx.collections().delete(collection.bundleId());
              tx.audit()
                  .append(
                      AuditRow.ok(now, actor, DELETE, name.toString())
                          .withRevision(collection.revision()));
              return true;
            });
  }

  /**
   * Opens a collection's entries in this snapshot, for a run that starts; the caller closes them.
   */
  public List<Entry> opened(Tx tx, SecretsCollection collection) {
    return ring.openAll(tx, collection::addressOf, tx.collections().entries(collection.bundleId()));
  }

  /** The collection of a name; APPLICATION_NOT_FOUND or COLLECTION_NOT_FOUND where it is not. */
  public static SecretsCollection found(Tx tx, String workspace, CollectionName name) {
    var _ = Applications.found(tx, workspace, name.application());
    return tx.collections()
        .find(workspace, name)
        .orElseThrow(
            () ->
                new RefusedException(
                        Reason.COLLECTION_NOT_FOUND,
                        "The application \""
                            + name.application()
                            + "\" has no secrets collection with the id \""
                            + name.id()
                            + "\".")
                    .with("name", name.id().value()));
  }

  private static void lock(Tx tx, Actor actor, CollectionName name) {
    tx.lock(actor.workspace(), name.application(), Tx.LockKind.EXCLUSIVE);
    tx.lock(actor.workspace(), name, Tx.LockKind.EXCLUSIVE);
  }

  private static void requireSeen(SecretsCollection collection, @Nullable Instant seen) {
    if (seen != null && !seen.equals(collection.updatedAt())) {
      throw changed(
          collection.name(),
          "it was last changed at " + collection.updatedAt() + ", not at " + seen);
    }
  }

  private List<Entry> changed(List<Entry> kept, List<Change> changes) {
    Map<Place, Entry> merged = new LinkedHashMap<>();
    kept.forEach(entry -> merged.put(entry.place(), entry));
    for (Change change : changes) {
      boolean wanted = !(change instanceof Change.Create);
      if (merged.containsKey(change.place()) != wanted) {
        throw new RefusedException(
                Reason.COLLECTION_CHANGED,
                change.at()
                    + (wanted
                        ? " names an entry that this collection does not have (any more)."
                        : " would create an entry that this collection has already.")
                    + " Nothing was changed; read the collection and write again.")
            .with("field", change.at());
      }
      switch (change) {
        case Change.Create(Entry entry) -> merged.put(entry.place(), entry);
        case Change.Update(Entry entry) -> merged.put(entry.place(), entry);
        case Change.Delete(String _, Place place) -> merged.remove(place);
      }
    }
    List<Entry> entries = List.copyOf(merged.values());
    CollectionRules.check(entries);
    return entries;
  }

  private static RefusedException changed(CollectionName name, String why) {
    return new RefusedException(
            Reason.COLLECTION_CHANGED,
            "The secrets collection \""
                + name.id()
                + "\" is not as you saw it: "
                + why
                + ". Nothing was changed; read it and write again.")
        .with("name", name.id().value());
  }

  /** Which entries are gone, for the audit. Locations are names, and may be told. */
  private static String dropped(List<Entry> before, List<Entry> after) {
    Set<Place> left = after.stream().map(Entry::place).collect(Collectors.toSet());
    String gone =
        before.stream()
            .map(Entry::place)
            .filter(place -> !left.contains(place))
            .map(place -> place.type() + " " + place.location())
            .collect(Collectors.joining(", "));
    return gone.isEmpty() ? "" : "dropped " + gone;
  }

  private static SecretsCollection recorded(
      Tx tx, Actor actor, SecretsCollection collection, String detail) {
    tx.audit()
        .append(
            AuditRow.ok(collection.updatedAt(), actor, WRITE, collection.name().toString())
                .withRevision(collection.revision())
                .withDetail(detail));
    return collection;
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }
}
