package dev.satchel.cli.application;

import dev.satchel.cli.output.Screen;
import dev.satchel.sdk.json.Node;
import java.util.stream.Collectors;

/** An instance, and a version, in words. */
final class InstanceText {
  private InstanceText() {}

  /** What it runs, in a line. */
  static String runs(Node instance) {
    String version = instance.text("version_id");
    String collection = instance.at("configuration").text("secrets_collection_id");
    return (version.isEmpty() ? "the newest push" : version)
        + (collection.isEmpty() ? "" : " with " + collection)
        + (instance.flag("locked") ? ", locked" : "");
  }

  static void print(Screen screen, Node instance) {
    Apps.printHead(screen, instance);
    Node configuration = instance.at("configuration");
    Node options = configuration.at("options");
    Apps.line(screen, "runs", runs(instance));
    Apps.line(screen, "class", configuration.text("execution_class"));
    Apps.line(
        screen,
        "options",
        options.names().stream()
            .map(name -> name + "=" + options.text(name))
            .collect(Collectors.joining(" ")));
  }

  static void printVersion(Screen screen, Node version) {
    Apps.printHead(screen, version);
    Node executable = version.at("executable");
    Apps.line(screen, "code", executable.text("id"));
    Apps.line(screen, "pushed by", executable.text("user_email"));
    Apps.line(screen, "type", executable.at("requirements").text("executable_type"));
  }
}
