package dev.satchel.core.workload;

import dev.satchel.core.application.ApplicationId;
import dev.satchel.core.application.CollectionName;
import dev.satchel.core.application.PartId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What makes a workload a run of an application.
 *
 * @param instance the id of the instance that it was submitted to; empty for none
 * @param version empty where it runs the newest push
 * @param name for people
 * @param input {@code json}, {@code text}, {@code multi-file} or {@code csv-archive}; so is output
 * @param directory in which its program works, relative to where its files are; empty for there
 * @param collection the id of its secrets collection; empty for none
 */
public record RunSpec(
    ApplicationId application,
    String instance,
    String version,
    String name,
    String description,
    String executionClass,
    String runtime,
    String input,
    String output,
    String directory,
    Map<String, String> options,
    String collection,
    ContentPaths paths,
    RunOrigin origin,
    Queuing queuing) {
  public RunSpec {
    options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
  }

  /** The collection that it opens; null for none. */
  public @Nullable CollectionName collectionName() {
    return collection.isEmpty() ? null : new CollectionName(application, new PartId(collection));
  }

  /**
   * The directory, relative to where its program works, into which an input of several files is
   * unpacked.
   */
  public String inputDirectory() {
    if (input.equals("csv-archive")) {
      return "input";
    }
    return paths.input().isEmpty() ? "inputs" : paths.input();
  }

  /**
   * The directories, relative to where its program works, of which the first that is there holds
   * its output files.
   */
  public List<String> outputDirectories() {
    if (output.equals("csv-archive")) {
      return List.of("output");
    }
    return paths.solutions().isEmpty()
        ? List.of("outputs/solutions", "outputs")
        : List.of(paths.solutions());
  }

  /** Where a report is looked for, relative to where its program works: the first there counts. */
  public List<String> reportFiles(RunReport report) {
    List<String> files = new ArrayList<>(report.usualFiles());
    if (!paths.of(report).isEmpty()) {
      files.addFirst(paths.of(report));
    }
    return files;
  }

  /** Whether what it prints is its output; of other formats it leaves files. */
  public boolean printsOutput() {
    return output.equals("json") || output.equals("text");
  }
}
