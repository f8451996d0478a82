package dev.satchel.cli.setup;

import dev.satchel.cli.session.CliException;
import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.Session;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/**
 * Prints a script that completes commands, options and the names that the server has. The script
 * asks this same command what the words typed so far may become.
 */
public final class Completion implements Command {
  private static final String BASH =
      """
      _satchel() {
        local line
        COMPREPLY=()
        while IFS= read -r line; do
          COMPREPLY+=("${line%%$'\\t'*}")
        done < <("$1" completion -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
      }
      complete -o default -F _satchel satchel""";

  private static final String ZSH =
      """
      _satchel() {
        local line
        local -a found
        while IFS= read -r line; do
          found+=("${${line%%$'\\t'*}//:/\\\\:}:${line#*$'\\t'}")
        done < <("${words[1]}" completion -- "${(@)words[2,CURRENT]}" 2>/dev/null)
        if (( $#found )); then _describe satchel found; else _files; fi
      }
      (( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }
      compdef _satchel satchel""";

  private static final String FISH =
      """
      function __satchel_candidates
          set -l typed (commandline -opc)
          set -l current (commandline -ct)
          set -l found ($typed[1] completion -- $typed[2..-1] "$current" 2>/dev/null)
          if set -q found[1]
              printf '%s\\n' $found
          else
              __fish_complete_path (commandline -ct)
          end
      end
      complete -c satchel -f -a '(__satchel_candidates)'""";

  private final Session session;
  private final Function<List<String>, CommandLine> tree;

  private @Nullable String shell;

  /**
   * @param tree makes a tree with the commands in it that some words ask for
   */
  public Completion(Session session, Form form, Function<List<String>, CommandLine> tree) {
    this.session = session;
    this.tree = tree;
    form.footer(
            "  bash:  source <(satchel completion bash)",
            "  zsh:   source <(satchel completion zsh)",
            "  fish:  satchel completion fish | source",
            "",
            "\"satchel completion -- WORD…\" prints what the last of these words may become.")
        .argumentIfAny(value -> shell = value, "SHELL", "bash, zsh or fish.");
  }

  @Override
  public int run() {
    List<String> words = session.tail();
    if (shell == null && !words.isEmpty()) {
      List<String> before = words.subList(0, words.size() - 1);
      Candidates.of(tree.apply(before), words).forEach(session.screen()::line);
      return ExitCode.OK;
    }
    session
        .screen()
        .line(
            switch (shell == null ? "" : shell) {
              case "bash" -> BASH;
              case "zsh" -> ZSH;
              case "fish" -> FISH;
              default -> throw CliException.usage("There is completion for bash, zsh and fish.");
            });
    return ExitCode.OK;
  }
}
