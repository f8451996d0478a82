package dev.satchel.cli.workload;

import dev.satchel.sdk.json.Node;
import java.util.function.BiConsumer;

/** What a workload asks of its container, as people read it. */
final class ContainerText {
  private final BiConsumer<String, String> field;

  /**
   * @param field prints a label and its value, and nothing where the value is empty
   */
  ContainerText(BiConsumer<String, String> field) {
    this.field = field;
  }

  /** Prints nothing where there is no container. */
  void print(Node container) {
    if (!container.isPresent()) {
      return;
    }
    field.accept("image", container.text("image"));
    field.accept("user", container.text("user"));
    field.accept("cpus", container.text("cpus"));
    String memory = container.text("memory_mib");
    field.accept("memory", memory.isEmpty() ? "" : memory + " MiB");
    field.accept("gpu", container.text("gpu"));
    field.accept("ports", String.join(", ", container.at("ports").texts()));
  }
}
