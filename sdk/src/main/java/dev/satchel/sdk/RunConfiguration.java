package dev.satchel.sdk;

/**
 * What one run gets in place of what its instance says. Handed to the function that a call takes,
 * and of use within it only; not thread-safe.
 */
public final class RunConfiguration {
  private final Configuration configuration;

  RunConfiguration(Configuration configuration) {
    this.configuration = configuration;
  }

  /**
   * The secrets collection that the program is given, instead of the instance's.
   *
   * @param id of a collection of the same application
   * @return this
   */
  public RunConfiguration secretsCollection(String id) {
    configuration.set("secrets_collection_id", id);
    return this;
  }

  /**
   * What it runs on.
   *
   * @param name of an execution class that the server's operator has made
   * @return this
   */
  public RunConfiguration executionClass(String name) {
    configuration.set("execution_class", name);
    return this;
  }

  /**
   * What the program takes and leaves; what the code's manifest says where this is not called.
   *
   * @param input {@code json}, {@code text}, {@code multi-file} or {@code csv-archive}
   * @param output one of the same
   * @return this
   */
  public RunConfiguration format(String input, String output) {
    configuration.format(input, output);
    return this;
  }

  @Override
  public String toString() {
    return "RunConfiguration" + configuration;
  }
}
