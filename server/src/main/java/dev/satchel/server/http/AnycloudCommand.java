package dev.satchel.server.http;

import dev.satchel.core.workload.ContainerSpec;
import dev.satchel.core.workload.WorkloadSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A job as one line that a shell could read: anycloud's client has no other place to show the
 * visible variables. Of secrets it says that there are some, by the file that carries them.
 */
final class AnycloudCommand {
  private static final Pattern PLAIN = Pattern.compile("[a-zA-Z0-9_@%+=:,./-]+");

  private AnycloudCommand() {}

  static String of(WorkloadSpec spec, Map<String, String> env) {
    List<String> words = new ArrayList<>();
    ContainerSpec container = spec.container();
    if (container == null) {
      words.add("env");
      env.forEach((name, value) -> words.add(name + "=" + value));
    } else {
      words.addAll(List.of("docker", "run"));
      addWanted(words, container);
      if (!spec.secrets().isEmpty()) {
        words.addAll(List.of("--env-file", "secrets.env"));
      }
      env.forEach((name, value) -> words.addAll(List.of("--env", name + "=" + value)));
      words.add(container.image());
    }
    words.addAll(spec.command());
    return words.stream().map(AnycloudCommand::quoted).collect(Collectors.joining(" "));
  }

  private static void addWanted(List<String> words, ContainerSpec container) {
    if (container.cpus() != null) {
      words.addAll(List.of("--cpus", container.cpus().toPlainString()));
    }
    if (container.memoryMib() != null) {
      words.addAll(List.of("--memory", container.memoryMib() + "m"));
    }
    if (container.gpu() != null) {
      words.addAll(List.of("--gpus", container.gpu()));
    }
  }

  private static String quoted(String word) {
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
