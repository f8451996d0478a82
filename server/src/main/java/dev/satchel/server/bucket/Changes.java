package dev.satchel.server.bucket;

import dev.satchel.core.bucket.BucketDriver.Unwritten;
import dev.satchel.server.bucket.Tree.Kind;
import dev.satchel.server.bucket.Tree.Stamp;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What differs between a directory and what its bucket had.
 *
 * @param written files that are new or were changed, by name
 * @param deleted names of files that are gone
 * @param unkept by name: links, files whose names nobody can write, and after a restart of the
 *     machine those that are empty, as a power cut leaves what no disk had yet
 */
record Changes(Map<String, Stamp> written, List<String> deleted, Map<String, Path> unkept) {
  static Changes of(Path directory, Manifest manifest) throws IOException {
    boolean cut = manifest.isOfAnotherLife();
    Map<String, Stamp> written = new LinkedHashMap<>();
    Map<String, Path> unkept = new LinkedHashMap<>();
    Set<String> deleted = new HashSet<>(manifest.files().keySet());
    int above = Names.of(directory).length();
    Tree.walk(
        directory,
        (path, kind, stamp) -> {
          String name = relative(path, above);
          if (kind != Kind.EMPTY) { // What a link took the place of stays as it was.
            deleted.remove(name);
          }
          if (kind == Kind.FILE && stamp.equals(manifest.files().get(name))) {
            return;
          }
          boolean lost = kind == Kind.FILE && cut && stamp.size() == 0;
          if (kind == Kind.LINK || lost || (kind == Kind.FILE && !Names.canBeListed(name))) {
            unkept.put(name, path);
          } else if (kind == Kind.FILE) {
            written.put(name, stamp);
          }
        });
    deleted.removeIf(name -> !Names.canBeListed(name) || isBelow(name, unkept.keySet()));
    return new Changes(written, deleted.stream().sorted().toList(), unkept);
  }

  /** Whether it was in a directory that a link took the place of. */
  private static boolean isBelow(String name, Set<String> links) {
    for (int end = name.indexOf('/'); end >= 0; end = name.indexOf('/', end + 1)) {
      if (links.contains(name.substring(0, end))) {
        return true;
      }
    }
    return false;
  }

  /** All files of a directory, as they are. */
  static Map<String, Stamp> all(Path directory) throws IOException {
    Map<String, Stamp> all = new LinkedHashMap<>();
    int above = Names.of(directory).length();
    Tree.walk(directory, (path, kind, stamp) -> all.put(relative(path, above), stamp));
    return all;
  }

  /**
   * @param above as long as the name of the directory is
   */
  static String relative(Path path, int above) {
    String name = Names.of(path).substring(above);
    return name.startsWith("/") ? name.substring(1) : name;
  }

  /** Where what is removed counts as files without bytes. */
  Unwritten unwritten() {
    long bytes = written.values().stream().mapToLong(Stamp::size).sum();
    return new Unwritten(written.size() + (long) deleted.size(), bytes);
  }

  /** The written ones, in parts that are noted as they are done. */
  List<Map<String, Stamp>> batches(int filesMax, long bytesMax) {
    List<Map<String, Stamp>> batches = new ArrayList<>();
    long bytes = 0;
    for (var each : written.entrySet()) {
      boolean full =
          batches.isEmpty()
              || batches.getLast().size() == filesMax
              || bytes + each.getValue().size() > bytesMax;
      if (full) {
        batches.add(new LinkedHashMap<>());
        bytes = 0;
      }
      batches.getLast().put(each.getKey(), each.getValue());
      bytes += each.getValue().size();
    }
    return batches;
  }
}
