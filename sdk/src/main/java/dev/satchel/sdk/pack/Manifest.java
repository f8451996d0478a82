package dev.satchel.sdk.pack;

import dev.satchel.sdk.json.Node;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an {@code app.yaml} says, in nextmv's words.
 *
 * @param type {@code python}, {@code java}, {@code go} or {@code binary}
 * @param main the file that is run, relative
 * @param files patterns of what is sent
 * @param requirements what the server is told of it
 * @param steps what the manifest wants done before it is sent, for people; this does none of it
 */
record Manifest(
    String type,
    String main,
    List<String> files,
    Map<String, Object> requirements,
    List<String> steps) {
  static final String NAME = "app.yaml";
  static final String PACKAGES = ".nextmv/python/deps";

  private static final long SIZE_MAX = 1 << 20;
  private static final Map<String, String> MAIN =
      Map.of("python", "main.py", "java", "main.jar", "go", "main", "binary", "main");
  private static final String RUNTIMES = "ghcr.io/nextmv-io/runtime/";

  /** Reads the manifest of a directory. */
  static Manifest of(Path directory) throws IOException {
    Path file = directory.resolve(NAME);
    try {
      if (Files.size(file) > SIZE_MAX) {
        throw new PackException(NAME + " is larger than a manifest is.");
      }
      return of(Yaml.read(Files.readString(file)));
    } catch (NoSuchFileException absent) {
      throw new PackException(
          "There is no app.yaml in "
              + directory
              + "; it says what is sent, such as: type: python, files: [main.py]");
    } catch (CharacterCodingException binary) {
      throw new PackException(NAME + " is not UTF-8 text.");
    }
  }

  private static Manifest of(Node yaml) {
    String type = yaml.text("type").isEmpty() ? "python" : yaml.text("type");
    if (!MAIN.containsKey(type)) {
      throw new PackException("The type of app.yaml must be python, java, go or binary.");
    }
    List<String> files = yaml.at("files").texts();
    if (files.isEmpty()) {
      throw new PackException(
          "app.yaml names no files; it needs a list, such as: files: [main.py]");
    }
    Node execution = yaml.at("execution");
    String entrypoint = plain(execution.text("entrypoint"));
    return new Manifest(
        type,
        entrypoint.isEmpty() ? MAIN.getOrDefault(type, "") : entrypoint,
        files,
        requirements(type, yaml),
        steps(yaml));
  }

  private static String plain(String path) {
    return path.startsWith("./") ? path.substring(2) : path;
  }

  private static Map<String, Object> requirements(String type, Node yaml) {
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("executable_type", type);
    String runtime = type.equals("python") ? "python:3.11" : "default:latest";
    told.put("runtime", yaml.text("runtime").isEmpty() ? RUNTIMES + runtime : yaml.text("runtime"));
    Node configuration = yaml.at("configuration");
    told.put("io_configuration", format(configuration.at("content")));
    if (configuration.at("options").at("items").isPresent()) {
      told.put("options", options(configuration.at("options")));
    }
    put(told, "entrypoint", yaml.at("execution").text("entrypoint"));
    put(told, "working_directory", yaml.at("execution").text("cwd"));
    return told;
  }

  private static Map<String, Object> format(Node content) {
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("format", content.text("format").isEmpty() ? "json" : content.text("format"));
    Node files = content.at("multi-file");
    if (files.isPresent()) {
      Map<String, Object> paths = new LinkedHashMap<>();
      put(paths, "input_path", files.at("input").text("path"));
      Map<String, Object> output = new LinkedHashMap<>();
      for (String kind : List.of("statistics", "metrics", "assets", "solutions")) {
        put(output, kind + "_path", files.at("output").text(kind));
      }
      if (!output.isEmpty()) {
        paths.put("output_configuration", output);
      }
      told.put("multi_file", paths);
    }
    return told;
  }

  /** As they are declared, save those that are for the machine they are declared on. */
  private static Map<String, Object> options(Node options) {
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("strict", options.flag("strict"));
    if (options.at("validation").isPresent()) {
      told.put("validation", options.at("validation"));
    }
    told.put(
        "items", options.at("items").items().stream().filter(o -> !o.flag("local_only")).toList());
    if (options.at("format").isPresent()) {
      told.put("format", options.at("format"));
    }
    return told;
  }

  private static void put(Map<String, Object> told, String name, String text) {
    if (!text.isEmpty()) {
      told.put(name, text);
    }
  }

  private static List<String> steps(Node yaml) {
    List<String> steps = new ArrayList<>();
    if (!yaml.at("build").text("command").isEmpty()) {
      steps.add("build.command: " + yaml.at("build").text("command"));
    }
    if (!yaml.text("pre-push").isEmpty()) {
      steps.add("pre-push: " + yaml.text("pre-push").strip());
    }
    Node packages = yaml.at("python").at("pip-requirements");
    if (packages.isPresent()) {
      String asked =
          packages.items().isEmpty() ? "-r " + packages.text() : String.join(" ", packages.texts());
      steps.add("pip install --target " + PACKAGES + " " + asked);
    }
    return steps;
  }
}
