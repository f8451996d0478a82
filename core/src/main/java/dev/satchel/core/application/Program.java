package dev.satchel.core.application;

import dev.satchel.core.RefusedException;
import dev.satchel.core.workload.ContentPaths;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What is known of how to run an executable.
 *
 * @param type {@code python}, {@code java}, {@code binary} or {@code go}
 * @param entrypoint a file of the executable; empty for the type's own
 * @param directory in which it works, relative to its files; empty for there
 * @param format of its input and output where a run says nothing; empty for json
 * @param paths where its input and output files lie
 */
public record Program(
    String type,
    String entrypoint,
    String directory,
    String format,
    String runtime,
    ContentPaths paths) {
  /** Finds the packages that came with the code, then goes where the program works. */
  private static final String PREPARED =
      "PYTHONPATH=$PWD/.nextmv/python/deps${PYTHONPATH:+:$PYTHONPATH}; export PYTHONPATH;"
          + " PYTHONUNBUFFERED=1; export PYTHONUNBUFFERED; cd \"./$1\" || exit; shift; exec \"$@\"";

  public Program {
    if (!List.of("python", "java", "binary", "go").contains(type)) {
      throw RefusedException.invalid(
          "requirements.executable_type",
          "requirements.executable_type must be python, java, binary or go.");
    }
    if (!format.isEmpty()) {
      var _ = new InstanceConfiguration.Format(format, null);
    }
    ContentPaths.requireWithin("entrypoint", entrypoint);
    ContentPaths.requireWithin("working_directory", directory);
  }

  /** What a client's requirements make of it; INVALID, with the field's name. */
  static Program of(Requirements read) {
    String io = "io_configuration";
    String files = "multi_file";
    String output = "output_configuration";
    return new Program(
        read.text("executable_type"),
        read.text("entrypoint"),
        plain(read.text("working_directory")),
        read.text(io, "format"),
        read.text("runtime"),
        new ContentPaths(
            read.text(io, files, "input_path"),
            read.text(io, files, output, "solutions_path"),
            read.text(io, files, output, "statistics_path"),
            read.text(io, files, output, "metrics_path"),
            read.text(io, files, output, "assets_path")));
  }

  private static String plain(String directory) {
    String plain = directory.startsWith("./") ? directory.substring(2) : directory;
    return plain.equals(".") ? "" : plain;
  }

  /** The command that runs it, in the directory of its files. */
  List<String> command(Map<String, String> options) {
    List<String> command = new ArrayList<>(List.of("sh", "-c", PREPARED, "satchel"));
    command.add(directory.isEmpty() ? "." : directory);
    switch (type) {
      case "python" -> command.addAll(List.of("python3", file("main.py")));
      case "java" ->
          command.addAll(List.of("java", "-XX:MaxRAMPercentage=90", "-jar", file("main.jar")));
      default -> command.add("./" + file("main"));
    }
    options.forEach((name, value) -> command.addAll(List.of("-" + name, value)));
    return command;
  }

  private String file(String otherwise) {
    if (entrypoint.isEmpty()) {
      return upFrom(directory) + otherwise;
    }
    String plain = entrypoint.startsWith("./") ? entrypoint.substring(2) : entrypoint;
    return upFrom(directory) + plain;
  }

  /** From where it works back to where its files are. */
  private static String upFrom(String directory) {
    StringBuilder up = new StringBuilder();
    for (String part : directory.split("/", -1)) {
      if (!part.isEmpty() && !part.equals(".")) {
        up.append("../");
      }
    }
    return up.toString();
  }
}
