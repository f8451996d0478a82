package dev.satchel.api;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a run has reported for people, such as a chart, without its content.
 *
 * @param size of the content, in bytes
 * @param contentType as the program said; {@code json} where it did not
 * @param visual null where the program said none
 */
public record AssetItem(
    String id,
    String name,
    Instant createdAt,
    long size,
    String contentType,
    @Nullable Visual visual) {
  /**
   * How it is to be shown, as the program said.
   *
   * @param schema such as {@code chartjs} or {@code geojson}; null where it is not said
   * @param label for people; null where it is not said
   * @param type how the schema is used, such as {@code custom-tab}; null where it is not said
   */
  public record Visual(@Nullable String schema, @Nullable String label, @Nullable String type) {}
}
