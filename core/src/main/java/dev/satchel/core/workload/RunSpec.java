package dev.satchel.core.workload;

import dev.satchel.core.application.ApplicationId;
import dev.satchel.core.application.CollectionName;
import dev.satchel.core.application.PartId;
import java.util.Collections;
import java.util.LinkedHashMap;
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
    String collection) {
  public RunSpec {
    options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
  }

  /** The collection that it opens; null for none. */
  public @Nullable CollectionName collectionName() {
    return collection.isEmpty() ? null : new CollectionName(application, new PartId(collection));
  }

  /** Whether what it prints is its output; of other formats it leaves files. */
  public boolean printsOutput() {
    return output.equals("json") || output.equals("text");
  }
}
