package dev.satchel.sdk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a bundle is to hold: 1 to 256 entries, each a variable or a file of the jobs that use it.
 * Handed to the function that a call takes, and of use within it only; not thread-safe.
 */
public final class Entries {
  private final List<Map<String, Object>> entries = new ArrayList<>();

  Entries() {}

  /**
   * A variable.
   *
   * @param name of the variable
   * @param value its text
   * @return this
   */
  public Entries env(String name, String value) {
    return env(name, SecretValue.of(value));
  }

  /**
   * A variable.
   *
   * @param name of the variable
   * @param value its text, which may be overwritten afterwards
   * @return this
   */
  public Entries env(String name, char[] value) {
    return env(name, SecretValue.of(value));
  }

  /**
   * A variable.
   *
   * @param name of the variable
   * @param value its text
   * @return this
   */
  public Entries env(String name, SecretValue value) {
    return add("env", name, value);
  }

  /**
   * A file, which is given to jobs as 0400.
   *
   * @param location relative to the job's working directory, or absolute below /run/secrets
   * @param content its bytes
   * @return this
   */
  public Entries file(String location, byte[] content) {
    return file(location, SecretValue.of(content));
  }

  /**
   * A file, which is given to jobs as 0400.
   *
   * @param location relative to the job's working directory, or absolute below /run/secrets
   * @param content its bytes
   * @return this
   */
  public Entries file(String location, SecretValue content) {
    return add("file", location, content);
  }

  /**
   * A file, which is given to jobs as 0400.
   *
   * @param location relative to the job's working directory, or absolute below /run/secrets
   * @param content a file of this machine, which is read now
   * @return this
   * @throws UncheckedIOException where it cannot be read
   */
  public Entries file(String location, Path content) {
    try (SecretValue read = SecretValue.of(Files.readAllBytes(content))) {
      return file(location, read);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /**
   * Entries as they were read or made before.
   *
   * @param others of a collection, say
   * @return this
   */
  public Entries addAll(Iterable<SecretEntry> others) {
    others.forEach(entry -> add(entry.type(), entry.location(), entry.value()));
    return this;
  }

  Entries add(String type, String location, SecretValue value) {
    Map<String, Object> entry = place(type, location);
    entry.putAll(value.members());
    entries.add(entry);
    return this;
  }

  static Map<String, Object> place(String type, String location) {
    Map<String, Object> place = new LinkedHashMap<>();
    place.put("type", type);
    place.put("location", location);
    return place;
  }

  List<Map<String, Object>> list() {
    return List.copyOf(entries);
  }

  @Override
  public String toString() {
    return "Entries[" + entries.size() + " redacted]";
  }
}
