package dev.satchel.server.bucket;

import dev.satchel.core.bucket.BucketDriver.Unkept;
import dev.satchel.core.bucket.BucketMountId;
import dev.satchel.server.bucket.Tree.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What jobs left and no bucket got, kept for people to look at. */
record Unwritables(Path root, InstantSource clock) {
  private static final Logger LOG = LoggerFactory.getLogger(Unwritables.class);
  private static final int NAMED_MAX = 3;

  Path aside(BucketMountId id) {
    return root.resolve(id.toString());
  }

  private Path unkeptPlace(BucketMountId id) {
    return root.resolve(id + "-unkept");
  }

  /** Keeps single files, each below the directory that it was in. */
  void keep(BucketMountId id, Path shown, Collection<Path> files) throws IOException {
    if (files.isEmpty()) {
      return;
    }
    Path place = unkeptPlace(id);
    make(place);
    for (Path file : files) {
      Path to = place.resolve(shown.relativize(file));
      Files.createDirectories(to.resolveSibling("."));
      Tree.moveFile(file, to);
    }
    Files.setLastModifiedTime(place, FileTime.from(clock.instant()));
  }

  @Nullable Unkept unkept(BucketMountId id) {
    Path place = unkeptPlace(id);
    if (!Files.exists(place)) {
      return null;
    }
    List<String> names = new ArrayList<>();
    try {
      int above = Names.of(place).length();
      Tree.walk(
          place,
          (path, kind, stamp) -> {
            if (names.size() < NAMED_MAX) {
              names.add(Names.readable(Changes.relative(path, above)));
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Unkept(place, names);
  }

  /** Keeps what was changed, and drops what the bucket has. */
  void setAside(BucketMountId id, SyncDirectory directory) throws IOException {
    if (Files.exists(aside(id)) || !directory.isShown()) {
      return;
    }
    Manifest manifest = Manifest.read(directory.manifest());
    if (manifest == null || manifest.readOnly()) {
      return;
    }
    try {
      dropUnchanged(directory, manifest);
    } catch (IOException e) {
      LOG.warn("what in {} was not changed is kept with the rest: {}", directory.shown(), e + "");
    }
    make(root);
    Files.move(directory.shown(), aside(id));
    Files.setLastModifiedTime(aside(id), FileTime.from(clock.instant()));
  }

  private static void dropUnchanged(SyncDirectory directory, Manifest manifest) throws IOException {
    Changes changes = Changes.of(directory.shown(), manifest);
    Set<String> kept = new HashSet<>(changes.written().keySet());
    kept.addAll(changes.unkept().keySet());
    List<Path> dropped = new ArrayList<>();
    int above = Names.of(directory.shown()).length();
    Tree.walk(
        directory.shown(),
        (path, kind, stamp) -> {
          if (kind == Kind.EMPTY || !kept.contains(Changes.relative(path, above))) {
            dropped.add(path);
          }
        });
    for (Path each : dropped) {
      Tree.removeFile(each);
    }
  }

  private static void make(Path directory) throws IOException {
    Files.createDirectories(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  void sweep(Duration age) {
    Instant before = clock.instant().minus(age);
    try (Stream<Path> all = Files.list(root)) {
      for (Path each : all.toList()) {
        if (Files.getLastModifiedTime(each).toInstant().isBefore(before)) {
          Tree.remove(each);
        }
      }
    } catch (NoSuchFileException e) {
      // Nothing was ever set aside.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
