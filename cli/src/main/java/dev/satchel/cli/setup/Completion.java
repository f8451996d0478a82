package dev.satchel.cli.setup;

import dev.satchel.cli.session.CliException;
import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Prints a script that completes commands and options in a shell. */
public final class Completion implements Command {
  private final Session session;
  private final Supplier<CommandLine> whole;

  private String shell = "";

  /**
   * @param whole makes the tree with all commands in it
   */
  public Completion(Session session, Form form, Supplier<CommandLine> whole) {
    this.session = session;
    this.whole = whole;
    form.footer(
            "  bash:  source <(satchel completion bash)",
            "  zsh:   source <(satchel completion zsh)",
            "  fish:  satchel completion fish | source")
        .argument(value -> shell = value, "SHELL", "bash, zsh or fish.");
  }

  @Override
  public int run() {
    CommandLine root = whole.get();
    session
        .screen()
        .line(
            switch (shell) {
              case "bash" -> AutoComplete.bash("satchel", root);
              case "zsh" ->
                  "autoload -U +X compinit && compinit\n"
                      + "autoload -U +X bashcompinit && bashcompinit\n"
                      + AutoComplete.bash("satchel", root);
              case "fish" -> fish(root);
              default -> throw CliException.usage("There is completion for bash, zsh and fish.");
            });
    return ExitCode.OK;
  }

  private static String fish(CommandLine root) {
    List<String> lines = new ArrayList<>();
    lines.add("complete -c satchel -f");
    options(root.getCommandSpec(), "", lines);
    root.getSubcommands()
        .forEach((name, command) -> fish(name, command, "__fish_use_subcommand", lines));
    return String.join("\n", lines);
  }

  private static void fish(String name, CommandLine command, String condition, List<String> lines) {
    CommandSpec spec = command.getCommandSpec();
    lines.add(line(condition, "-a " + name + " -d '" + about(spec.usageMessage().header()) + "'"));
    String within = "__fish_seen_subcommand_from " + name;
    options(spec, within, lines);
    String children = String.join(" ", command.getSubcommands().keySet());
    command
        .getSubcommands()
        .forEach(
            (child, sub) ->
                fish(
                    child,
                    sub,
                    within + "; and not __fish_seen_subcommand_from " + children,
                    lines));
  }

  private static void options(CommandSpec spec, String condition, List<String> lines) {
    for (OptionSpec option : spec.options()) {
      StringBuilder names = new StringBuilder();
      for (String name : option.names()) {
        names.append(
            name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
      }
      String value = option.arity().max() > 0 ? " -r" : "";
      lines.add(
          line(
              condition, names.substring(1) + value + " -d '" + about(option.description()) + "'"));
    }
  }

  private static String line(String condition, String rest) {
    return "complete -c satchel " + (condition.isEmpty() ? "" : "-n '" + condition + "' ") + rest;
  }

  private static String about(String[] texts) {
    return texts.length == 0 ? "" : texts[0].replace("'", "\\'");
  }
}
