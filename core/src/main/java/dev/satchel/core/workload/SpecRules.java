package dev.satchel.core.workload;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;

/** What a workload's spec must be, whoever sends it. */
final class SpecRules {
  static final int RETRIES_MAX = 100;
  static final int SECRETS_MAX = 64;
  private static final int REQUIRED_MAX = 256;
  private static final int LABEL_MAX_CHARS = 128;
  private static final int VARIABLES_MAX = 512;
  private static final int WORDS_MAX = 4096;
  private static final int COMMAND_MAX_BYTES = ExecCommand.WORDS_MAX_BYTES;
  private static final Duration TIMEOUT_MAX = Duration.ofDays(366);
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._-]{0,127}");

  private SpecRules() {}

  static void check(WorkloadSpec spec) {
    if (spec.name() != null && !NAME.matcher(spec.name()).matches()) {
      throw RefusedException.invalid(
          "name",
          "A workload's name is 1 to 128 letters, digits, \".\", \"_\" or \"-\", and begins with a letter or digit.");
    }
    if (spec.java() != null) {
      JavaRules.check(spec, spec.java());
    }
    checkCommand(spec);
    ContainerSpec container = spec.container();
    if (container != null) {
      ContainerRules.check(container);
    }
    if (spec.credentials() != null && (container == null || spec.engine().equals("process"))) {
      throw new RefusedException(
              Reason.UNSUPPORTED,
              "The process engine runs jobs on this machine alone; name an image, or leave"
                  + " credentials out.")
          .with("field", "credentials");
    }
    checkNumbers(spec);
    checkLists(spec);
    WorkloadMounts.check(spec.mounts());
    if (spec.env().size() > VARIABLES_MAX) {
      throw RefusedException.invalid(
          "env", "A workload has at most " + VARIABLES_MAX + " variables in env.");
    }
    Environment.checkVisible(spec.env());
    if (spec.workingDirectory() != null && !isAbsolutePath(spec.workingDirectory())) {
      throw RefusedException.invalid(
          "working_directory", "working_directory must be an absolute path.");
    }
  }

  /** The spec's name, or nothing where it has none that is one. */
  static String nameOrEmpty(WorkloadSpec spec) {
    String name = spec.name();
    return name != null && NAME.matcher(name).matches() ? name : "";
  }

  private static boolean isAbsolutePath(String text) {
    try {
      return text.startsWith("/") && Path.of(text).isAbsolute();
    } catch (InvalidPathException e) { // A zero byte, or letters the machine's locale lacks.
      return false;
    }
  }

  private static void checkCommand(WorkloadSpec spec) {
    boolean none = spec.command().isEmpty();
    if (none ? spec.container() == null : spec.command().getFirst().isEmpty()) {
      throw RefusedException.invalid(
          "command", "A job needs an image, or a command such as [\"python\", \"train.py\"].");
    }
    long bytes = 0;
    for (int i = 0; i < spec.command().size(); i++) {
      String word = spec.command().get(i);
      if (word.indexOf(0) >= 0) {
        throw RefusedException.invalid(
            "command[" + i + "]",
            "command[" + i + "] holds a zero byte, which no argument can carry.");
      }
      bytes += word.getBytes(StandardCharsets.UTF_8).length;
    }
    if (spec.command().size() > WORDS_MAX || bytes > COMMAND_MAX_BYTES) {
      throw RefusedException.invalid(
          "command",
          "A command has at most " + WORDS_MAX + " words and " + COMMAND_MAX_BYTES + " bytes.");
    }
  }

  private static void checkNumbers(WorkloadSpec spec) {
    if (spec.retries() < 0 || spec.retries() > RETRIES_MAX) {
      throw RefusedException.invalid(
          "retries", "retries is a number from 0 to " + RETRIES_MAX + ".");
    }
    Duration timeout = spec.timeout();
    if (timeout != null && (!timeout.isPositive() || timeout.compareTo(TIMEOUT_MAX) > 0)) {
      throw RefusedException.invalid(
          "timeout_s",
          "timeout_s is a number of seconds from 1 to " + TIMEOUT_MAX.toSeconds() + ".");
    }
  }

  private static void checkLists(WorkloadSpec spec) {
    if (spec.secrets().size() > SECRETS_MAX) {
      throw RefusedException.invalid(
          "secrets", "A workload names at most " + SECRETS_MAX + " secrets.");
    }
    if (spec.secrets().stream().anyMatch(use -> use.require().size() > REQUIRED_MAX)) {
      throw RefusedException.invalid(
          "secrets", "A workload requires at most " + REQUIRED_MAX + " entries of a secret.");
    }
    spec.labels()
        .forEach(
            (label, value) -> {
              if (value.length() > LABEL_MAX_CHARS) {
                throw RefusedException.invalid(
                    label, label + " is at most " + LABEL_MAX_CHARS + " characters long.");
              }
            });
  }
}
