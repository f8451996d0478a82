package dev.satchel.core.application;

import dev.satchel.core.RefusedException;
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
 */
public record Program(
    String type, String entrypoint, String directory, String format, String runtime) {
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
    checkPath("entrypoint", entrypoint);
    checkPath("working_directory", directory);
  }

  private static void checkPath(String field, String path) {
    boolean leaves = List.of(path.split("/", -1)).contains("..");
    if (path.startsWith("/") || leaves || path.length() > 512 || path.indexOf('\0') >= 0) {
      throw RefusedException.invalid(
          "requirements." + field,
          "requirements." + field + " must be a relative path within the application's files.");
    }
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
