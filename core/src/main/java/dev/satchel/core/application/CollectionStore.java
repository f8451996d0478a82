package dev.satchel.core.application;

import dev.satchel.core.secret.SealedEntry;
import java.util.List;
import java.util.Optional;

/**
 * Keeps collections: bundles of the kind {@code collection}, and none of another kind. Their boxes
 * stand where those of all bundles do.
 */
public interface CollectionStore {
  Optional<SecretsCollection> find(String workspace, CollectionName name);

  /** The boxes of a collection, by type and location; none for what is a bundle of another kind. */
  List<SealedEntry> entries(String bundleId);

  /** Adds a collection of revision 1. */
  void insert(SecretsCollection collection, List<SealedEntry> entries);

  /** Replaces all of a collection by its next revision. */
  void replace(SecretsCollection collection, List<SealedEntry> entries);

  /** Replaces its name, its description and when it was changed; its boxes stay. */
  void describe(SecretsCollection collection);

  /** Deletes a collection and its boxes for good. */
  void delete(String bundleId);

  /** Deletes all collections of an application, and their boxes, for good. */
  void deleteAll(String workspace, ApplicationId application);

  /**
   * One page.
   *
   * @param after the id that the page comes after; empty for the first
   */
  List<SecretsCollection> list(
      String workspace, ApplicationId application, String after, int limit);

  int count(String workspace, ApplicationId application);
}
