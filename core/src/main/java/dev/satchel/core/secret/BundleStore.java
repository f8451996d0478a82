package dev.satchel.core.secret;

import java.util.List;
import java.util.Optional;

/** Keeps bundles and their boxes. */
public interface BundleStore {
  Optional<Bundle> find(String workspace, BundleName name);

  /** The boxes of a bundle, by type and location. */
  List<SealedEntry> entries(String bundleId);

  /** Where a bundle's entries go, by type and location. */
  List<Place> places(String bundleId);

  /** Adds a bundle of revision 1. */
  void insert(Bundle bundle, List<SealedEntry> entries);

  /** Replaces all of a bundle by its next revision. */
  void replace(Bundle bundle, List<SealedEntry> entries);

  /** Deletes a bundle and its boxes for good. */
  void delete(String bundleId);

  /**
   * Bundles by name.
   *
   * @param after the name that the page comes after; empty for the first
   */
  List<BundleSummary> list(String workspace, String after, int limit);

  /** Names like this one, for a message: at most three. */
  List<BundleName> like(String workspace, BundleName name);
}
