package dev.satchel.sdk.pack;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The files that the patterns of a manifest name, as nextmv's own client reads them: {@code *},
 * {@code ?} and {@code [abc]} within a name, {@code **} for any directories, {@code dir/} for the
 * files in it, {@code !pattern} to leave out what was named before. Names that begin with a dot are
 * only meant where the pattern says the dot.
 */
final class FilePatterns {
  private static final int MOST_DEPTH = 64;
  private static final int MOST_FILES = 100_000;

  private FilePatterns() {}

  /**
   * Finds them.
   *
   * @return relative, with slashes, in order
   * @throws PackException where a pattern leads out of the directory or names no file
   */
  static Set<String> find(Path root, List<String> patterns) throws IOException {
    Set<String> found = new TreeSet<>();
    for (String pattern : patterns) {
      boolean leavesOut = pattern.startsWith("!");
      String plain = leavesOut ? pattern.substring(1) : pattern;
      List<String> matches = new ArrayList<>();
      boolean any = match(root, "", parts(plain.endsWith("/") ? plain + "*" : plain), matches, 0);
      if (leavesOut) {
        matches.forEach(found::remove);
      } else if (any) {
        found.addAll(matches);
      } else {
        throw new PackException(
            "No file is called \""
                + pattern
                + "\", which app.yaml names in files; correct it, or make the file.");
      }
      if (found.size() > MOST_FILES) {
        throw new PackException("app.yaml names more than " + MOST_FILES + " files.");
      }
    }
    return found;
  }

  private static List<String> parts(String pattern) {
    List<String> parts = new ArrayList<>();
    for (String part : pattern.split("/", -1)) {
      if (part.equals("..") || pattern.startsWith("/")) {
        throw new PackException(
            "The pattern \"" + pattern + "\" of app.yaml leads out of its directory.");
      }
      if (!part.isEmpty() && !part.equals(".")) {
        parts.add(part);
      }
    }
    return parts;
  }

  /** Adds the files that match; answers whether anything did, be it a directory. */
  private static boolean match(
      Path directory, String prefix, List<String> parts, List<String> matches, int depth)
      throws IOException {
    if (parts.isEmpty()) {
      return true; // The directory itself, of which nothing is sent.
    }
    if (depth > MOST_DEPTH) {
      throw new PackException(
          "The directory " + prefix + " is too deep; does a link in it lead back?");
    }
    String part = parts.get(0);
    List<String> rest = parts.subList(1, parts.size());
    boolean any = part.equals("**") && match(directory, prefix, rest, matches, depth);
    Pattern wanted = pattern(part);
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        String name = String.valueOf(entry.getFileName());
        if (wanted.matcher(name).matches()) {
          any |= matched(entry, prefix + name, part.equals("**"), parts, matches, depth);
        }
      }
    }
    return any;
  }

  private static boolean matched(
      Path entry, String name, boolean any, List<String> parts, List<String> matches, int depth)
      throws IOException {
    List<String> rest = parts.subList(1, parts.size());
    if (Files.isDirectory(entry)) {
      return match(entry, name + "/", any ? parts : rest, matches, depth + 1);
    }
    if (!rest.isEmpty() || !Files.isRegularFile(entry)) {
      return false;
    }
    matches.add(name);
    return true;
  }

  private static Pattern pattern(String part) {
    if (part.equals("**")) {
      return Pattern.compile("[^.].*", Pattern.DOTALL);
    }
    StringBuilder regex = new StringBuilder(part.startsWith(".") ? "" : "(?!\\.)");
    for (int i = 0; i < part.length(); i++) {
      char c = part.charAt(i);
      int end = c == '[' ? part.indexOf(']', i + 2) : -1;
      if (c == '*') {
        regex.append(".*");
      } else if (c == '?') {
        regex.append('.');
      } else if (end > 0) {
        String set = part.substring(i + 1, end).replace("\\", "\\\\").replace("[", "\\[");
        regex.append('[').append(set.startsWith("!") ? "^" + set.substring(1) : set).append(']');
        i = end;
      } else {
        regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL);
  }
}
