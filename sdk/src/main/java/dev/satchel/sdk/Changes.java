package dev.satchel.sdk;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What is to change in a bundle; its other entries stay, untouched and unseen. Handed to the
 * function that a call takes, and of use within it only; not thread-safe.
 */
public final class Changes {
  private final Entries set = new Entries();
  private final List<Map<String, Object>> unset = new ArrayList<>();
  private long revision = -1;

  Changes() {}

  /**
   * Adds entries, or replaces those of the same place.
   *
   * @param entries is given what to add to
   * @return this
   */
  public Changes set(Consumer<Entries> entries) {
    entries.accept(set);
    return this;
  }

  /**
   * Adds a variable, or replaces it.
   *
   * @param name of the variable
   * @param value its text
   * @return this
   */
  public Changes set(String name, String value) {
    set.env(name, value);
    return this;
  }

  /**
   * Removes a variable, which must be there.
   *
   * @param name of the variable
   * @return this
   */
  public Changes remove(String name) {
    unset.add(Entries.place("env", name));
    return this;
  }

  /**
   * Removes a file, which must be there.
   *
   * @param location of the file
   * @return this
   */
  public Changes removeFile(String location) {
    unset.add(Entries.place("file", location));
    return this;
  }

  /**
   * Lets the change fail with {@link RevisionMismatch} where the bundle has another revision.
   *
   * @param seen the revision that the caller saw
   * @return this
   */
  public Changes ifRevision(long seen) {
    revision = seen;
    return this;
  }

  Call call(String path) {
    Map<String, Object> body = new LinkedHashMap<>();
    if (!set.list().isEmpty()) {
      body.put("set", set.list());
    }
    if (!unset.isEmpty()) {
      body.put("unset", unset);
    }
    Call call = Call.post(path, body);
    return revision < 0 ? call : call.header("If-Match", "\"" + revision + "\"");
  }

  @Override
  public String toString() {
    return "Changes[redacted]";
  }
}
