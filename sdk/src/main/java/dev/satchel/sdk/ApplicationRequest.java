package dev.satchel.sdk;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An application that is to be made or changed. Handed to the function that a call takes, and of
 * use within it only; not thread-safe.
 */
public final class ApplicationRequest {
  private final Map<String, Object> body = new LinkedHashMap<>();

  ApplicationRequest() {}

  /**
   * A name for people; the id where this is not called.
   *
   * @param name of the application
   * @return this
   */
  public ApplicationRequest name(String name) {
    body.put("name", name);
    return this;
  }

  /**
   * What it is for.
   *
   * @param text for people
   * @return this
   */
  public ApplicationRequest description(String text) {
    body.put("description", text);
    return this;
  }

  /**
   * What runs where a run names no instance; the newest push where this is not called.
   *
   * @param instance id of an instance
   * @return this
   */
  public ApplicationRequest defaultInstance(String instance) {
    body.put("default_instance", instance);
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
    return "ApplicationRequest" + body;
  }
}
