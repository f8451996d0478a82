package dev.satchel.server.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.satchel.core.application.ApplicationId;
import dev.satchel.core.credential.CredentialName;
import dev.satchel.core.secret.BundleName;
import dev.satchel.core.secret.Place;
import dev.satchel.core.volume.BucketMount;
import dev.satchel.core.volume.MountRequest;
import dev.satchel.core.volume.VolumeMount;
import dev.satchel.core.volume.VolumeName;
import dev.satchel.core.workload.ContainerSpec;
import dev.satchel.core.workload.ContentPaths;
import dev.satchel.core.workload.JavaSpec;
import dev.satchel.core.workload.Lasting;
import dev.satchel.core.workload.Queuing;
import dev.satchel.core.workload.RunOrigin;
import dev.satchel.core.workload.RunSpec;
import dev.satchel.core.workload.SecretUse;
import dev.satchel.core.workload.WorkloadSpec;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A workload's spec as the text of a column. Absent means what null or empty means in the spec. */
final class SpecJson {
  private static final JsonMapper MAPPER = new JsonMapper();

  private SpecJson() {}

  static String write(WorkloadSpec spec) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("name", spec.name());
    spec.command().forEach(json.putArray("command")::add);
    json.put("working_directory", spec.workingDirectory());
    spec.env().forEach(json.putObject("env")::put);
    ArrayNode secrets = json.putArray("secrets");
    spec.secrets().forEach(use -> writeUse(secrets.addObject(), use));
    json.put("engine", spec.engine());
    json.put("timeout_s", spec.timeout() == null ? null : spec.timeout().toSeconds());
    json.put("retries", spec.retries());
    json.put("spot", spec.spot());
    spec.labels().forEach(json.putObject("labels")::put);
    json.put("credentials", spec.credentials() == null ? null : spec.credentials().value());
    ContainerSpec container = spec.container();
    if (container != null) {
      writeContainer(json.putObject("container"), container);
    }
    RunSpec run = spec.run();
    if (run != null) {
      writeRun(json.putObject("run"), run);
    }
    if (!spec.mounts().isEmpty()) {
      ArrayNode mounts = json.putArray("mounts");
      spec.mounts().forEach(mount -> writeMount(mounts.addObject(), mount));
    }
    JavaSpec java = spec.java();
    if (java != null) {
      writeJava(json.putObject("java"), java);
    }
    if (spec.lasting() != null) {
      json.put("lasting", spec.lasting().word());
    }
    return json.toString();
  }

  private static void writeJava(ObjectNode json, JavaSpec java) {
    java.classPath().forEach(json.putArray("class_path")::add);
    json.put("main", java.main());
    java.options().forEach(json.putArray("options")::add);
    json.put("release", java.release());
    json.put("served", java.served());
  }

  private static @Nullable JavaSpec readJava(JsonNode json) {
    String main = text(json, "main");
    return main == null
        ? null
        : new JavaSpec(
            strings(json.path("class_path")),
            main,
            strings(json.path("options")),
            json.path("release").asInt(),
            json.path("served").asBoolean());
  }

  /** By then its volume is there, so nothing says how to create it. */
  private static void writeMount(ObjectNode json, MountRequest mount) {
    json.put("path", mount.path());
    json.put("read_only", mount.readOnly());
    switch (mount) {
      case VolumeMount volume -> {
        json.put("volume", volume.volume().value());
        json.put("subdirectory", volume.subdirectory());
        if (volume.sync()) {
          json.put("sync", true);
        }
      }
      case BucketMount bucket -> BucketJson.write(json.putObject("bucket"), bucket);
    }
  }

  private static List<MountRequest> readMounts(JsonNode json) {
    List<MountRequest> mounts = new ArrayList<>();
    json.forEach(
        mount -> mounts.add(mount.has("bucket") ? BucketJson.read(mount) : readVolume(mount)));
    return mounts;
  }

  private static VolumeMount readVolume(JsonNode mount) {
    return new VolumeMount(
        new VolumeName(mount.path("volume").asText()),
        text(mount, "path"),
        mount.path("read_only").asBoolean(),
        mount.path("subdirectory").asText(),
        null,
        mount.path("sync").asBoolean());
  }

  private static void writeRun(ObjectNode json, RunSpec run) {
    json.put("application", run.application().value());
    json.put("instance", run.instance());
    json.put("version", run.version());
    json.put("name", run.name());
    json.put("description", run.description());
    json.put("execution_class", run.executionClass());
    json.put("runtime", run.runtime());
    json.put("input", run.input());
    json.put("output", run.output());
    json.put("directory", run.directory());
    run.options().forEach(json.putObject("options")::put);
    json.put("collection", run.collection());
    json.put("input_path", run.paths().input());
    json.put("solutions_path", run.paths().solutions());
    json.put("statistics_path", run.paths().statistics());
    json.put("metrics_path", run.paths().metrics());
    json.put("assets_path", run.paths().assets());
    json.put("external", run.origin().external());
    json.put("managed_input", run.origin().managedInput());
    json.put("cloned_run", run.origin().clonedRun());
    json.put("priority", run.queuing().priority());
    json.put("queuing_disabled", run.queuing().disabled());
  }

  private static @Nullable RunSpec readRun(JsonNode json) {
    String application = text(json, "application");
    return application == null
        ? null
        : new RunSpec(
            new ApplicationId(application),
            json.path("instance").asText(),
            json.path("version").asText(),
            json.path("name").asText(),
            json.path("description").asText(),
            json.path("execution_class").asText(),
            json.path("runtime").asText(),
            json.path("input").asText(),
            json.path("output").asText(),
            json.path("directory").asText(),
            readMap(json.path("options")),
            json.path("collection").asText(),
            new ContentPaths(
                json.path("input_path").asText(),
                json.path("solutions_path").asText(),
                json.path("statistics_path").asText(),
                json.path("metrics_path").asText(),
                json.path("assets_path").asText()),
            new RunOrigin(
                json.path("external").asBoolean(),
                json.path("managed_input").asText(),
                json.path("cloned_run").asText()),
            new Queuing(
                json.path("priority").asInt(Queuing.USUAL.priority()),
                json.path("queuing_disabled").asBoolean()));
  }

  static WorkloadSpec read(String text) {
    JsonNode json = parse(text);
    List<SecretUse> secrets = new ArrayList<>();
    json.path("secrets").forEach(use -> secrets.add(readUse(use)));
    String credentials = text(json, "credentials");
    JsonNode timeout = json.path("timeout_s");
    return new WorkloadSpec(
        text(json, "name"),
        strings(json.path("command")),
        text(json, "working_directory"),
        readMap(json.path("env")),
        secrets,
        json.path("engine").asText(),
        timeout.isNumber() ? Duration.ofSeconds(timeout.asLong()) : null,
        json.path("retries").asInt(),
        json.path("spot").asBoolean(),
        readMap(json.path("labels")),
        credentials == null ? null : new CredentialName(credentials),
        readContainer(json.path("container")),
        readRun(json.path("run")),
        readMounts(json.path("mounts")),
        readJava(json.path("java")),
        Lasting.of(text(json, "lasting")));
  }

  private static void writeContainer(ObjectNode json, ContainerSpec container) {
    json.put("image", container.image());
    json.put("user", container.user());
    json.put("cpus", container.cpus() == null ? null : container.cpus().toPlainString());
    json.put("memory_mib", container.memoryMib());
    json.put("gpu", container.gpu());
    container.ports().forEach(json.putArray("ports")::add);
  }

  private static @Nullable ContainerSpec readContainer(JsonNode json) {
    String image = text(json, "image");
    if (image == null) {
      return null;
    }
    String cpus = text(json, "cpus");
    JsonNode memory = json.path("memory_mib");
    List<Integer> ports = new ArrayList<>();
    json.path("ports").forEach(port -> ports.add(port.asInt()));
    return new ContainerSpec(
        image,
        text(json, "user"),
        cpus == null ? null : new BigDecimal(cpus),
        memory.isNumber() ? memory.asInt() : null,
        text(json, "gpu"),
        ports);
  }

  static String writeMap(Map<String, String> map) {
    ObjectNode json = MAPPER.createObjectNode();
    map.forEach(json::put);
    return json.toString();
  }

  static String writeList(List<String> list) {
    ArrayNode json = MAPPER.createArrayNode();
    list.forEach(json::add);
    return json.toString();
  }

  static List<String> readList(String text) {
    return strings(parse(text));
  }

  static Map<String, String> readMap(String text) {
    return readMap(parse(text));
  }

  private static void writeUse(ObjectNode json, SecretUse use) {
    json.put("name", use.name().value());
    if (use.as() != null) {
      json.put("as_" + use.as().type(), use.as().location());
    }
    use.require().forEach(json.putArray("require")::add);
  }

  private static SecretUse readUse(JsonNode json) {
    @Nullable String env = text(json, "as_env");
    @Nullable String file = text(json, "as_file");
    Place as = env != null ? new Place.Env(env) : file != null ? new Place.File(file) : null;
    return new SecretUse(
        new BundleName(json.path("name").asText()), as, strings(json.path("require")));
  }

  private static Map<String, String> readMap(JsonNode json) {
    Map<String, String> map = new LinkedHashMap<>();
    json.properties().forEach(field -> map.put(field.getKey(), field.getValue().asText()));
    return map;
  }

  private static List<String> strings(JsonNode json) {
    List<String> strings = new ArrayList<>();
    json.forEach(item -> strings.add(item.asText()));
    return strings;
  }

  private static @Nullable String text(JsonNode json, String field) {
    JsonNode value = json.get(field);
    return value == null || value.isNull() ? null : value.asText();
  }

  private static JsonNode parse(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a column that this class wrote does not parse", e);
    }
  }
}
