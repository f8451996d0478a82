package dev.satchel.cli.workload;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A command as one would type it. */
public final class CommandText {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

  private CommandText() {}

  public static String of(List<String> words) {
    return words.stream().map(CommandText::quoted).collect(Collectors.joining(" "));
  }

  private static String quoted(String word) {
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
