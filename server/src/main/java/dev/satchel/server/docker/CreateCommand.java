package dev.satchel.server.docker;

import dev.satchel.core.secret.Place;
import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.ContainerSpec;
import dev.satchel.core.workload.HostMount;
import dev.satchel.core.workload.JobForm;
import dev.satchel.core.workload.Mount;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The words that create a container. Hardened by default: no new privileges, no namespace of the
 * host's, a limit of processes and of what the engine keeps of its output.
 */
final class CreateCommand {
  private final Names names;
  private final boolean podman;
  private final List<String> operators;

  /**
   * @param operators options of whoever runs the server, which win over the ones here
   */
  CreateCommand(Names names, boolean podman, List<String> operators) {
    this.names = names;
    this.podman = podman;
    this.operators = List.copyOf(operators);
  }

  /**
   * @param envFile what {@code --env-file} reads
   * @param inherited names of variables that the CLI takes from its own environment
   * @param files by location, where the bytes of each secret file lie
   * @param staged null for a job that is given no files and whose output is its log
   * @param mounts directories of the engine's machine
   * @param volumes that the engine keeps itself
   */
  List<String> words(
      AttemptId attempt,
      JobForm form,
      ContainerSpec container,
      Image image,
      Path envFile,
      List<String> inherited,
      Map<String, Path> files,
      @Nullable StagedRun staged,
      List<Mount> mounts,
      List<HostMount> volumes) {
    List<String> words = new ArrayList<>(List.of("create", "--name", names.of(attempt)));
    add(words, "--label", Names.INSTALLATION + "=" + names.installation());
    add(words, "--label", Names.ATTEMPT + "=" + attempt);
    add(words, "--pull", "never");
    add(words, "--restart", "no");
    words.add("--init"); // Else the job is process 1, which no signal ends.
    add(words, "--log-driver", podman ? "k8s-file" : "local"); // The local one keeps bytes exactly.
    add(words, "--log-opt", podman ? "max-size=4g" : "max-size=512m");
    if (!podman) {
      add(words, "--log-opt", "max-file=8");
    }
    add(words, "--security-opt", "no-new-privileges");
    add(words, "--pids-limit", "4096");
    String directory = staged == null ? directory(form, image) : StagedRun.WORK;
    if (staged != null) {
      words.addAll(staged.options(form.variables()));
    } else if (form.workingDirectory() != null) {
      add(words, "--workdir", directory);
    }
    addWanted(words, container, staged);
    mounts.forEach(mount -> add(words, "--mount", mount(mount)));
    volumes.forEach(volume -> add(words, "--mount", mount(volume)));
    files.forEach((location, source) -> add(words, "--mount", mount(source, directory, location)));
    add(words, "--env-file", envFile.toString());
    inherited.forEach(name -> add(words, "--env", name));
    words.addAll(operators);
    words.add("--");
    words.add(container.image());
    words.addAll(staged == null ? form.command() : staged.command(form.command()));
    return words;
  }

  private static void addWanted(
      List<String> words, ContainerSpec container, @Nullable StagedRun staged) {
    if (container.user() != null && staged == null) {
      add(words, "--user", container.user());
    }
    if (container.cpus() != null) {
      add(words, "--cpus", container.cpus().toPlainString());
    }
    if (container.memoryMib() != null) {
      add(words, "--memory", container.memoryMib() + "m");
      add(words, "--memory-swap", container.memoryMib() + "m"); // No swap beside it.
    }
    if (container.gpu() != null) {
      add(words, "--gpus", gpus(container.gpu()));
    }
    container.ports().forEach(port -> add(words, "--publish", "127.0.0.1:" + port + ":" + port));
  }

  /** How many, of whatever kind there is: {@code all}, {@code 8}, {@code h100}, {@code h100:8}. */
  static String gpus(String wanted) {
    int colon = wanted.indexOf(':');
    if (colon >= 0) {
      return wanted.substring(colon + 1);
    }
    return wanted.equals("all") || Character.isDigit(wanted.charAt(0)) ? wanted : "1";
  }

  private static String directory(JobForm form, Image image) {
    Path chosen = form.workingDirectory();
    return chosen == null ? image.workingDirectory() : chosen.toString();
  }

  /** A mount's fields are read as a line of CSV. Source: docker/cli, opts/mount.go. */
  private static String mount(Path source, String directory, String location) {
    String target =
        location.startsWith(Place.SECRETS_DIRECTORY + "/")
            ? location
            : Path.of(directory).resolve(location).toString();
    return "type=bind,readonly," + places(source, target);
  }

  /** Where something is, and where a container is to have it. */
  static String places(Object source, String target) {
    return field("source=" + source) + "," + field("target=" + target);
  }

  private static String mount(Mount mount) {
    return "type=bind,"
        + (mount.readOnly() ? "readonly," : "")
        + (mount.live() ? "bind-propagation=rslave," : "")
        + field("source=" + mount.source())
        + ","
        + field("target=" + mount.path());
  }

  /** What an image has at its place stays out of it, as of a directory; podman has no such word. */
  private String mount(HostMount mount) {
    return "type=volume,"
        + (mount.readOnly() ? "readonly," : "")
        + (podman ? "" : "volume-nocopy,")
        + places(Names.volume(mount.workspace(), mount.volumeId()), mount.path());
  }

  private static String field(String field) {
    return "\"" + field.replace("\"", "\"\"") + "\"";
  }

  private static void add(List<String> words, String option, String value) {
    words.add(option);
    words.add(value);
  }
}
