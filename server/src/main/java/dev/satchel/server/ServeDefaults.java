package dev.satchel.server;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Takes an option that was not given from the environment, else from the file that --config names.
 */
final class ServeDefaults implements IDefaultValueProvider {
  private final Map<String, String> environment;
  private final Properties file = new Properties();

  /**
   * @param config null where there is no such file
   */
  ServeDefaults(Map<String, String> environment, @Nullable Path config) {
    this.environment = environment;
    if (config != null) {
      try (Reader reader = Files.newBufferedReader(config)) {
        file.load(reader);
      } catch (IOException e) {
        throw new IllegalStateException("The configuration file " + config + " cannot be read.", e);
      }
    }
  }

  @Override
  public @Nullable String defaultValue(ArgSpec argument) {
    if (!(argument instanceof OptionSpec option)) {
      return null;
    }
    String name = option.longestName().substring(2);
    String variable = "SATCHEL_" + name.toUpperCase(Locale.ROOT).replace('-', '_');
    String value = environment.get(variable);
    return value != null ? value : file.getProperty(name);
  }
}
