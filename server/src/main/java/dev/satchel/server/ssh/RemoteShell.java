package dev.satchel.server.ssh;

import java.util.List;

/** Words for the shell of a host's user, which may be any. */
final class RemoteShell {
  private RemoteShell() {}

  /**
   * A script for {@code /bin/sh}, and its arguments.
   *
   * @param script and {@code words} without single quotes: what stands between them every shell
   *     takes as it is
   */
  static String command(String script, List<String> words) {
    StringBuilder command = new StringBuilder("exec /bin/sh -c ").append(quoted(script));
    command.append(" satchel");
    words.forEach(word -> command.append(' ').append(quoted(word)));
    return command.toString();
  }

  private static String quoted(String word) {
    if (word.indexOf('\'') >= 0 || word.indexOf('\\') >= 0 || word.indexOf('\n') >= 0) {
      throw new IllegalArgumentException("a word that not every shell takes as it is");
    }
    return "'" + word + "'";
  }
}
