package dev.satchel.core.application;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How an instance is run. A run's own configuration has the same parts.
 *
 * @param executionClass empty where none was chosen; what is kept has one
 * @param format null where the executable says it
 * @param secretsCollection the collection's id; empty where it has none
 * @param queuing null where nothing was said
 * @param integration empty where there is none
 */
public record InstanceConfiguration(
    String executionClass,
    @Nullable Format format,
    Map<String, String> options,
    String secretsCollection,
    @Nullable Queuing queuing,
    String integration) {
  public static final int OPTIONS_MAX = 256;
  public static final int OPTION_MAX_CHARS = 16_384;

  /** Nothing was said. */
  public static final InstanceConfiguration NONE =
      new InstanceConfiguration("", null, Map.of(), "", null, "");

  private static final int ID_MAX_CHARS = 64;

  /** What goes in and comes out; either may be null where only the other was said. */
  public record Format(@Nullable String input, @Nullable String output) {
    private static final Set<String> TYPES = Set.of("json", "text", "multi-file", "csv-archive");

    public Format {
      check("configuration.format.input.type", input);
      check("configuration.format.output.type", output);
    }

    private static void check(String field, @Nullable String type) {
      if (type != null && !TYPES.contains(type)) {
        throw RefusedException.invalid(
            field, field + " must be json, text, multi-file or csv-archive.");
      }
    }
  }

  /**
   * How its runs wait.
   *
   * @param priority 1, the first, to 9; null where none was chosen
   * @param disabled null where nothing was said
   */
  public record Queuing(@Nullable Integer priority, @Nullable Boolean disabled) {
    public Queuing {
      if (priority != null && (priority < 1 || priority > 9)) {
        throw RefusedException.invalid(
            "configuration.queuing.priority",
            "configuration.queuing.priority is a whole number from 1 to 9.");
      }
    }
  }

  public InstanceConfiguration {
    options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
    checkOptions(options);
    if (!secretsCollection.isEmpty()) {
      PartId.check(
          "configuration.secrets_collection_id", "A secrets collection's id", secretsCollection);
    }
    if (integration.length() > ID_MAX_CHARS) {
      throw RefusedException.invalid(
          "configuration.integration_id", "An integration's id is at most 64 characters.");
    }
  }

  InstanceConfiguration withExecutionClass(String name) {
    return new InstanceConfiguration(
        name, format, options, secretsCollection, queuing, integration);
  }

  private static void checkOptions(Map<String, String> options) {
    String field = "configuration.options";
    if (options.size() > OPTIONS_MAX) {
      throw new RefusedException(Reason.TOO_LARGE, "There are at most " + OPTIONS_MAX + " options.")
          .with("field", field);
    }
    int position = 0;
    for (Map.Entry<String, String> option : options.entrySet()) {
      position++;
      String place = field + ", member " + position;
      if (!isOptionName(option.getKey())) {
        throw RefusedException.invalid(
            place,
            place + ": an option's name is 1 to 128 characters, without spaces or control ones.");
      }
      if (option.getValue().length() > OPTION_MAX_CHARS || option.getValue().indexOf('\0') >= 0) {
        throw RefusedException.invalid(
            place,
            place
                + ": an option's value is at most "
                + OPTION_MAX_CHARS
                + " characters, without U+0000.");
      }
    }
  }

  private static boolean isOptionName(String name) {
    return !name.isEmpty()
        && name.length() <= 128
        && name.chars().allMatch(c -> c > ' ' && c != 127);
  }
}
