package dev.satchel.core.workload;

import dev.satchel.core.RefusedException;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.regex.Pattern;

/** What a workload may ask of its container, whoever sends it. */
public final class ContainerRules {
  private static final int IMAGE_MAX_CHARS = 512;
  private static final int MEMORY_MIN_MIB = 6;
  private static final int MEMORY_MAX_MIB = 1 << 24;
  private static final int PORTS_MAX = 64;
  private static final int PORT_MAX = 65_535;

  /** A quota of 1 ms in each 100. Source: Linux, kernel/sched/core.c, min_cfs_quota_period. */
  private static final BigDecimal CPUS_MIN = new BigDecimal("0.01");

  private static final BigDecimal CPUS_MAX = BigDecimal.valueOf(4096);

  /** None can be taken for an option of a command line: the first is a letter or digit. */
  private static final Pattern IMAGE =
      Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._-]*(:[0-9]+)?([/:@][a-zA-Z0-9._+-]+)*");

  private static final Pattern USER =
      Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,63}(:[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,63})?");
  private static final Pattern GPU =
      Pattern.compile("[1-9][0-9]{0,3}|[a-zA-Z][a-zA-Z0-9._-]{0,63}(:[1-9][0-9]{0,3})?");

  private ContainerRules() {}

  /** Whether a text refers to an image. */
  public static boolean isImage(String text) {
    return text.length() <= IMAGE_MAX_CHARS && IMAGE.matcher(text).matches();
  }

  /** INVALID, with the field's name, where a container cannot be asked for so. */
  public static void check(ContainerSpec container) {
    String image = container.image();
    require(
        isImage(image),
        "image",
        "image is a reference such as ghcr.io/me/train:latest: letters, digits, \".\", \"_\", \"-\", \"/\", \":\" and"
            + " \"@\", a letter or digit first.");
    require(
        container.user() == null || USER.matcher(container.user()).matches(),
        "user",
        "user is a name or number, with a group's after \":\" if need be, such as 1000:1000.");
    require(
        container.gpu() == null || GPU.matcher(container.gpu()).matches(),
        "gpu",
        "gpu is a number, \"all\", a kind such as h100, or a kind and a number such as h100:8.");
    checkResources(container);
    checkPorts(container);
  }

  private static void checkResources(ContainerSpec container) {
    BigDecimal cpus = container.cpus();
    require(
        cpus == null
            || (cpus.compareTo(CPUS_MIN) >= 0
                && cpus.compareTo(CPUS_MAX) <= 0
                && cpus.scale() <= 3),
        "resources.cpus",
        "resources.cpus is a number from "
            + CPUS_MIN
            + " to "
            + CPUS_MAX
            + ", with three decimals at most.");
    Integer memory = container.memoryMib();
    require(
        memory == null || (memory >= MEMORY_MIN_MIB && memory <= MEMORY_MAX_MIB),
        "resources.memory_mib",
        "resources.memory_mib is a number from " + MEMORY_MIN_MIB + " to " + MEMORY_MAX_MIB + ".");
  }

  private static void checkPorts(ContainerSpec container) {
    require(
        container.ports().size() <= PORTS_MAX
            && new HashSet<>(container.ports()).size() == container.ports().size()
            && container.ports().stream().allMatch(port -> port >= 1 && port <= PORT_MAX),
        "ports",
        "ports are at most " + PORTS_MAX + " numbers from 1 to " + PORT_MAX + ", each once.");
  }

  private static void require(boolean kept, String field, String rule) {
    if (!kept) {
      throw RefusedException.invalid(field, rule);
    }
  }
}
