package dev.satchel.core.application;

import dev.satchel.core.secret.BoxAddress;
import dev.satchel.core.secret.Place;
import java.time.Instant;

/**
 * A bundle of an application, without its entries.
 *
 * @param bundleId random, never used again: one made anew under an old name has another
 * @param revision counts writes of its entries from 1
 * @param updatedAt later than after the change before, whatever the clock says: writers compare it
 */
public record SecretsCollection(
    String bundleId,
    String workspace,
    CollectionName name,
    String title,
    String description,
    long revision,
    Instant createdAt,
    Instant updatedAt) {
  /** The same after one more write of its entries. */
  SecretsCollection written(About about, Instant at) {
    return next(about, revision + 1, at);
  }

  /** The same entries under another name or description. */
  SecretsCollection described(About about, Instant at) {
    return next(about, revision, at);
  }

  private SecretsCollection next(About about, long newRevision, Instant at) {
    Instant least = updatedAt.plusNanos(1000);
    return new SecretsCollection(
        bundleId,
        workspace,
        name,
        about.nameOr(title),
        about.descriptionOr(description),
        newRevision,
        createdAt,
        at.isBefore(least) ? least : at);
  }

  /** Where the box of one of its entries stands, at this revision: as of any bundle. */
  public BoxAddress addressOf(Place place) {
    return new BoxAddress(workspace, "bundle", bundleId, revision, place.type(), place.location());
  }
}
