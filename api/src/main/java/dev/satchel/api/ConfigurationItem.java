package dev.satchel.api;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What runs of an instance get where they do not say it themselves.
 *
 * @param executionClass null for the server's default
 * @param format null for what the code's manifest says
 * @param options arguments of the program, by name
 * @param secretsCollectionId null for none
 */
public record ConfigurationItem(
    @Nullable String executionClass,
    @Nullable RunFormat format,
    Map<String, String> options,
    @Nullable String secretsCollectionId) {
  public ConfigurationItem {
    options = Map.copyOf(options);
  }
}
