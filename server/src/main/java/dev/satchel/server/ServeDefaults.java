package dev.satchel.server;

import dev.satchel.server.http.Likeness;
import dev.satchel.server.store.PostgresAddress;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * Takes an option that was not given from the environment, else from the file that --config or
 * SATCHEL_CONFIG names.
 */
final class ServeDefaults implements IDefaultValueProvider {
  /** The option that only variables and the file may set. */
  static final String PASSWORD = "--database-password";

  private static final String CONFIG = "config";
  private static final String URL = "--database-url";

  /** Words that may be shown: a line without "=" is all key, and could be a token. */
  private static final Pattern SHOWN = Pattern.compile("[A-Za-z][A-Za-z_.-]{0,31}");

  private final Map<String, String> environment;
  private final Properties file;

  private ServeDefaults(Map<String, String> environment, Properties file) {
    this.environment = environment;
    this.file = file;
  }

  /**
   * Fills a command from its arguments, the environment and the file, the earlier ones first.
   *
   * @throws IllegalStateException where the file cannot be read, or holds what is no option
   */
  static void parse(CommandLine line, List<String> arguments, Map<String, String> environment) {
    String[] words = arguments.toArray(String[]::new);
    ParseResult given = line.parseArgs(words);
    if (given.isUsageHelpRequested() || given.isVersionHelpRequested()) {
      return; // Told whatever the file holds.
    }
    requireNoPassword(given);
    Path path = given.matchedOptionValue("--" + CONFIG, fromVariable(environment));
    Properties file = path == null ? new Properties() : read(path);
    if (path != null) {
      requireOptions(path, file, options(line));
    }
    line.setDefaultValueProvider(new ServeDefaults(environment, file));
    line.parseArgs(words);
  }

  /** Arguments are shown to everybody on the machine. */
  private static void requireNoPassword(ParseResult given) {
    String url = given.matchedOptionValue(URL, "");
    boolean inUrl = !url.isEmpty() && PostgresAddress.of(url).hasPassword();
    if (inUrl || given.hasMatchedOption(PASSWORD)) {
      throw new IllegalStateException(
          (inUrl ? URL : PASSWORD)
              + " gives the password as an argument, which everybody on this machine can read."
              + " Change the password, then give it in a file that --database-password-file names,"
              + " or in the variable SATCHEL_DATABASE_PASSWORD.");
    }
  }

  @Override
  public @Nullable String defaultValue(ArgSpec argument) {
    if (!(argument instanceof OptionSpec option)) {
      return null;
    }
    String name = name(option);
    String value = environment.get(variable(name));
    return value != null ? value : file.getProperty(name);
  }

  private static @Nullable Path fromVariable(Map<String, String> environment) {
    String text = environment.getOrDefault(variable(CONFIG), "");
    return text.isEmpty() ? null : Path.of(text);
  }

  private static Properties read(Path config) {
    Properties file = new Properties();
    try (Reader reader = Files.newBufferedReader(config)) {
      file.load(reader);
      return file;
    } catch (IOException | IllegalArgumentException e) { // Or a broken escape.
      throw new IllegalStateException("The configuration file " + config + " cannot be read.", e);
    }
  }

  private static void requireOptions(Path config, Properties file, List<String> options) {
    for (String key : new TreeSet<>(file.stringPropertyNames())) {
      if (!options.contains(key)) {
        boolean isShown = SHOWN.matcher(key).matches();
        String typed = key.toLowerCase(Locale.ROOT).replace('_', '-');
        String like = isShown ? Likeness.nearest(typed, options) : null;
        throw new IllegalStateException(
            "The configuration file "
                + config
                + (isShown
                    ? " sets \"" + key + "\", which is no option."
                    : " has a line that sets no option.")
                + (like == null ? "" : " Did you mean \"" + like + "\"?")
                + " It can set "
                + String.join(", ", options)
                + ".");
      }
    }
  }

  /** Those that a file can set. */
  private static List<String> options(CommandLine line) {
    return line.getCommandSpec().options().stream()
        .filter(option -> !option.usageHelp() && !option.versionHelp())
        .map(ServeDefaults::name)
        .filter(name -> !name.equals(CONFIG))
        .toList();
  }

  private static String name(OptionSpec option) {
    return option.longestName().substring(2);
  }

  private static String variable(String option) {
    return "SATCHEL_" + option.toUpperCase(Locale.ROOT).replace('-', '_');
  }
}
