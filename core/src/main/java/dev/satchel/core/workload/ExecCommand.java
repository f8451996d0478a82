package dev.satchel.core.workload;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A command that is to run inside a running attempt.
 *
 * @param words the program and what it is told: 1 to 256, together at most 128 KiB; they may hold
 *     values, so nobody repeats them
 * @param stdin whether it is given anything to read
 */
public record ExecCommand(List<String> words, boolean stdin) {
  static final int WORDS_MAX = 256;
  static final int WORDS_MAX_BYTES = 128 * 1024 - 1024; // A kernel limit of one word, and of most.

  public ExecCommand {
    words = List.copyOf(words);
    if (words.isEmpty() || words.size() > WORDS_MAX) {
      throw RefusedException.invalid(
          "command", "command must be the words of a command: 1 to " + WORDS_MAX + " of them.");
    }
    if (words.getFirst().isEmpty()) {
      throw RefusedException.invalid("command[0]", "command[0] must name a program.");
    }
    if (words.stream().anyMatch(word -> word.indexOf('\0') >= 0)) {
      throw RefusedException.invalid("command", "A command's words cannot hold NUL.");
    }
    long bytes = words.stream().mapToLong(ExecCommand::sizeBytes).sum();
    if (bytes > WORDS_MAX_BYTES) {
      throw new RefusedException(
              Reason.TOO_LARGE,
              "The words of a command are at most "
                  + WORDS_MAX_BYTES
                  + " bytes together; send the rest by its standard input.")
          .with("field", "command");
    }
  }

  private static long sizeBytes(String word) {
    return word.getBytes(StandardCharsets.UTF_8).length + 1L;
  }

  @Override
  public String toString() { // Words may hold values.
    return "ExecCommand[" + words.size() + " words, stdin=" + stdin + "]";
  }
}
