package dev.satchel.api;

/**
 * Where one entry of a bundle goes; never what it holds.
 *
 * @param type {@code env} or {@code file}
 * @param location a variable's name, or a file's path
 */
public record EntryItem(String type, String location) {}
