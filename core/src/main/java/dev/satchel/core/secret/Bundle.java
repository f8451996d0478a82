package dev.satchel.core.secret;

import java.time.Instant;

/**
 * A bundle without its entries.
 *
 * @param id random, never used again: a bundle made anew under an old name has another
 * @param revision counts writes from 1
 */
public record Bundle(
    String id,
    String workspace,
    BundleName name,
    long revision,
    Instant createdAt,
    Instant updatedAt) {
  /** The same bundle after one more write. */
  Bundle written(Instant at) {
    return new Bundle(id, workspace, name, revision + 1, createdAt, at);
  }

  /** Where the box of one of its entries stands, at this revision. */
  BoxAddress addressOf(Place place) {
    return new BoxAddress(workspace, "bundle", id, revision, place.type(), place.location());
  }
}
