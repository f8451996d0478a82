package dev.satchel.sdk;

import dev.satchel.sdk.json.Json;
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
  private final Map<String, Object> body = new LinkedHashMap<>();
  private final Map<String, String> options = new LinkedHashMap<>();
  private final Configuration configuration = new Configuration();
  private @Nullable String instance; // Null for the application's default.
  private RunInput input = new RunInput.None();

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
    input = new RunInput.Document(json);
    return this;
  }

  /**
   * The input, as text that the program reads as it is; the output is JSON where no format is said.
   *
   * @param text of any size
   * @return this
   */
  public RunRequest inputText(String text) {
    input = new RunInput.Text(text);
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
    input = new RunInput.File(file);
    return this;
  }

  /**
   * The input, as the files of a directory; the output is files too where no format is said.
   *
   * @param directory of this machine, of which all files are sent
   * @return this
   */
  public RunRequest inputDirectory(Path directory) {
    input = new RunInput.Directory(directory);
    return formatUnlessSaid("multi-file", "multi-file");
  }

  /**
   * An input that is kept on the server; it has the format that was said when it was made.
   *
   * @param id of a managed input of the same application
   * @return this
   */
  public RunRequest managedInput(String id) {
    input = new RunInput.Kept("input_id", id);
    return this;
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

  RunInput input() {
    return input;
  }

  /**
   * The request.
   *
   * @param given the input by now: none, within the request, or on the server
   */
  Call call(String path, RunInput given) {
    if (!configuration.members().isEmpty()) {
      body.put("configuration", configuration.members());
    }
    if (!options.isEmpty()) {
      body.put("options", options);
    }
    if (given instanceof RunInput.Kept kept) {
      body.put(kept.member(), kept.id());
    }
    String json = Json.write(body);
    if (given instanceof RunInput.Document inline) { // As it was written, numbers and all.
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
