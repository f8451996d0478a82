package dev.satchel.sdk.pack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * An archive that is ready to be sent, in a temporary file that {@link #close} removes.
 *
 * @param archive the tar.gz
 * @param files how many are in it
 * @param requirements what the server is told of code; empty for an input
 */
public record Pack(Path archive, int files, Map<String, Object> requirements)
    implements AutoCloseable {
  /**
   * Packs what the {@code app.yaml} of a directory names, and that itself. Nothing that it wants
   * done before is done.
   *
   * @param directory of the code
   * @param prepared whether what the manifest wants done before was done
   * @return to be closed
   * @throws PackException where the manifest cannot be read, names what is not there, or wants
   *     something done that was not
   * @throws UncheckedIOException where a file cannot be read
   */
  public static Pack ofCode(Path directory, boolean prepared) {
    try {
      Manifest manifest = Manifest.of(directory);
      if (!manifest.steps().isEmpty() && !prepared) {
        throw new PackException(
            "app.yaml wants this done before the code is sent, and a push runs no commands: "
                + String.join("; ", manifest.steps())
                + ". Do it, and say that it is prepared.");
      }
      Set<String> names = new TreeSet<>(FilePatterns.find(directory, manifest.files()));
      if (!names.contains(manifest.main())) {
        throw new PackException(
            "What runs is " + manifest.main() + ", and files of app.yaml does not name it.");
      }
      names.add(Manifest.NAME);
      names.addAll(packages(directory, manifest));
      return packed(directory, names, manifest.requirements(), programs(manifest));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /**
   * Packs all files of a directory, as an input.
   *
   * @param directory of the input
   * @return to be closed
   * @throws PackException where it is none
   * @throws UncheckedIOException where a file cannot be read
   */
  public static Pack ofInput(Path directory) {
    try {
      if (!Files.isDirectory(directory)) {
        throw new PackException(directory + " is no directory.");
      }
      return packed(directory, all(directory, ""), Map.of(), Set.of());
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static Set<String> packages(Path directory, Manifest manifest) throws IOException {
    boolean python = manifest.type().equals("python");
    return python && Files.isDirectory(directory.resolve(Manifest.PACKAGES))
        ? all(directory, Manifest.PACKAGES)
        : Set.of();
  }

  /** What must be executable, also where it comes from a system that does not know of that. */
  private static Set<String> programs(Manifest manifest) {
    boolean program = manifest.type().equals("binary") || manifest.type().equals("go");
    return program ? Set.of(manifest.main()) : Set.of();
  }

  private static Set<String> all(Path directory, String below) throws IOException {
    Set<String> names = new TreeSet<>();
    try (Stream<Path> files = Files.walk(directory.resolve(below), FileVisitOption.FOLLOW_LINKS)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        List<String> parts = new ArrayList<>();
        directory.relativize(file).forEach(part -> parts.add(part.toString()));
        names.add(String.join("/", parts));
      }
    } catch (UncheckedIOException loop) {
      throw loop.getCause();
    }
    return names;
  }

  private static Pack packed(
      Path directory, Set<String> names, Map<String, Object> requirements, Set<String> programs)
      throws IOException {
    Path archive = Files.createTempFile("satchel-", ".tar.gz"); // For its owner alone.
    try {
      try (TarGz tar = new TarGz(archive)) {
        for (String name : names) {
          Path file = directory.resolve(name);
          boolean runs = Files.isExecutable(file) || programs.contains(name);
          tar.add(name, file, runs, isSourceOfCompiled(name));
        }
      }
      return new Pack(archive, names.size(), requirements);
    } catch (IOException | RuntimeException failed) {
      Files.deleteIfExists(archive);
      throw failed;
    }
  }

  /** Python takes a compiled file only beside a source of the time that it names. */
  private static boolean isSourceOfCompiled(String name) {
    return name.startsWith(Manifest.PACKAGES) && name.endsWith(".py");
  }

  /** Removes the archive. */
  @Override
  public void close() {
    try {
      Files.deleteIfExists(archive);
    } catch (IOException left) {
      throw new UncheckedIOException(left);
    }
  }
}
