package dev.satchel.cli.setup;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * What the last word of a command line may become: a command, an option, or a name that the server
 * has. Reads the words as far as they go, and takes no offence at what is missing or wrong.
 */
final class Candidates {
  private CommandLine command;
  private int position;
  private @Nullable OptionSpec awaiting; // The option whose value is next.
  private boolean ours = true; // Until the words of a job begin.

  private Candidates(CommandLine root) {
    this.command = root;
  }

  /**
   * Lines of a candidate, a tab and what it is.
   *
   * @param words what was typed after the program's name; the last one, which may be empty, is the
   *     one to complete
   */
  static List<String> of(CommandLine root, List<String> words) {
    if (words.isEmpty()) {
      return List.of();
    }
    Candidates candidates = new Candidates(root);
    words.subList(0, words.size() - 1).forEach(candidates::read);
    return candidates.endings(words.getLast());
  }

  private void read(String word) {
    if (awaiting != null) {
      if (!word.equals("=")) { // bash makes a word of it.
        set(awaiting, word);
        awaiting = null;
      }
    } else if (word.equals("--")) {
      ours = false;
    } else if (word.startsWith("-")) {
      readOption(word);
    } else if (position == 0 && command.getSubcommands().containsKey(word)) {
      command = command.getSubcommands().get(word);
    } else {
      command.getCommandSpec().positionalParameters().stream()
          .filter(this::isNext)
          .filter(
              parameter -> parameter.type() == String.class) // One word, such as what has parts.
          .forEach(parameter -> give(parameter, word));
      position++;
    }
  }

  private void readOption(String word) {
    int equals = word.indexOf('=');
    OptionSpec option =
        command.getCommandSpec().findOption(equals < 0 ? word : word.substring(0, equals));
    if (option == null || option.arity().max() == 0) {
      return;
    }
    if (equals < 0) {
      awaiting = option;
    } else {
      set(option, word.substring(equals + 1));
    }
  }

  /** Which server to ask may have been typed, too. */
  private static void set(OptionSpec option, String value) {
    if (option.inherited() || option.scopeType() == CommandLine.ScopeType.INHERIT) {
      give(option, value);
    }
  }

  private static void give(ArgSpec argument, String value) {
    try {
      argument.setter().set(value);
    } catch (Exception e) { // The interface is so; ours throws none.
      throw new IllegalStateException(e);
    }
  }

  private List<String> endings(String last) {
    List<String> found = new ArrayList<>();
    if (!ours) {
      return found;
    }
    if (awaiting != null) {
      names(awaiting, found);
      return startingWith(last.equals("=") ? "" : last, found);
    }
    if (last.startsWith("-")) {
      options(found);
    } else {
      if (position == 0) {
        commands(found);
      }
      command.getCommandSpec().positionalParameters().stream()
          .filter(this::isNext)
          .forEach(parameter -> names(parameter, found));
    }
    return startingWith(last, found);
  }

  private boolean isNext(PositionalParamSpec parameter) {
    return parameter.index().min() <= position && position <= parameter.index().max();
  }

  private void commands(List<String> found) {
    command
        .getSubcommands()
        .forEach(
            (name, sub) -> {
              if (name.equals(sub.getCommandName())) { // Not its other names.
                found.add(name + "\t" + first(sub.getCommandSpec().usageMessage().header()));
              }
            });
  }

  private void options(List<String> found) {
    for (OptionSpec option : command.getCommandSpec().options()) {
      for (String name : option.names()) {
        if (name.startsWith("--")) {
          found.add(name + "\t" + first(option.description()));
        }
      }
    }
  }

  private static void names(ArgSpec argument, List<String> found) {
    if (argument.completionCandidates() != null) {
      argument.completionCandidates().forEach(found::add);
    }
  }

  private static String first(String[] texts) {
    return texts.length == 0 ? "" : texts[0];
  }

  private static List<String> startingWith(String beginning, List<String> found) {
    return found.stream().filter(line -> line.startsWith(beginning)).toList();
  }
}
