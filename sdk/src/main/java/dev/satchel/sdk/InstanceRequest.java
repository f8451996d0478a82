package dev.satchel.sdk;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * An instance that is to be made or changed. Handed to the function that a call takes, and of use
 * within it only; not thread-safe.
 */
public final class InstanceRequest {
  private final Map<String, Object> body = new LinkedHashMap<>();

  InstanceRequest() {}

  /**
   * The version that it runs.
   *
   * @param id of a version that is there; needed where an instance is made
   * @return this
   */
  public InstanceRequest version(String id) {
    body.put("version_id", id);
    return this;
  }

  /**
   * A name for people; the id where this is not called.
   *
   * @param name of the instance
   * @return this
   */
  public InstanceRequest name(String name) {
    body.put("name", name);
    return this;
  }

  /**
   * What it is for.
   *
   * @param text for people
   * @return this
   */
  public InstanceRequest description(String text) {
    body.put("description", text);
    return this;
  }

  /**
   * What its runs get, which replaces all that was configured: one that names no secrets collection
   * detaches it.
   *
   * @param filled is given what to fill
   * @return this
   */
  public InstanceRequest configuration(Consumer<InstanceConfiguration> filled) {
    InstanceConfiguration configuration = new InstanceConfiguration();
    filled.accept(configuration);
    body.put("configuration", configuration.members());
    return this;
  }

  Map<String, Object> body(String id) {
    body.put("id", id);
    body.putIfAbsent("name", id);
    return body;
  }

  Map<String, Object> body() {
    return body;
  }

  @Override
  public String toString() {
    return "InstanceRequest" + body;
  }
}
