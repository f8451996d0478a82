package dev.satchel.sdk;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What runs of an instance get where they do not say it themselves. Handed to the function that a
 * call takes, and of use within it only; not thread-safe.
 */
public final class InstanceConfiguration {
  private final Configuration configuration = new Configuration();
  private final Map<String, String> options = new LinkedHashMap<>();

  InstanceConfiguration() {}

  /**
   * The secrets collection that its runs are given.
   *
   * @param id of a collection of the same application
   * @return this
   */
  public InstanceConfiguration secretsCollection(String id) {
    configuration.set("secrets_collection_id", id);
    return this;
  }

  /**
   * What its runs run on; the server's default where this is not called.
   *
   * @param name of an execution class that the server's operator has made
   * @return this
   */
  public InstanceConfiguration executionClass(String name) {
    configuration.set("execution_class", name);
    return this;
  }

  /**
   * An argument of the program, which is given it as {@code -name value}.
   *
   * @param name of the option
   * @param value its text
   * @return this
   */
  public InstanceConfiguration option(String name, String value) {
    options.put(name, value);
    return this;
  }

  /**
   * What the program takes and leaves; what the code's manifest says where this is not called.
   *
   * @param input {@code json}, {@code text}, {@code multi-file} or {@code csv-archive}
   * @param output one of the same
   * @return this
   */
  public InstanceConfiguration format(String input, String output) {
    configuration.format(input, output);
    return this;
  }

  Map<String, Object> members() {
    if (!options.isEmpty()) {
      configuration.set("options", options);
    }
    return configuration.members();
  }

  @Override
  public String toString() {
    return "InstanceConfiguration" + configuration;
  }
}
