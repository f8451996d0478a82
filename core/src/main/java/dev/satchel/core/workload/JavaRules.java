package dev.satchel.core.workload;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;

/** What a call of a Java method must be, whoever sends it. */
public final class JavaRules {
  /** How many jars a class path may have. */
  static final int JARS_MAX = 2000;

  private static final int OPTIONS_MAX = 64;
  private static final int OPTION_MAX_CHARS = 4096;
  private static final int RELEASE_MAX = 1000;
  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern CLASS =
      Pattern.compile("[\\p{javaJavaIdentifierStart}][\\p{javaJavaIdentifierPart}.]{0,1023}");

  /** Options that say what is run, which the rest of the call says. */
  private static final List<String> RESERVED =
      List.of("-cp", "-classpath", "--class-path", "-jar", "-m", "--module", "--source");

  private JavaRules() {}

  /** Whether a text is a digest as class paths have them. */
  public static boolean isDigest(String text) {
    return DIGEST.matcher(text).matches();
  }

  /**
   * Refuses where jars of a class path are not kept.
   *
   * @param next what to do about it
   * @throws RefusedException CODE_MISSING with {@code digests}
   */
  public static void requireAll(JavaSpec java, List<String> missing, String next) {
    if (!missing.isEmpty()) {
      throw new RefusedException(
              Reason.CODE_MISSING,
              missing.size()
                  + " of the "
                  + java.classPath().size()
                  + " jars of this class path are not here; "
                  + next
                  + ".")
          .with("digests", missing);
    }
  }

  static void check(WorkloadSpec spec, JavaSpec java) {
    require(
        spec.workingDirectory() == null,
        "working_directory",
        "A function works in a fresh directory of its own; leave working_directory out.");
    List<String> jars = java.classPath();
    require(
        !jars.isEmpty()
            && jars.size() <= JARS_MAX
            && jars.stream().allMatch(JavaRules::isDigest)
            && new HashSet<>(jars).size() == jars.size(),
        "java.class_path",
        "java.class_path is 1 to "
            + JARS_MAX
            + " SHA-256 digests of jars, each of 64 hexadecimal digits in lower case, each once.");
    require(CLASS.matcher(java.main()).matches(), "java.main", "java.main is the name of a class.");
    require(
        java.options().size() <= OPTIONS_MAX
            && java.options().stream().allMatch(JavaRules::isOption),
        "java.options",
        "java.options are at most "
            + OPTIONS_MAX
            + " options of the JVM such as -Xmx1g, of one line each, and none of "
            + String.join(", ", RESERVED)
            + ".");
    require(
        java.release() >= 0 && java.release() <= RELEASE_MAX,
        "java.release",
        "java.release is the number of a Java release, such as 21.");
  }

  private static boolean isOption(String option) {
    return option.startsWith("-")
        && option.length() <= OPTION_MAX_CHARS
        && option.chars().noneMatch(c -> c < ' ')
        && RESERVED.stream()
            .noneMatch(word -> option.equals(word) || option.startsWith(word + "="));
  }

  private static void require(boolean kept, String field, String rule) {
    if (!kept) {
      throw RefusedException.invalid(field, rule);
    }
  }
}
