package dev.satchel.sdk;

import dev.satchel.sdk.json.Json;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A managed input that is to be made or changed. Handed to the function that a call takes, and of
 * use within it only; not thread-safe.
 */
public final class ManagedInputRequest {
  private final Map<String, Object> about = new LinkedHashMap<>();
  private final Configuration configuration = new Configuration();
  private RunInput input = new RunInput.None();

  ManagedInputRequest() {}

  /**
   * A name for people; the id where this is not called.
   *
   * @param name of the managed input
   * @return this
   */
  public ManagedInputRequest name(String name) {
    about.put("name", name);
    return this;
  }

  /**
   * What it is for.
   *
   * @param text for people
   * @return this
   */
  public ManagedInputRequest description(String text) {
    about.put("description", text);
    return this;
  }

  /**
   * What is kept, as JSON.
   *
   * @param members maps, lists, texts, numbers, booleans and nulls
   * @return this
   */
  public ManagedInputRequest input(Map<String, ?> members) {
    return inputJson(Json.write(members));
  }

  /**
   * What is kept, as JSON that somebody else has written.
   *
   * @param json one object, of any size
   * @return this
   * @throws IllegalArgumentException where it is none, or nests more than 64 deep; {@link
   *     #inputFile} takes it as it is
   */
  public ManagedInputRequest inputJson(String json) {
    input = new RunInput.Document(json);
    return this;
  }

  /**
   * What is kept, as text that programs read as it is; their output is JSON where no format is
   * said.
   *
   * @param text of any size
   * @return this
   */
  public ManagedInputRequest inputText(String text) {
    input = new RunInput.Text(text);
    return formatUnlessSaid("text", "json");
  }

  /**
   * What is kept, as a file that programs read from their standard input; a {@code tar.gz} where
   * the format has files.
   *
   * @param file of this machine
   * @return this
   */
  public ManagedInputRequest inputFile(Path file) {
    input = new RunInput.File(file);
    return this;
  }

  /**
   * What is kept, as the files of a directory; a program's output is files too where no format is
   * said.
   *
   * @param directory of this machine, of which all files are sent
   * @return this
   */
  public ManagedInputRequest inputDirectory(Path directory) {
    input = new RunInput.Directory(directory);
    return formatUnlessSaid("multi-file", "multi-file");
  }

  /**
   * What is kept is what a run was given. Its format is not taken over: {@link #format}, where that
   * is another than the code's.
   *
   * @param run its id; a run of the same application, of which this token may read the input
   * @return this
   */
  public ManagedInputRequest inputOfRun(String run) {
    input = new RunInput.Kept("run_id", run);
    return this;
  }

  /**
   * What programs that are given it take and leave; what instance and code say where this is not
   * called.
   *
   * @param input {@code json}, {@code text}, {@code multi-file} or {@code csv-archive}
   * @param output one of the same
   * @return this
   */
  public ManagedInputRequest format(String input, String output) {
    configuration.format(input, output);
    return this;
  }

  private ManagedInputRequest formatUnlessSaid(String in, String out) {
    return configuration.has("format") ? this : format(in, out);
  }

  RunInput input() {
    return input;
  }

  /**
   * The request that makes it.
   *
   * @param kept the input by now: on the server, or none
   */
  Map<String, Object> body(String id, RunInput kept) {
    Map<String, Object> body = new LinkedHashMap<>(about);
    body.put("id", id);
    body.putIfAbsent("name", id);
    body.putAll(configuration.members());
    if (kept instanceof RunInput.Kept given) {
      body.put(given.member(), given.id());
    }
    return body;
  }

  /** The request that changes it. */
  Map<String, Object> change() {
    if (!(input instanceof RunInput.None) || configuration.has("format")) {
      throw new Invalid("Of a managed input, name and description change; make another one.", null);
    }
    return about;
  }

  @Override
  public String toString() {
    return "ManagedInputRequest" + about;
  }
}
