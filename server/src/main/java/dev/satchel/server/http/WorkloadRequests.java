package dev.satchel.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.credential.CredentialName;
import dev.satchel.core.secret.BundleName;
import dev.satchel.core.secret.Place;
import dev.satchel.core.volume.MountRequest;
import dev.satchel.core.volume.VolumeMount;
import dev.satchel.core.volume.VolumeName;
import dev.satchel.core.workload.ContainerSpec;
import dev.satchel.core.workload.Lasting;
import dev.satchel.core.workload.SecretUse;
import dev.satchel.core.workload.WorkloadSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the body of a submit. */
final class WorkloadRequests {
  /** Fields that only a container can carry out, and what holds without an image. */
  private static final Map<String, String> OF_CONTAINERS =
      Map.of(
          "gpu", "The process engine hands out no GPUs; the job sees those of this machine.",
          "resources", "The process engine sets no limits of cpus or memory.",
          "ports", "The process engine maps no ports; the job has this machine's network.",
          "user", "The process engine takes no user; the job runs as its submitter's.");

  private static final Set<String> OF_JAVA = Set.of("function", "cls");

  private static final String UNKNOWN_KIND =
      "The kind of a workload is \"job\", \"service\", \"sandbox\", \"function\" or \"cls\".";

  private WorkloadRequests() {}

  static WorkloadSpec read(ObjectNode json) {
    Fields body =
        new Fields(
            json,
            "",
            "kind",
            "name",
            "image",
            "command",
            "working_directory",
            "user",
            "env",
            "secrets",
            "mounts",
            "engine",
            "credentials",
            "vm_type",
            "gpu",
            "spot",
            "geolocation",
            "ports",
            "resources",
            "timeout_s",
            "retries",
            "java");
    refuseUnsupported(body);
    Long timeout = body.number("timeout_s");
    Long retries = body.number("retries");
    String engine = body.text("engine");
    Map<String, String> env = body.textMap("env");
    ContainerSpec container = container(body);
    Lasting lasting = Lasting.of(body.text("kind"));
    return new WorkloadSpec(
        body.text("name"),
        command(body, lasting),
        body.text("working_directory"),
        env == null ? Map.of() : env,
        uses(body),
        engine == null ? WorkloadSpec.defaultEngine(container) : engine,
        timeout == null ? unlessAsked(lasting) : Duration.ofSeconds(bounded(timeout)),
        retries == null ? (lasting == null ? 0 : lasting.retries()) : (int) bounded(retries),
        body.flag("spot"),
        labels(body),
        credentials(body),
        container,
        null,
        mounts(body),
        isJava(body) ? JavaRequests.read(body) : null,
        lasting);
  }

  private static List<String> command(Fields body, @Nullable Lasting lasting) {
    List<String> asked = body.texts("command");
    return asked.isEmpty() && lasting != null ? lasting.command() : asked;
  }

  private static @Nullable Duration unlessAsked(@Nullable Lasting lasting) {
    return lasting == null ? null : lasting.timeout();
  }

  /** A service may be a Java method; a function or an object is one. */
  private static boolean isJava(Fields body) {
    String kind = body.text("kind");
    return kind != null
        && (OF_JAVA.contains(kind) || (Lasting.of(kind) == Lasting.SERVICE && body.has("java")));
  }

  private static List<MountRequest> mounts(Fields body) {
    List<MountRequest> mounts = new ArrayList<>();
    body.items("mounts").forEach((at, item) -> mounts.add(mount(at, item)));
    return mounts;
  }

  private static MountRequest mount(String at, JsonNode item) {
    if (item.has("bucket")) {
      return BucketRequests.mount(at, item);
    }
    Fields fields =
        new Fields(
            Fields.objectOf(item, at),
            at,
            "volume",
            "path",
            "read_only",
            "subdirectory",
            "create",
            "sync");
    VolumeName name =
        Fields.at(fields.at("volume"), () -> new VolumeName(fields.requiredText("volume")));
    String subdirectory = fields.text("subdirectory");
    return new VolumeMount(
        name,
        fields.text("path"),
        fields.flag("read_only"),
        subdirectory == null ? "" : subdirectory,
        fields.has("create")
            ? VolumeRoutes.request(item.path("create"), fields.at("create"))
            : null,
        fields.flag("sync"));
  }

  private static @Nullable CredentialName credentials(Fields body) {
    String name = body.text("credentials");
    return name == null ? null : Fields.at(body.at("credentials"), () -> new CredentialName(name));
  }

  private static @Nullable ContainerSpec container(Fields body) {
    String image = body.text("image");
    if (image == null) {
      refuse(body, OF_CONTAINERS);
      return null;
    }
    Fields resources = body.object("resources", "cpus", "memory_mib");
    Long memory = resources == null ? null : resources.number("memory_mib");
    List<Integer> ports = new ArrayList<>();
    body.items("ports").forEach((at, item) -> ports.add(Fields.wholeOf(item, at)));
    return new ContainerSpec(
        image,
        body.text("user"),
        resources == null ? null : resources.decimal("cpus"),
        memory == null ? null : (int) bounded(memory),
        body.text("gpu"),
        ports);
  }

  /** The env of a resubmission; null to keep what there is. */
  static @Nullable Map<String, String> readEnv(ObjectNode json) {
    return new Fields(json, "", "env").textMap("env");
  }

  private static void refuseUnsupported(Fields body) {
    String kind = body.text("kind");
    if (kind != null
        && !kind.equals("job")
        && !OF_JAVA.contains(kind)
        && Lasting.of(kind) == null) {
      throw new RefusedException(Reason.UNSUPPORTED, UNKNOWN_KIND).with("field", "kind");
    }
    if (body.has("java") && !isJava(body)) {
      throw RefusedException.invalid(
          "java", "java is of the kinds \"function\", \"cls\" and \"service\" alone.");
    }
  }

  private static void refuse(Fields body, Map<String, String> unsupported) {
    unsupported.forEach(
        (field, instead) -> {
          if (body.has(field)) {
            throw new RefusedException(Reason.UNSUPPORTED, instead).with("field", field);
          }
        });
  }

  /** Keeps absurd numbers representable, so that core can refuse them with the true range. */
  private static long bounded(long number) {
    return Math.clamp(number, -1, Integer.MAX_VALUE);
  }

  private static List<SecretUse> uses(Fields body) {
    List<SecretUse> uses = new ArrayList<>();
    body.items("secrets").forEach((at, item) -> uses.add(use(at, item)));
    return uses;
  }

  private static SecretUse use(String at, JsonNode item) {
    if (item.isTextual()) {
      return new SecretUse(name(at, item.textValue()), null, List.of());
    }
    Fields fields =
        new Fields(Fields.objectOf(item, at), at, "name", "as_env", "as_file", "require");
    String env = fields.text("as_env");
    String file = fields.text("as_file");
    if (env != null && file != null) {
      throw RefusedException.invalid(
          at, at + " has as_env and as_file; one secret goes to one place.");
    }
    Place as = null;
    if (env != null) {
      as = Fields.at(fields.at("as_env"), () -> new Place.Env(env));
    } else if (file != null) {
      as = Fields.at(fields.at("as_file"), () -> new Place.File(file));
    }
    return new SecretUse(
        name(fields.at("name"), fields.requiredText("name")), as, fields.texts("require"));
  }

  private static BundleName name(String at, String text) {
    return Fields.at(at, () -> new BundleName(text));
  }

  private static Map<String, String> labels(Fields body) {
    Map<String, String> labels = new LinkedHashMap<>();
    for (String label : List.of("vm_type", "geolocation")) {
      String value = body.text(label);
      if (value != null) {
        labels.put(label, value);
      }
    }
    return labels;
  }
}
