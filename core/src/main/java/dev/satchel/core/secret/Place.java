package dev.satchel.core.secret;

import dev.satchel.core.RefusedException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Where an entry goes in a job: a variable or a file. Two places are the same where type and
 * location are.
 */
public sealed interface Place {
  /** The directory below which a file may have an absolute path. */
  String SECRETS_DIRECTORY = "/run/secrets";

  String type();

  String location();

  /** A variable. Names that begin with {@code SATCHEL_} are Satchel's own. */
  record Env(String location) implements Place {
    private static final Pattern FORM = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final int NAME_MAX_CHARS = 256;

    public Env {
      if (!isName(location)) {
        throw RefusedException.invalid(
            "location",
            "A variable's name is 1 to 256 letters, digits or \"_\", and does not begin with a digit.");
      }
      if (location.startsWith("SATCHEL_")) {
        throw RefusedException.invalid(
            "location",
            "Names that begin with SATCHEL_ are reserved for Satchel itself; choose another.");
      }
    }

    /** Whether a text has the form of a variable's name; what has not could be anything. */
    public static boolean isName(String text) {
      return text.length() <= NAME_MAX_CHARS && FORM.matcher(text).matches();
    }

    @Override
    public String type() {
      return "env";
    }
  }

  /**
   * A file: a path relative to the job's working directory, or absolute below {@link
   * #SECRETS_DIRECTORY}.
   */
  record File(String location) implements Place {
    private static final Pattern FORM =
        Pattern.compile("[^\\x00-\\x1f\\x7f/]{1,255}(/[^\\x00-\\x1f\\x7f/]{1,255})*");
    private static final int PATH_MAX_CHARS = 1024;

    public File {
      String relative =
          location.startsWith(SECRETS_DIRECTORY + "/")
              ? location.substring(SECRETS_DIRECTORY.length() + 1)
              : location;
      if (location.length() > PATH_MAX_CHARS
          || !FORM.matcher(relative).matches()
          || climbs(relative)
          || !StandardCharsets.UTF_8.newEncoder().canEncode(location)) {
        throw RefusedException.invalid(
            "location",
            "A file's location is a path relative to the working directory, or absolute below "
                + SECRETS_DIRECTORY
                + ", without \".\", \"..\", empty parts or control characters.");
      }
    }

    private static boolean climbs(String relative) {
      for (String part : relative.split("/", -1)) {
        if (part.equals(".") || part.equals("..")) {
          return true;
        }
      }
      return false;
    }

    @Override
    public String type() {
      return "file";
    }
  }
}
