package dev.satchel.server.process;

import dev.satchel.core.workload.AttemptId;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What was made on the machine for jobs' own views to be mounted on. Several attempts may use one;
 * the last removes it. Whoever makes or removes holds this object.
 */
final class MadePlaces {
  private final Path attempts;

  MadePlaces(Path attempts) {
    this.attempts = attempts;
  }

  /** Records what is about to be made for an attempt at a place, and above it. */
  void record(ControlDirectory control, Path place) throws IOException {
    Set<Path> shared = byOthers(control);
    List<Path> used = new ArrayList<>();
    for (Path each = place; each != null; each = each.getParent()) {
      if (!Files.exists(each, LinkOption.NOFOLLOW_LINKS) || shared.contains(each)) {
        used.addFirst(each);
      }
    }
    control.recordMounts(used);
  }

  private Set<Path> byOthers(ControlDirectory control) throws IOException {
    Set<Path> made = new HashSet<>();
    for (AttemptId other : AttemptNames.in(attempts)) {
      if (!other.equals(control.attempt())) {
        made.addAll(ControlDirectory.of(attempts, other).mounts());
      }
    }
    return made;
  }

  /** Removes what was made for an attempt, as far as it is still empty and unused. */
  synchronized void remove(ControlDirectory control) throws IOException {
    Set<Path> shared = byOthers(control);
    for (Path path : List.copyOf(control.mounts()).reversed()) {
      try {
        if (!shared.contains(path)) {
          Deletion.ofEmpty(path);
        }
      } catch (FileSystemException e) {
        // Somebody uses it, removed it, or put something else in its place.
      }
    }
  }
}
