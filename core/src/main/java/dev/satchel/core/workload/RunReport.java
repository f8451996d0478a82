package dev.satchel.core.workload;

import java.util.List;
import java.util.Locale;

/** What a run may report beside its output. */
public enum RunReport {
  /** Deprecated by clients in favour of metrics; a JSON object. */
  STATISTICS,
  /** A JSON object. */
  METRICS,
  /** Named contents, such as charts; a JSON array. */
  ASSETS;

  /** The report's name: of its file, and of its member in an output of the format json. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Where it usually lies, relative to where the program works: the first that is there counts.
   * Source: the local runner of the client {@code nextmv}.
   */
  List<String> usualFiles() {
    String file = word() + ".json";
    return List.of("outputs/" + file, "outputs/" + word() + "/" + file);
  }
}
