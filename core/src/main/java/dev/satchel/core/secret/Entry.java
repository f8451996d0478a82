package dev.satchel.core.secret;

/**
 * A value in the clear and where it goes.
 *
 * @param at where it was sent, for messages, such as {@code set[2]}; empty where it was stored
 */
public record Entry(String at, Place place, SecretValue value) {
  public Entry(Place place, SecretValue value) {
    this("", place, value);
  }
}
