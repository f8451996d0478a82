package dev.satchel.sdk;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A secrets collection that is to be made or changed. Handed to the function that a call takes, and
 * of use within it only; not thread-safe.
 */
public final class CollectionRequest {
  private final Map<String, Object> body = new LinkedHashMap<>();
  private @Nullable Entries entries; // Null where they stay as they are.
  private boolean conditional;

  CollectionRequest() {}

  /**
   * A name for people; the id where this is not called.
   *
   * @param name of the collection
   * @return this
   */
  public CollectionRequest name(String name) {
    body.put("name", name);
    return this;
  }

  /**
   * What it is for.
   *
   * @param text for people
   * @return this
   */
  public CollectionRequest description(String text) {
    body.put("description", text);
    return this;
  }

  /**
   * The entries, which replace all that are there. Values of collections are text, and files lie
   * relative to where the program works.
   *
   * @param filled is given what to fill
   * @return this
   */
  public CollectionRequest secrets(Consumer<Entries> filled) {
    entries = entries == null ? new Entries() : entries;
    filled.accept(entries);
    return this;
  }

  /**
   * Refuses the change with {@link Conflict} where somebody has changed the collection since.
   *
   * @param seen when it was changed last, as the caller saw it
   * @return this
   */
  public CollectionRequest ifUpdatedAt(Instant seen) {
    body.put("updated_at", seen);
    conditional = true;
    return this;
  }

  private Map<String, Object> body() {
    if (entries != null) {
      for (Map<String, Object> entry : entries.list()) {
        if (entry.containsKey("encoding")) { // The contract of collections has none.
          throw new IllegalArgumentException(
              "The value of " + entry.get("location") + " is no text; collections hold text.");
        }
      }
      body.put("secrets", entries.list());
    }
    return body;
  }

  Call create(String path, String id) {
    body.put("id", id);
    body.putIfAbsent("name", id);
    secrets(none -> {});
    return Call.post(path, body()).repeated(Call.Repeat.IF_NOT_DONE);
  }

  Call update(String path) {
    Call call = Call.put(path, body());
    return conditional ? call.repeated(Call.Repeat.IF_NOT_DONE) : call;
  }

  @Override
  public String toString() {
    return "CollectionRequest[redacted]";
  }
}
