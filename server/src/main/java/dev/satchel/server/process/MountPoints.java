package dev.satchel.server.process;

import dev.satchel.core.workload.JobForm;
import dev.satchel.core.workload.Mount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a job finds its volumes. An owner's job sees this machine's own directories, so that one
 * must be there for the volume to be mounted on in the job's view; nothing is mounted outside of
 * it.
 */
final class MountPoints {
  private static final List<Path> SYSTEM =
      List.of(
          Path.of("/usr"),
          Path.of("/bin"),
          Path.of("/sbin"),
          Path.of("/lib"),
          Path.of("/lib32"),
          Path.of("/lib64"),
          Path.of("/libx32"),
          Path.of("/etc"),
          Path.of("/run"), // Where programs look for services, such as the one that knows names.
          Path.of("/var/run"),
          Path.of(JobEnvironment.WORK));

  private final MadePlaces made;

  MountPoints(MadePlaces made) {
    this.made = made;
  }

  /**
   * Places that cannot be had, each with the next step.
   *
   * @param hidden the server's own directories, by every path that leads to them
   */
  List<String> objections(JobForm form, Collection<Path> hidden) {
    List<String> objections = new ArrayList<>();
    for (String path : form.mounts()) {
      String objection =
          form.trusted() ? objectionOfOwners(form, path, hidden) : objectionOfOthers(path);
      if (objection != null) {
        objections.add(objection);
      }
    }
    return objections;
  }

  private static @Nullable String objectionOfOthers(String path) {
    Path place = Path.of(path);
    return SYSTEM.stream().anyMatch(system -> meet(place, system))
        ? "The mount " + path + " is where every job has its programs; choose another path."
        : null;
  }

  private static @Nullable String objectionOfOwners(
      JobForm form, String path, Collection<Path> hidden) {
    try {
      Path place = placeOf(path);
      if (hidden.stream().anyMatch(server -> meet(place, server))) {
        return "The mount " + path + " is where the server has its own data; choose another path.";
      }
      Path directory = form.workingDirectory();
      if (directory != null
          && Files.isDirectory(directory)
          && directory.toRealPath().startsWith(place)) {
        return "The mount "
            + path
            + " would hide the working directory "
            + directory
            + "; choose another path, or another directory.";
      }
      if (Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
        return null;
      }
      return objectionToMaking(path, place);
    } catch (IOException e) {
      return "The place of the mount " + path + " cannot be looked at.";
    }
  }

  private static @Nullable String objectionToMaking(String path, Path place) {
    Path there = place;
    while (!Files.exists(there, LinkOption.NOFOLLOW_LINKS)) {
      there = there.getParent() == null ? Path.of("/") : there.getParent();
    }
    if (!Files.isDirectory(there, LinkOption.NOFOLLOW_LINKS)) {
      return "The mount "
          + path
          + " cannot be had: "
          + there
          + " is no directory on this machine; choose another path.";
    }
    return Files.isWritable(there)
        ? null
        : "The mount "
            + path
            + " needs that directory on this machine, where nothing is mounted but in the job's own"
            + " view; make it once: sudo mkdir -p "
            + path
            + ".";
  }

  private static boolean meet(Path one, Path other) {
    return one.startsWith(other) || other.startsWith(one);
  }

  /** Where a path leads, once every directory that is there has been followed. */
  private static Path placeOf(String path) throws IOException {
    Path parts = Path.of(path);
    Path real = Path.of("/");
    for (int i = 0; i < parts.getNameCount(); i++) {
      Path next = real.resolve(parts.getName(i));
      if (!Files.exists(next, LinkOption.NOFOLLOW_LINKS)) {
        return real.resolve(parts.subpath(i, parts.getNameCount()));
      }
      real = next.toRealPath();
    }
    return real;
  }

  /**
   * Makes the places.
   *
   * @return the mounts, each where it is once links are followed
   */
  List<Mount> place(ControlDirectory control, JobForm form, List<Mount> mounts) throws IOException {
    if (!form.trusted()) {
      return mounts; // They see nothing of this machine, and get places of their own.
    }
    List<Mount> placed = new ArrayList<>();
    synchronized (made) {
      for (Mount mount : mounts) {
        Path place = placeOf(mount.path());
        made.record(control, place);
        make(place);
        placed.add(new Mount(mount.source(), place.toString(), mount.readOnly(), mount.live()));
      }
    }
    return placed;
  }

  private static void make(Path place) throws IOException {
    Deque<Path> missing = new ArrayDeque<>();
    for (Path each = place;
        each != null && !Files.exists(each, LinkOption.NOFOLLOW_LINKS);
        each = each.getParent()) {
      missing.addFirst(each);
    }
    for (Path each : missing) {
      Files.createDirectory(each);
      Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }
}
