package dev.satchel.core.application;

import dev.satchel.core.RefusedException;
import dev.satchel.core.secret.BundleRules;
import dev.satchel.core.secret.Entry;
import dev.satchel.core.secret.Place;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a collection's entries must be, besides what those of every bundle must. It may be empty.
 */
final class CollectionRules {
  private static final String FIELD = "secrets";

  private CollectionRules() {}

  static void check(List<Entry> entries) {
    BundleRules.checkEach(entries);
    BundleRules.checkSize(FIELD, entries);
    Set<String> files = new HashSet<>();
    for (int i = 0; i < entries.size(); i++) {
      if (entries.get(i).place() instanceof Place.File(String location)) {
        String field = entries.get(i).at().isEmpty() ? FIELD : entries.get(i).at();
        if (location.startsWith("/")) {
          throw RefusedException.invalid(
              field,
              field
                  + ": the location of a file is relative to the directory of execution; it cannot be absolute.");
        }
        boolean _ = files.add(location);
      }
    }
    requireNoFileWithin(entries, files);
  }

  /** A file cannot be a directory too. */
  private static void requireNoFileWithin(List<Entry> entries, Set<String> files) {
    for (Entry entry : entries) {
      String location = entry.place().location();
      for (int at = location.indexOf('/'); at >= 0; at = location.indexOf('/', at + 1)) {
        if (entry.place() instanceof Place.File && files.contains(location.substring(0, at))) {
          String field = entry.at().isEmpty() ? FIELD : entry.at();
          throw RefusedException.invalid(
              field, field + " lies below the location of another file of this collection.");
        }
      }
    }
  }
}
