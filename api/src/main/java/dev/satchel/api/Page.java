package dev.satchel.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list, in the order of the list's key.
 *
 * @param nextPageToken what {@code page_token} takes to go on; null on the last page
 */
public record Page<T>(List<T> items, @Nullable String nextPageToken) {
  public Page {
    items = List.copyOf(items);
  }
}
