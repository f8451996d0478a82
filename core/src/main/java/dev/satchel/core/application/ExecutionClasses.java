package dev.satchel.core.application;

import dev.satchel.core.RefusedException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The execution classes that there are, by name; one of them is always there. */
public final class ExecutionClasses {
  /**
   * What runs get where nobody chose: on the process engine, unless the operator says otherwise.
   */
  public static final String DEFAULT = "6c9500mb870s";

  /** What a configuration with an integration has for its class. */
  private static final String INTEGRATION = "integration";

  private final Map<String, ExecutionClass> byName = new LinkedHashMap<>();

  /**
   * The operator's classes, and the default.
   *
   * @param mapped the operator's; of two with one name the later counts
   */
  public ExecutionClasses(List<ExecutionClass> mapped) {
    byName.put(DEFAULT, new ExecutionClass(DEFAULT, "process", null, null, null));
    mapped.forEach(each -> byName.put(each.name(), each));
  }

  public Optional<ExecutionClass> named(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /**
   * The same configuration with a class; INVALID, with those that there are, for an unknown one.
   */
  public InstanceConfiguration completed(InstanceConfiguration configuration) {
    boolean integrated = !configuration.integration().isEmpty();
    String name = configuration.executionClass();
    if (name.isEmpty()) {
      return configuration.withExecutionClass(integrated ? INTEGRATION : DEFAULT);
    }
    if (!byName.containsKey(name) && !(integrated && name.equals(INTEGRATION))) {
      throw RefusedException.invalid(
          "configuration.execution_class",
          "There is no such execution class here. Execution classes: "
              + String.join(", ", byName.keySet())
              + ".");
    }
    return configuration;
  }
}
