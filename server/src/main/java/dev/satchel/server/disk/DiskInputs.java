package dev.satchel.server.disk;

import dev.satchel.core.application.InputFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/** The files of managed inputs, one beside the other. */
public final class DiskInputs implements InputFiles {
  /** Longer than an act takes that keeps a file before the row that names it. */
  static final Duration SETTLED = Duration.ofHours(1);

  private final Path directory;
  private final InstantSource clock;

  public DiskInputs(Path directory, InstantSource clock) {
    this.directory = directory;
    this.clock = clock;
    DiskRuns.makePrivate(directory);
  }

  @Override
  public void keep(String name, Path file) {
    try {
      Files.createLink(of(name), file);
      DiskRuns.sync(directory);
    } catch (IOException e) {
      throw new UncheckedIOException("a managed input cannot be kept", e);
    }
  }

  @Override
  public Path of(String name) {
    return directory.resolve(name);
  }

  @Override
  public List<String> names(String after, int limit) {
    return settled(directory, clock, after, limit);
  }

  @Override
  public void remove(Collection<String> names) {
    try {
      for (String name : names) {
        Files.deleteIfExists(of(name));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a managed input cannot be removed", e);
    }
  }

  /**
   * Removes directories of files alone, by their names; those that are not there are passed over.
   */
  static void removeAll(Path directory, Collection<String> names) {
    for (String name : names) {
      Path of = directory.resolve(name);
      if (!Files.isDirectory(of)) {
        continue;
      }
      try (Stream<Path> files = Files.list(of)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
        Files.delete(of);
      } catch (IOException e) {
        throw new UncheckedIOException("the files of a workload cannot be removed", e);
      }
    }
  }

  /** The sorted names of what was in a directory an hour ago, after one, at most so many. */
  static List<String> settled(Path directory, InstantSource clock, String after, int limit) {
    try (Stream<Path> all = Files.list(directory)) {
      return all.filter(each -> isSettled(each, clock))
          .map(each -> String.valueOf(each.getFileName()))
          .filter(name -> name.compareTo(after) > 0)
          .sorted()
          .limit(limit)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** By the time of its inode: of a link, that is when it was made. */
  static boolean isSettled(Path file, InstantSource clock) {
    try {
      var changed = (java.nio.file.attribute.FileTime) Files.getAttribute(file, "unix:ctime");
      return changed.toInstant().plus(SETTLED).isBefore(clock.instant());
    } catch (IOException e) {
      return false; // It is going, or has gone.
    }
  }
}
