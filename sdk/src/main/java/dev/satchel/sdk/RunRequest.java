package dev.satchel.sdk;

import dev.satchel.sdk.json.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A run that is to be submitted. Handed to the function that a call takes, and of use within it
 * only; not thread-safe.
 */
public final class RunRequest {
  /** What the contract takes within a request; what is larger goes to an address of its own. */
  private static final int INLINE_MAX_BYTES = 5 << 20;

  private final Map<String, Object> body = new LinkedHashMap<>();
  private final Map<String, String> options = new LinkedHashMap<>();
  private final Configuration configuration = new Configuration();
  private @Nullable String instance; // Null for the application's default.
  private Input input = new None();

  /** Where the input is. */
  sealed interface Input permits None, Inline, Text, File, Directory {}

  record None() implements Input {}

  record Inline(String json) implements Input {}

  record Text(byte[] bytes) implements Input {}

  record File(Path path) implements Input {}

  record Directory(Path path) implements Input {}

  RunRequest() {}

  /**
   * The input, as JSON.
   *
   * @param members maps, lists, texts, numbers, booleans and nulls
   * @return this
   */
  public RunRequest input(Map<String, ?> members) {
    return inputJson(Json.write(members));
  }

  /**
   * The input, as JSON that somebody else has written.
   *
   * @param json one object, of any size
   * @return this
   * @throws IllegalArgumentException where it is none, or nests more than 64 deep; {@link
   *     #inputFile} takes it as it is
   */
  public RunRequest inputJson(String json) {
    if (!(Json.read(json).value() instanceof Map<?, ?>)) {
      throw new IllegalArgumentException("The input of a run is one JSON object.");
    }
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    input = bytes.length > INLINE_MAX_BYTES ? new Text(bytes) : new Inline(json);
    return this;
  }

  /**
   * The input, as text that the program reads as it is; the output is JSON where no format is said.
   *
   * @param text of any size
   * @return this
   */
  public RunRequest inputText(String text) {
    input = new Text(text.getBytes(StandardCharsets.UTF_8));
    return formatUnlessSaid("text", "json");
  }

  /**
   * The input, as a file that the program reads from its standard input, of the format that the
   * configuration, the instance or the code's manifest says; a {@code tar.gz} where that has files.
   *
   * @param file of this machine
   * @return this
   */
  public RunRequest inputFile(Path file) {
    input = new File(file);
    return this;
  }

  /**
   * The input, as the files of a directory; the output is files too where no format is said.
   *
   * @param directory of this machine, of which all files are sent
   * @return this
   */
  public RunRequest inputDirectory(Path directory) {
    input = new Directory(directory);
    return formatUnlessSaid("multi-file", "multi-file");
  }

  private RunRequest formatUnlessSaid(String in, String out) {
    if (!configuration.has("format")) {
      configuration.format(in, out);
    }
    return this;
  }

  /**
   * What is run; the application's default where this is not called.
   *
   * @param id of an instance
   * @return this
   */
  public RunRequest instance(String id) {
    instance = id;
    return this;
  }

  /**
   * A name for people; the run's id where this is not called.
   *
   * @param name of the run
   * @return this
   */
  public RunRequest name(String name) {
    body.put("name", name);
    return this;
  }

  /**
   * What it is for.
   *
   * @param text for people
   * @return this
   */
  public RunRequest description(String text) {
    body.put("description", text);
    return this;
  }

  /**
   * An argument of the program, which is given it as {@code -name value}.
   *
   * @param name of the option
   * @param value its text, which whoever may see the run sees
   * @return this
   */
  public RunRequest option(String name, String value) {
    options.put(name, value);
    return this;
  }

  /**
   * What this run gets in place of what its instance says.
   *
   * @param filled is given what to fill
   * @return this
   */
  public RunRequest configuration(Consumer<RunConfiguration> filled) {
    filled.accept(new RunConfiguration(configuration));
    return this;
  }

  Input input() {
    return input;
  }

  /**
   * The request.
   *
   * @param upload the id of what was sent before; null where nothing was
   */
  Call call(String path, @Nullable String upload) {
    if (!configuration.members().isEmpty()) {
      body.put("configuration", configuration.members());
    }
    if (!options.isEmpty()) {
      body.put("options", options);
    }
    if (upload != null) {
      body.put("upload_id", upload);
    }
    String json = Json.write(body);
    if (input instanceof Inline inline) { // As it was written, numbers and all.
      String rest = body.isEmpty() ? "}" : "," + json.substring(1);
      json = "{\"input\":" + inline.json() + rest;
    }
    return Call.postJson(path, json)
        .with("instance_id", instance)
        .repeated(Call.Repeat.IF_NOT_DONE);
  }

  @Override
  public String toString() {
    return "RunRequest[instance=" + instance + ", configuration=" + configuration + "]";
  }
}
