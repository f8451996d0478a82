package dev.satchel.sdk;

import dev.satchel.api.RunDetail;
import dev.satchel.sdk.json.Json;
import dev.satchel.sdk.json.Node;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A run with what it left. Immutable. */
public final class RunResult {
  private final RunDetail run;
  private final Node output;

  RunResult(RunDetail run, Node output) {
    this.run = run;
    this.output = output;
  }

  /**
   * How it stands.
   *
   * @return with its metadata
   */
  public RunDetail run() {
    return run;
  }

  /**
   * How it stands, in a word.
   *
   * @return {@code queued}, {@code running}, {@code succeeded}, {@code failed} or {@code canceled}
   */
  public String status() {
    return run.metadata().statusV2();
  }

  /**
   * Whether it ended well.
   *
   * @return false also where it has not ended
   */
  public boolean succeeded() {
    return status().equals("succeeded");
  }

  /**
   * Why it failed.
   *
   * @return empty where it did not
   */
  public String error() {
    return run.metadata().error();
  }

  /**
   * Its output where that is JSON, as maps, lists, texts, {@code Boolean}s, {@code Long}s and
   * {@code BigDecimal}s.
   *
   * @return null where there is none, or none that is JSON: {@link Application#runOutput} for that
   */
  @SuppressWarnings("unchecked") // The reader makes such maps of objects and no others.
  public @Nullable Map<String, @Nullable Object> output() {
    return output.value() instanceof Map<?, ?> members
        ? (Map<String, @Nullable Object>) members
        : null;
  }

  /**
   * Its output where that is JSON, for another reader of JSON.
   *
   * @return empty where there is none
   */
  public String outputJson() {
    return output.isPresent() ? Json.write(output) : "";
  }

  @Override
  public String toString() { // The output is the run's own business.
    return "RunResult[" + run.id() + " " + status() + "]";
  }
}
