package dev.satchel.sdk;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A bundle that a workload uses otherwise than as it stands. Handed to the function that a call
 * takes, and of use within it only; not thread-safe.
 */
public final class SecretReference {
  private final Map<String, Object> members = new LinkedHashMap<>();
  private final List<String> required = new ArrayList<>();

  SecretReference(String name) {
    members.put("name", name);
  }

  /**
   * Gives the bundle's only entry to the job as this variable.
   *
   * @param variable its name
   * @return this
   */
  public SecretReference asEnv(String variable) {
    members.put("as_env", variable);
    return this;
  }

  /**
   * Gives the bundle's only entry to the job as this file.
   *
   * @param location relative to the working directory, or absolute below /run/secrets
   * @return this
   */
  public SecretReference asFile(String location) {
    members.put("as_file", location);
    return this;
  }

  /**
   * Has the submit refused unless the bundle has these entries.
   *
   * @param locations names of variables or paths of files
   * @return this
   */
  public SecretReference require(String... locations) {
    required.addAll(List.of(locations));
    return this;
  }

  Map<String, Object> members() {
    Map<String, Object> all = new LinkedHashMap<>(members);
    if (!required.isEmpty()) {
      all.put("require", List.copyOf(required));
    }
    return all;
  }

  @Override
  public String toString() {
    return "SecretReference" + members;
  }
}
