package dev.satchel.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds a Java that can run the server. */
final class JavaHomes {
  static final int OLDEST = 25;
  static final String VARIABLE = "SATCHEL_JAVA_HOME";

  private static final Pattern VERSION = Pattern.compile("JAVA_VERSION=\"(\\d+)");

  private JavaHomes() {}

  static boolean isThisOne() {
    return Runtime.version().feature() >= OLDEST;
  }

  /** The one that a variable names, this one, or one that is installed beside this one. */
  static Path home() {
    Path here = Path.of(System.getProperty("java.home"));
    String named = System.getenv(VARIABLE);
    if (named != null && !named.isEmpty()) {
      return Path.of(named);
    }
    if (isThisOne()) {
      return here;
    }
    return siblings(here).stream()
        .filter(home -> version(home) >= OLDEST)
        .min(Comparator.comparing(JavaHomes::version))
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "The server needs Java "
                        + OLDEST
                        + " or later, and there is none beside "
                        + here
                        + ": set "
                        + VARIABLE
                        + " to the home of one."));
  }

  private static List<Path> siblings(Path home) {
    try (Stream<Path> all = Files.list(home.resolveSibling("."))) {
      return all.filter(each -> Files.isExecutable(each.resolve("bin").resolve("java"))).toList();
    } catch (IOException unreadable) {
      return List.of();
    }
  }

  private static int version(Path home) {
    try {
      Matcher version = VERSION.matcher(Files.readString(home.resolve("release")));
      return version.find() ? Integer.parseInt(version.group(1)) : 0;
    } catch (IOException none) {
      return 0;
    }
  }
}
