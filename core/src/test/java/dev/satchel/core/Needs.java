package dev.satchel.core;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** What a test needs of its machine: where CI is set its absence fails, else it skips out loud. */
public final class Needs {
  private Needs() {}

  /** Goes on only where it is there. */
  public static void that(boolean there, String message) {
    if (!there && "true".equals(System.getenv("CI"))) {
      fail(message);
    }
    assumeTrue(there, message);
  }

  /** Goes on only for the superuser. */
  public static void root() {
    that("root".equals(System.getProperty("user.name")), "this test needs root");
  }

  /** Goes on only where a program is on the path. */
  public static void command(String name) {
    boolean there =
        List.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)).stream()
            .anyMatch(directory -> Files.isExecutable(Path.of(directory, name)));
    that(there, "this test needs the command " + name);
  }

  /** The home of a Java 17, for which the SDK is compiled. */
  public static Path java17() {
    Path all = Path.of("/usr/lib/jvm");
    Path home = null;
    if (Files.isDirectory(all)) {
      try (Stream<Path> homes = Files.list(all)) {
        home = homes.sorted().filter(Needs::isJava17).findFirst().orElse(null);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    that(home != null, "this test needs a JDK 17 below /usr/lib/jvm");
    return Objects.requireNonNull(home);
  }

  private static boolean isJava17(Path home) {
    try {
      return Files.isExecutable(home.resolve("bin/java"))
          && Files.readString(home.resolve("release")).contains("JAVA_VERSION=\"17.");
    } catch (IOException none) {
      return false;
    }
  }

  /**
   * A Python that has PyNaCl: the one named by SATCHEL_TEST_PYTHON, else of the project's own
   * environment, else the machine's.
   *
   * @param root the project's directory
   */
  public static String pythonWithNacl(Path root) {
    List<String> candidates = new ArrayList<>();
    String named = System.getenv("SATCHEL_TEST_PYTHON");
    if (named != null) {
      candidates.add(named);
    }
    candidates.add(root.resolve(".venv/bin/python").toString());
    candidates.add("python3");
    for (String python : candidates) {
      if (works(python, "-c", "import nacl.secret")) {
        return python;
      }
    }
    that(false, "this test needs a Python with PyNaCl: set SATCHEL_TEST_PYTHON to one");
    throw new IllegalStateException("not reached");
  }

  /** Whether a command runs and exits with 0; what it prints is dropped. */
  public static boolean works(String... command) {
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
