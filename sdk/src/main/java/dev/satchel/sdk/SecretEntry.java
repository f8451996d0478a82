package dev.satchel.sdk;

/**
 * One entry of a secrets collection: a variable or a file of the runs that use it. Immutable; it
 * prints no value.
 */
public final class SecretEntry {
  private final String type;
  private final String location;
  private final SecretValue value;

  SecretEntry(String type, String location, SecretValue value) {
    this.type = type;
    this.location = location;
    this.value = value;
  }

  /**
   * A variable.
   *
   * @param name of the variable
   * @param value its text
   * @return an entry
   */
  public static SecretEntry env(String name, String value) {
    return new SecretEntry("env", name, SecretValue.of(value));
  }

  /**
   * A file, which runs are given as 0400.
   *
   * @param location relative to where the program works, without {@code ..}
   * @param content its text
   * @return an entry
   */
  public static SecretEntry file(String location, String content) {
    return new SecretEntry("file", location, SecretValue.of(content));
  }

  /**
   * What it becomes.
   *
   * @return {@code env} or {@code file}
   */
  public String type() {
    return type;
  }

  /**
   * Where it goes.
   *
   * @return the variable's name, or the file's path
   */
  public String location() {
    return location;
  }

  /**
   * What it holds.
   *
   * @return the value, which prints as nothing
   */
  public SecretValue value() {
    return value;
  }

  @Override
  public String toString() {
    return "SecretEntry[" + type + " " + location + ", redacted]";
  }
}
