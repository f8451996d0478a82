package dev.satchel.api;

import java.util.Locale;
import java.util.Set;

/** Tells names of variables that likely hold something sensitive. The one list of such words. */
public final class SensitiveNames {
  private static final Set<String> WORDS =
      Set.of(
          "token",
          "tokens",
          "secret",
          "secrets",
          "password",
          "passwords",
          "passwd",
          "key",
          "keys",
          "credential",
          "credentials",
          "auth",
          "apikey");

  private SensitiveNames() {}

  /**
   * Whether one of the name's words is on the list: {@code HF_TOKEN}, {@code apiKey} and {@code
   * db.password} are sensitive, {@code KEYBOARD} and {@code AUTHOR} are not.
   */
  public static boolean isSensitive(String name) {
    String words = name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_");
    for (String word : words.toLowerCase(Locale.ROOT).split("[^a-z0-9]+", -1)) {
      if (WORDS.contains(word) || WORDS.contains(word.replaceAll("[0-9]+$", ""))) {
        return true;
      }
    }
    return false;
  }
}
