package dev.satchel.server.process;

import dev.satchel.core.RefusedException;
import dev.satchel.core.secret.Place;
import dev.satchel.core.workload.JobForm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The places at which a job finds its secret files. The bytes stay on tmpfs; in the working
 * directory there is only an empty file for the job's own view to be mounted on.
 */
final class SecretFiles {
  static final Path DIRECTORY = Path.of(Place.SECRETS_DIRECTORY);

  private final MadePlaces made;

  SecretFiles(MadePlaces made) {
    this.made = made;
  }

  /** Places that cannot be had, each with the next step. */
  List<String> objections(JobForm form) {
    List<String> objections = new ArrayList<>();
    for (String location : form.files().stream().sorted().toList()) {
      String objection = objection(form, location);
      if (objection != null) {
        objections.add(objection);
      }
    }
    return objections;
  }

  private static @Nullable String objection(JobForm form, String location) {
    try {
      Place.File place = new Place.File(location);
      if (location.startsWith("/")) {
        return form.trusted() ? objectionToSecretsDirectory() : null;
      }
      Path directory = form.workingDirectory();
      return directory == null || !Files.isDirectory(directory)
          ? null
          : reasonAgainst(directory, place.location());
    } catch (RefusedException e) {
      return e.detail();
    } catch (IOException e) {
      return "The place of the secret file " + location + " cannot be looked at.";
    }
  }

  private static @Nullable String objectionToSecretsDirectory() {
    boolean there = Files.isDirectory(DIRECTORY, LinkOption.NOFOLLOW_LINKS);
    return there || Machine.userId() == 0
        ? null
        : "Secret files below "
            + DIRECTORY
            + " need that directory; make it once: sudo mkdir "
            + DIRECTORY
            + ".";
  }

  private static @Nullable String reasonAgainst(Path directory, String location)
      throws IOException {
    Path place = placeIn(directory, location);
    if (!place.startsWith(directory.toRealPath())) {
      return "The secret file "
          + location
          + " would be outside of the working directory, by a symbolic link; choose another location.";
    }
    if (Files.exists(place, LinkOption.NOFOLLOW_LINKS) && !empty(place)) {
      return "There is something at "
          + location
          + " in the working directory already; move it away, or choose another location for the secret file.";
    }
    return null;
  }

  /** Where a location leads, once every directory that is there has been followed. */
  private static Path placeIn(Path directory, String location) throws IOException {
    Path real = directory.toRealPath();
    Path parts = Path.of(location);
    int i = 0;
    for (; i < parts.getNameCount() - 1; i++) {
      Path next = real.resolve(parts.getName(i));
      if (!Files.exists(next, LinkOption.NOFOLLOW_LINKS)) {
        break;
      }
      real = next.toRealPath();
    }
    return real.resolve(parts.subpath(i, parts.getNameCount()));
  }

  private static boolean empty(Path place) throws IOException {
    return Files.isRegularFile(place, LinkOption.NOFOLLOW_LINKS) && Files.size(place) == 0;
  }

  /**
   * Makes the mount points.
   *
   * @param sources by location, where the bytes lie
   * @param owner who is to own what is made, or null for this user
   * @return by where the job finds them, where the bytes lie
   */
  Map<Path, Path> place(
      ControlDirectory control,
      JobForm form,
      Path directory,
      Map<String, Path> sources,
      @Nullable Integer owner)
      throws IOException {
    synchronized (made) {
      return placed(control, form, directory, sources, owner);
    }
  }

  private Map<Path, Path> placed(
      ControlDirectory control,
      JobForm form,
      Path directory,
      Map<String, Path> sources,
      @Nullable Integer owner)
      throws IOException {
    Map<Path, Path> places = new TreeMap<>();
    for (var source : sources.entrySet()) {
      if (source.getKey().startsWith("/")) {
        if (form.trusted()) {
          ensureSecretsDirectory();
        }
        places.put(Path.of(source.getKey()), source.getValue());
        continue;
      }
      Path place = placeIn(directory, source.getKey());
      if (form.workingDirectory() != null) { // What is made in the attempt's own goes with that.
        made.record(control, place);
      }
      make(place, owner);
      Path seen =
          form.trusted()
              ? place
              : Path.of(JobEnvironment.WORK)
                  .resolve(directory.toRealPath().relativize(place).toString());
      places.put(seen, source.getValue());
    }
    return places;
  }

  private static void ensureSecretsDirectory() throws IOException {
    if (!Files.isDirectory(DIRECTORY, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectory(DIRECTORY);
      Files.setPosixFilePermissions(DIRECTORY, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  private static void make(Path place, @Nullable Integer owner) throws IOException {
    Path parent = place.getParent();
    if (parent == null || Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Deque<Path> missing = new ArrayDeque<>();
    for (Path each = parent;
        each != null && !Files.exists(each, LinkOption.NOFOLLOW_LINKS);
        each = each.getParent()) {
      missing.addFirst(each);
    }
    for (Path each : missing) {
      own(Files.createDirectory(each), owner);
    }
    var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("r--------"));
    own(Files.createFile(place, mode), owner);
  }

  private static void own(Path path, @Nullable Integer owner) throws IOException {
    if (owner != null) {
      Files.setAttribute(path, "unix:uid", owner, LinkOption.NOFOLLOW_LINKS);
      Files.setAttribute(path, "unix:gid", owner, LinkOption.NOFOLLOW_LINKS);
    }
  }
}
