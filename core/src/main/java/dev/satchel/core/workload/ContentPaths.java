package dev.satchel.core.workload;

import dev.satchel.core.RefusedException;
import java.nio.file.Path;
import java.util.List;

/**
 * Where a run's files lie instead of at the usual places, each relative to where its program works;
 * empty for the usual one.
 *
 * @param input the directory of its input files
 * @param solutions the directory of its output files
 * @param statistics and {@code metrics} and {@code assets} the file of each report
 */
public record ContentPaths(
    String input, String solutions, String statistics, String metrics, String assets) {
  /** All at the usual places. */
  public static final ContentPaths USUAL = new ContentPaths("", "", "", "", "");

  private static final int PATH_MAX_CHARS = 512;

  public ContentPaths {
    requireBelow("input_path", input);
    requireBelow("solutions_path", solutions);
    requireBelow("statistics_path", statistics);
    requireBelow("metrics_path", metrics);
    requireBelow("assets_path", assets);
  }

  String of(RunReport report) {
    return switch (report) {
      case STATISTICS -> statistics;
      case METRICS -> metrics;
      case ASSETS -> assets;
    };
  }

  /** What is meant for a directory of its own must not be the directory of everything. */
  private static void requireBelow(String field, String path) {
    requireWithin(field, path);
    if (!path.isEmpty() && Path.of(path).normalize().toString().isEmpty()) {
      throw RefusedException.invalid(
          "requirements." + field,
          "requirements." + field + " must name something below where the program works.");
    }
  }

  /** INVALID, with the field's name, where a path of a client's requirements leads elsewhere. */
  public static void requireWithin(String field, String path) {
    boolean leaves = List.of(path.split("/", -1)).contains("..");
    if (path.startsWith("/")
        || leaves
        || path.length() > PATH_MAX_CHARS
        || path.chars().anyMatch(c -> c < ' ' || c == 127)) {
      throw RefusedException.invalid(
          "requirements." + field,
          "requirements." + field + " must be a relative path within the application's files.");
    }
  }
}
