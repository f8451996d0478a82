package dev.satchel.cli.workload;

import dev.satchel.api.SensitiveNames;
import dev.satchel.cli.input.Durations;
import dev.satchel.cli.input.Values;
import dev.satchel.cli.session.CliException;
import dev.satchel.cli.session.Session;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What a workload is to be: the options that submit, run and explain share. */
final class SubmitOptions {
  @Parameters(
      arity = "0..*",
      paramLabel = "IMAGE",
      description = "The image to run; without one the command runs on this server's machine.")
  List<String> images = new ArrayList<>();

  @Option(
      names = "--secret",
      paramLabel = "NAME",
      description = {
        "A bundle that the job gets (repeatable). NAME:env=KEY and NAME:file=PATH say where",
        "its one value goes, NAME:require=KEY,KEY what it must have."
      })
  List<String> secrets = new ArrayList<>();

  @Option(
      names = {"-e", "--env"},
      paramLabel = "KEY=VALUE",
      description =
          "A visible variable; it wins over any secret. KEY alone takes yours (repeatable).")
  List<String> env = new ArrayList<>();

  @Option(
      names = "--env-file",
      paramLabel = "FILE",
      description = "Visible variables from a dotenv file (repeatable).")
  List<String> envFiles = new ArrayList<>();

  @Option(names = "--name", description = "A name to find it by.")
  @Nullable String name;

  @Option(names = "--timeout", paramLabel = "TIME", description = "End it after so long: 90s, 2h.")
  @Nullable String timeout;

  @Option(names = "--retries", paramLabel = "N", description = "Try again so often.")
  @Nullable Integer retries;

  @Option(names = "--spot", description = "It may be preempted, and is then recovered.")
  boolean spot;

  @Option(
      names = {"-w", "--working-directory"},
      paramLabel = "DIR",
      description = "Where it runs (on this machine's server: here).")
  @Nullable String workingDirectory;

  @Option(names = "--engine", description = "process, docker or kubernetes.")
  @Nullable String engine;

  @Option(
      names = "--credentials",
      paramLabel = "NAME",
      description = "The account that it runs on.")
  @Nullable String credentials;

  @Option(names = "--vm-type", paramLabel = "TYPE", description = "The kind of machine.")
  @Nullable String vmType;

  @Option(names = "--gpu", paramLabel = "KIND:N", description = "The GPUs it needs.")
  @Nullable String gpu;

  @Option(names = "--geolocation", paramLabel = "PLACE", description = "Where the machine stands.")
  @Nullable String geolocation;

  /** The body of a submit, in the shape of the contract. */
  Map<String, Object> toBody(Session session) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("kind", "job");
    put(body, "name", name);
    put(body, "image", image(session.tail()));
    if (!session.tail().isEmpty()) {
      body.put("command", session.tail());
    }
    put(body, "working_directory", directory(session));
    Map<String, String> visible = new Values(session.surroundings()).visible(env, envFiles);
    if (!visible.isEmpty()) {
      body.put("env", visible);
    }
    if (!secrets.isEmpty()) {
      body.put("secrets", secrets.stream().map(SecretReference::toWire).toList());
    }
    putPlacement(body);
    advise(session, visible);
    return body;
  }

  private void putPlacement(Map<String, Object> body) {
    put(body, "engine", engine);
    put(body, "credentials", credentials);
    put(body, "vm_type", vmType);
    put(body, "gpu", gpu);
    put(body, "geolocation", geolocation);
    put(
        body,
        "timeout_s",
        timeout == null ? null : Durations.parse("--timeout", timeout).toSeconds());
    put(body, "retries", retries);
    put(body, "spot", spot ? true : null);
  }

  private @Nullable String image(List<String> command) {
    if (images.size() > 1 || (images.isEmpty() && command.isEmpty())) {
      throw CliException.usage(
          images.isEmpty() ? "There is nothing to run." : "A command stands after --.",
          "satchel run -- echo hi",
          "satchel submit --secret NAME -- python train.py");
    }
    return images.isEmpty() ? null : images.getFirst();
  }

  private @Nullable String directory(Session session) {
    Path here = session.surroundings().workingDirectory();
    if (workingDirectory != null) {
      return session.target().ofThisMachine()
          ? here.resolve(workingDirectory).normalize().toString()
          : workingDirectory;
    }
    boolean process = images.isEmpty() && (engine == null || engine.equals("process"));
    return process && session.target().ofThisMachine() ? here.toString() : null;
  }

  private static void put(Map<String, Object> body, String name, @Nullable Object value) {
    if (value != null) {
      body.put(name, value);
    }
  }

  /** One line for all visible variables that look as if they were meant to be secret. */
  static void advise(Session session, Map<String, String> visible) {
    List<String> names = visible.keySet().stream().filter(SensitiveNames::isSensitive).toList();
    if (!names.isEmpty()) {
      session
          .screen()
          .note(
              "Note: "
                  + String.join(", ", names)
                  + (names.size() == 1 ? " looks" : " look")
                  + " sensitive, and --env is shown to all who see the job. Keep it instead:"
                  + " satchel secrets new NAME "
                  + String.join(" ", names)
                  + "; then --secret NAME");
    }
  }
}
