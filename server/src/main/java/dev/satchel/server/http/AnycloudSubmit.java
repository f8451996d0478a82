package dev.satchel.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A submit in anycloud's words, translated into the body that {@code /v1} takes: what that may hold
 * is said there, once. What it has no place for is refused by name; only what is kept for an
 * agent's own bookkeeping is dropped.
 */
final class AnycloudSubmit {
  private static final String NO_STORAGE = "This server mounts nothing for this client yet.";

  /** Fields that {@code /v1} has no place for, and what to do instead; the most telling first. */
  private static final Map<String, String> UNSUPPORTED =
      inOrder(
          "deployment", "This server keeps no standing pools: submit an image.",
          "id", "This server makes the ids of workloads itself: leave it out.",
          "mounts", NO_STORAGE,
          "nodePool", "This server has no pools of nodes.",
          "gpusPerNode", "Ask for GPUs with gpuType, such as h100:8.",
          "inputStorageCredentialName", NO_STORAGE,
          "outputStorageCredentialName", NO_STORAGE,
          "checkpointStorageCredentialName", NO_STORAGE,
          "timeout", "It is of pool jobs alone; timeLimit bounds a run.");

  private static final Map<String, String> CLOUD_UNSUPPORTED =
      inOrder(
          "credentials", "Keep the account with PUT /credentials/{name}, and name it.",
          "availabilityZone", "This server places by region alone.",
          "diskSizeGb", "This server makes no disks.",
          "diskTier", "This server makes no disks.",
          "inputBucket", NO_STORAGE,
          "outputBucket", NO_STORAGE,
          "checkpointBucket", NO_STORAGE,
          "inputStorageRegion", NO_STORAGE,
          "outputStorageRegion", NO_STORAGE,
          "checkpointStorageRegion", NO_STORAGE,
          "inputStorageCredentials", NO_STORAGE,
          "outputStorageCredentials", NO_STORAGE,
          "checkpointStorageCredentials", NO_STORAGE);

  private static final Map<String, String> DOCKER_UNSUPPORTED =
      inOrder(
          "binds", "A container of this server gets no directory of its machine.",
          "ipc", "A container of this server gets no namespace of its machine.",
          "network", "Whoever runs the server chooses the network (--container-options).",
          "runtime", "Whoever runs the server chooses the runtime (--container-options).",
          "shmSize", "Whoever runs the server chooses it (--container-options).",
          "ulimits", "Whoever runs the server chooses them (--container-options).");

  /** Where a field of {@code /v1} stands in this dialect, for what is refused there. */
  private static final Map<String, String> NAMES =
      Map.of(
          "timeout_s", "timeLimit",
          "gpu", "gpuType",
          "credentials", "credentialName",
          "vm_type", "cloudConfig.vmType",
          "geolocation", "cloudConfig.region",
          "spot", "cloudConfig.spot",
          "resources.cpus", "dockerOptions.cpus",
          "resources.memory_mib", "dockerOptions.memory");

  private static final Pattern CPUS = Pattern.compile("[0-9]{1,6}(\\.[0-9]{1,3})?");
  private static final Pattern MEMORY = Pattern.compile("([0-9]{1,15})([bkmg]?)");
  private static final Pattern GPUS = Pattern.compile("all|[1-9][0-9]{0,3}");
  private static final long MIB = 1 << 20;

  private AnycloudSubmit() {}

  private static Map<String, String> inOrder(String... pairs) {
    Map<String, String> map = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put(pairs[i], pairs[i + 1]);
    }
    return map;
  }

  /** The name of a field in this dialect, of one of {@code /v1}. */
  static String fieldOf(String v1) {
    return NAMES.getOrDefault(v1, v1);
  }

  static ObjectNode read(ObjectNode json) {
    Fields body =
        new Fields(
            json,
            "",
            known(
                UNSUPPORTED,
                "image",
                "command",
                "env",
                "secrets",
                "credentialName",
                "gpuType",
                "cloudConfig",
                "dockerOptions",
                "timeLimit",
                "workloadType",
                "launch",
                "nodes",
                "resumable",
                "session",
                "sessionLabel",
                "agent"));
    refuse(body, UNSUPPORTED);
    refuseOthers(body, "workloadType", "job");
    refuseOthers(body, "launch", "single");
    refuseOthersThanOne(body, "nodes", 1);
    if (body.flag("resumable")) {
      throw unsupported(body.at("resumable"), "A workload of this server begins anew.");
    }
    ObjectNode v1 = Json.object();
    v1.put("image", body.requiredText("image"));
    if (body.has("command")) {
      v1.set("command", json.get("command"));
    }
    if (body.has("env")) {
      v1.set("env", json.get("env"));
    }
    body.texts("secrets").forEach(v1.withArray("secrets")::add);
    put(v1, "credentials", body.text("credentialName"));
    put(v1, "gpu", oneOf(body, json, "gpuType"));
    Long limit = body.number("timeLimit");
    if (limit != null) {
      v1.put("timeout_s", limit);
    }
    readCloud(body, json, v1);
    readDocker(body, v1);
    return v1;
  }

  private static void readCloud(Fields body, ObjectNode json, ObjectNode v1) {
    Fields cloud =
        body.object(
            "cloudConfig",
            known(
                CLOUD_UNSUPPORTED,
                "cloudProvider",
                "region",
                "vmType",
                "spot",
                "minVmCount",
                "maxVmCount"));
    if (cloud == null) {
      throw RefusedException.invalid(
          "cloudConfig", "cloudConfig is missing; it must be an object, which may be empty.");
    }
    refuse(cloud, CLOUD_UNSUPPORTED);
    refuseOthers(cloud, "cloudProvider", "Local");
    refuseOthersThanOne(cloud, "minVmCount", 0);
    refuseOthersThanOne(cloud, "maxVmCount", 1);
    put(v1, "vm_type", oneOf(cloud, (ObjectNode) json.get("cloudConfig"), "vmType"));
    put(v1, "geolocation", cloud.text("region"));
    if (cloud.flag("spot")) {
      v1.put("spot", true);
    }
  }

  private static void readDocker(Fields body, ObjectNode v1) {
    Fields docker =
        body.object(
            "dockerOptions", known(DOCKER_UNSUPPORTED, "cpus", "memory", "gpus", "privileged"));
    if (docker == null) {
      return;
    }
    refuse(docker, DOCKER_UNSUPPORTED);
    if (docker.flag("privileged")) {
      throw unsupported(
          docker.at("privileged"), "A container of this server gets no privileges of its machine.");
    }
    String cpus = matching(docker, "cpus", CPUS, "a number such as 1.5, in quotes");
    if (cpus != null) {
      v1.withObject("/resources").put("cpus", new BigDecimal(cpus));
    }
    Long memory = mebibytes(docker);
    if (memory != null) {
      v1.withObject("/resources").put("memory_mib", memory);
    }
    String gpus = matching(docker, "gpus", GPUS, "\"all\" or a number, in quotes");
    if (gpus != null && v1.has("gpu")) {
      throw unsupported(docker.at("gpus"), "gpuType says it already: leave one of the two out.");
    }
    put(v1, "gpu", gpus);
  }

  private static @Nullable Long mebibytes(Fields docker) {
    String wanted = "a whole number of MiB such as 512m or 8g, in quotes";
    String text = matching(docker, "memory", MEMORY, wanted);
    if (text == null) {
      return null;
    }
    Matcher matcher = MEMORY.matcher(text);
    long factor = 1;
    if (matcher.matches()) {
      factor =
          switch (matcher.group(2)) {
            case "k" -> 1L << 10;
            case "m" -> MIB;
            case "g" -> 1L << 30;
            default -> 1;
          };
      text = matcher.group(1);
    }
    BigDecimal bytes = new BigDecimal(text).multiply(BigDecimal.valueOf(factor));
    BigDecimal[] mebibytes = bytes.divideAndRemainder(BigDecimal.valueOf(MIB));
    if (mebibytes[1].signum() != 0) {
      throw RefusedException.invalid(
          docker.at("memory"), docker.at("memory") + " must be " + wanted + ".");
    }
    return mebibytes[0].min(BigDecimal.valueOf(Integer.MAX_VALUE)).longValue();
  }

  private static @Nullable String matching(
      Fields fields, String field, Pattern form, String wanted) {
    String text = fields.text(field);
    if (text != null && !form.matcher(text).matches()) {
      throw RefusedException.invalid(
          fields.at(field), fields.at(field) + " must be " + wanted + ".");
    }
    return text;
  }

  /** A text, or the only one of a list; a list of several would need somebody to choose. */
  private static @Nullable String oneOf(Fields fields, ObjectNode object, String field) {
    JsonNode value = object.path(field);
    if (!value.isArray()) {
      return fields.text(field);
    }
    List<String> texts = fields.texts(field);
    if (texts.size() != 1) {
      throw unsupported(fields.at(field), "This server chooses among no kinds: name one.");
    }
    return texts.getFirst();
  }

  private static String[] known(Map<String, String> unsupported, String... supported) {
    return java.util.stream.Stream.concat(
            List.of(supported).stream(), unsupported.keySet().stream())
        .toArray(String[]::new);
  }

  private static void put(ObjectNode v1, String field, @Nullable String text) {
    if (text != null) {
      v1.put(field, text);
    }
  }

  private static void refuse(Fields fields, Map<String, String> unsupported) {
    unsupported.forEach(
        (field, instead) -> {
          if (fields.has(field)) {
            throw unsupported(fields.at(field), instead);
          }
        });
  }

  private static void refuseOthers(Fields fields, String field, String only) {
    String text = fields.text(field);
    if (text != null && !text.equals(only)) {
      throw unsupported(fields.at(field), "It can only be \"" + only + "\" on this server.");
    }
  }

  private static void refuseOthersThanOne(Fields fields, String field, int least) {
    BigDecimal number = fields.decimal(field);
    if (number != null
        && number.compareTo(BigDecimal.ONE) != 0
        && number.compareTo(BigDecimal.valueOf(least)) != 0) {
      throw unsupported(fields.at(field), "A workload of this server runs on one machine.");
    }
  }

  private static RefusedException unsupported(String field, String instead) {
    return new RefusedException(
            Reason.UNSUPPORTED, "This server cannot carry out " + field + ". " + instead)
        .with("field", field);
  }
}
