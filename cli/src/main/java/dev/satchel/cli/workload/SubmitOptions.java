package dev.satchel.cli.workload;

import dev.satchel.api.SensitiveNames;
import dev.satchel.cli.input.Durations;
import dev.satchel.cli.input.Values;
import dev.satchel.cli.session.CliException;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.LiveNames;
import dev.satchel.cli.session.Session;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a workload is to be: the options that submit, run and explain share. */
final class SubmitOptions {
  private List<String> images = new ArrayList<>();

  private List<String> secrets = new ArrayList<>();

  private List<String> volumes = new ArrayList<>();
  private List<String> buckets = new ArrayList<>();

  private List<String> env = new ArrayList<>();

  private List<String> envFiles = new ArrayList<>();

  private @Nullable String name;
  private @Nullable String timeout;
  private @Nullable Integer retries;
  private boolean spot;
  private @Nullable String workingDirectory;
  private @Nullable String engine;
  private @Nullable String credentials;
  private @Nullable String vmType;
  private @Nullable String gpu;
  private @Nullable String geolocation;
  private @Nullable String cpus;
  private @Nullable Integer memoryMib;
  private @Nullable String user;
  private List<String> ports = new ArrayList<>();

  SubmitOptions(Session session, Form form) {
    form.arguments(
            value -> images = value,
            0,
            "IMAGE",
            "The image to run; without one the command runs on this server's machine.")
        .oneOf(LiveNames.ofSecrets(session))
        .texts(
            value -> secrets = value,
            "NAME",
            "A bundle that the job gets. NAME:env=KEY and NAME:file=PATH say where its one value goes, NAME:require=KEY,KEY what it must have",
            "--secret")
        .oneOf(LiveNames.ofVolumes(session))
        .texts(
            value -> volumes = value,
            "NAME",
            "A volume that the job mounts, at its own path or as NAME:PATH says; NAME:PATH:ro read-only, NAME:PATH:sync as a directory that is filled first and written back at the end",
            "--volume")
        .texts(
            value -> buckets = value,
            "BUCKET",
            "A bucket that the job mounts: NAME[/PREFIX]:PATH[:ro],endpoint=URL,keys=SECRET; region=, path-style, access-key= and secret-key= too, or JSON",
            "--bucket")
        .texts(
            value -> env = value,
            "KEY=VALUE",
            "A visible variable; it wins over any secret. KEY alone takes yours",
            "-e",
            "--env")
        .texts(
            value -> envFiles = value, "FILE", "Visible variables from a dotenv file", "--env-file")
        .text(value -> name = value, "NAME", "A name to find it by.", "--name")
        .text(value -> timeout = value, "TIME", "End it after so long: 90s, 2h.", "--timeout")
        .number(value -> retries = value, "N", "Try again so often.", "--retries")
        .flag(value -> spot = value, "It may be preempted, and is then recovered.", "--spot")
        .text(
            value -> workingDirectory = value,
            "DIR",
            "Where it runs (on this machine's server, without an image: here).",
            "-w",
            "--working-directory")
        .text(value -> engine = value, "ENGINE", "process, docker or kubernetes.", "--engine")
        .oneOf(LiveNames.ofCredentials(session))
        .text(
            value -> credentials = value,
            "NAME",
            "The account or engine that it runs on.",
            "--credentials")
        .text(value -> vmType = value, "TYPE", "The kind of machine.", "--vm-type")
        .text(value -> gpu = value, "KIND:N", "The GPUs it needs.", "--gpu")
        .text(value -> cpus = value, "N", "How many cpus its container has, such as 1.5.", "--cpus")
        .number(value -> memoryMib = value, "MIB", "The memory of its container.", "--memory")
        .texts(
            value -> ports = value,
            "PORT",
            "A port of its container, reached at the same number on the server's machine",
            "--port")
        .text(value -> user = value, "USER", "The user in its container.", "--user")
        .text(value -> geolocation = value, "PLACE", "Where the machine stands.", "--geolocation");
  }

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
    List<Object> mounts = new ArrayList<>(volumes.stream().map(VolumeReference::toWire).toList());
    mounts.addAll(buckets.stream().map(BucketReference::toWire).toList());
    if (!mounts.isEmpty()) {
      body.put("mounts", mounts);
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
    put(body, "user", user);
    putLimits(body);
    put(
        body,
        "timeout_s",
        timeout == null ? null : Durations.parse("--timeout", timeout).toSeconds());
    put(body, "retries", retries);
    put(body, "spot", spot ? true : null);
  }

  private void putLimits(Map<String, Object> body) {
    Map<String, Object> resources = new LinkedHashMap<>();
    put(resources, "cpus", cpus == null ? null : decimal("--cpus", cpus));
    put(resources, "memory_mib", memoryMib);
    if (!resources.isEmpty()) {
      body.put("resources", resources);
    }
    if (!ports.isEmpty()) {
      body.put("ports", ports.stream().map(port -> decimal("--port", port)).toList());
    }
  }

  private static BigDecimal decimal(String option, String text) {
    if (!text.matches("[0-9]{1,9}(\\.[0-9]{1,9})?")) {
      throw CliException.usage(option + " is a number.", "satchel submit --help");
    }
    return new BigDecimal(text);
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
      return images.isEmpty() && session.target().ofThisMachine()
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
      String bundle = bundleFor(names.getFirst());
      session
          .screen()
          .note(
              "Note: %s %s sensitive, and --env is shown to all who see the job. Store it instead: satchel secrets new %s %s (then --secret %s)"
                  .formatted(
                      String.join(", ", names),
                      names.size() == 1 ? "looks" : "look",
                      bundle,
                      String.join(" ", names),
                      bundle));
    }
  }

  /** A bundle's name that says what it holds, such as hf-token for HF_TOKEN. */
  private static String bundleFor(String variable) {
    String name = variable.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    return name.replaceAll("^[^a-z]+|-$", "");
  }
}
