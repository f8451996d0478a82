package dev.satchel.cli.session;

import java.io.PrintStream;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.IGetter;
import picocli.CommandLine.Model.ISetter;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ScopeType;

/**
 * What a command takes. Each part is declared by a call and handed on to a field, because the
 * annotations that picocli offers for it cost 100 ms of CPU at each start, measured.
 */
public final class Form {
  private final CommandSpec spec;
  private int arguments;
  private boolean inherited;
  private @Nullable Iterable<String> names; // Of the next part.

  private Form(CommandSpec spec) {
    this.spec = spec;
  }

  /**
   * A command that picocli can read and run.
   *
   * @param noun whether it is nothing without one of the commands below it
   * @param make declares what the command takes, and answers the command
   */
  public static CommandLine commandLine(
      String name, String about, boolean noun, Function<Form, Command> make) {
    AtomicReference<@Nullable Command> command = new AtomicReference<>();
    Callable<Integer> run = () -> Objects.requireNonNull(command.get()).run();
    CommandSpec spec = CommandSpec.wrapWithoutInspection(run).name(name);
    spec.usageMessage().header(about);
    if (noun) {
      spec.usageMessage().synopsisSubcommandLabel("COMMAND");
    }
    CommandLine line = new CommandLine(spec);
    command.set(make.apply(new Form(spec)));
    return line;
  }

  /** Prints how it is called. */
  public void tellUsage(PrintStream to) {
    spec.commandLine().usage(to);
  }

  /** Takes {@code --help} and, here only, {@code --version}. */
  public Form helpAndVersion(Supplier<String> version) {
    spec.addOption(
        option(new String[] {"-h", "--help"}, "Show this help.").usageHelp(true).build());
    spec.addOption(
        OptionSpec.builder("-V", "--version")
            .description("Show the version.")
            .versionHelp(true)
            .build());
    spec.versionProvider(() -> new String[] {version.get()});
    return this;
  }

  /** From here on options are those of all commands below, too. */
  public Form inherited() {
    inherited = true;
    return this;
  }

  /** Replaces the line that says how it is called. */
  public Form synopsis(String line) {
    spec.usageMessage().customSynopsis(line);
    return this;
  }

  /** Lines below the options. */
  public Form footer(String... lines) {
    spec.usageMessage().footerHeading("%n").footer(lines);
    return this;
  }

  /** What the value of the next part may be, for a shell to complete. */
  public Form oneOf(Iterable<String> names) {
    this.names = names;
    return this;
  }

  /** An option without a value. */
  public Form flag(Consumer<Boolean> to, String about, String... names) {
    return add(option(names, about).type(boolean.class).arity("0"), to);
  }

  /** An option with a text; of several the last counts. */
  public Form text(Consumer<String> to, String label, String about, String... names) {
    return add(option(names, about).type(String.class).arity("1").paramLabel(label), to);
  }

  /** An option with a number; of several the last counts. */
  public Form number(Consumer<Integer> to, String label, String about, String... names) {
    return add(option(names, about).type(Integer.class).arity("1").paramLabel(label), to);
  }

  /** An option that may be given again and again. */
  public Form texts(Consumer<List<String>> to, String label, String about, String... names) {
    OptionSpec.Builder option =
        option(names, about + " (repeatable)").type(List.class).auxiliaryTypes(String.class);
    return add(option.arity("1").paramLabel(label), to);
  }

  /** The next word, which must be there. */
  public Form argument(Consumer<String> to, String label, String about) {
    return add(
        argument(label, about, String.valueOf(arguments++))
            .type(String.class)
            .arity("1")
            .required(true),
        to);
  }

  /** The next word, if there is one. */
  public Form argumentIfAny(Consumer<String> to, String label, String about) {
    return add(
        argument(label, about, String.valueOf(arguments++)).type(String.class).arity("0..1"), to);
  }

  /**
   * All further words.
   *
   * @param least how many there must be
   */
  public Form arguments(Consumer<List<String>> to, int least, String label, String about) {
    PositionalParamSpec.Builder words = argument(label, about, arguments + "..*");
    return add(
        words
            .type(List.class)
            .auxiliaryTypes(String.class)
            .arity(least + "..*")
            .required(least > 0),
        to);
  }

  private OptionSpec.Builder option(String[] names, String about) {
    return OptionSpec.builder(names)
        .description(about)
        .scopeType(inherited ? ScopeType.INHERIT : ScopeType.LOCAL);
  }

  private static PositionalParamSpec.Builder argument(String label, String about, String index) {
    return PositionalParamSpec.builder().paramLabel(label).description(about).index(index);
  }

  private Form add(OptionSpec.Builder option, Consumer<?> to) {
    Binding binding = new Binding(to);
    spec.addOption(option.completionCandidates(taken()).getter(binding).setter(binding).build());
    return this;
  }

  private Form add(PositionalParamSpec.Builder argument, Consumer<?> to) {
    Binding binding = new Binding(to);
    spec.addPositional(
        argument.completionCandidates(taken()).getter(binding).setter(binding).build());
    return this;
  }

  private @Nullable Iterable<String> taken() {
    Iterable<String> taken = names;
    names = null;
    return taken;
  }

  /** Hands on what was given, and not that picocli clears what it is about to read. */
  private static final class Binding implements IGetter, ISetter {
    private final Consumer<Object> to;
    private @Nullable Object value;

    @SuppressWarnings("unchecked") // The builder's type and the consumer's are chosen together.
    Binding(Consumer<?> to) {
      this.to = (Consumer<Object>) to;
    }

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // The interface is so.
    public <T> @Nullable T get() {
      return (T) value;
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> @Nullable T set(@Nullable T given) {
      T before = (T) value;
      value = given;
      if (given != null) {
        to.accept(given);
      }
      return before;
    }
  }
}
