package dev.satchel.core.workload;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.volume.Volume;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a workload asks of its host by labels. One that the host declares must be what is asked; one
 * that it does not is not checked.
 */
final class LabelRules {
  private static final String SPOT = "spot";
  private static final String GEOLOCATION = "geolocation";
  private static final String GPU = "gpu";

  private LabelRules() {}

  /** The refusal of the first label that the host declares otherwise. */
  static Optional<RefusedException> unmet(WorkloadSpec spec, Map<String, String> declared) {
    return wanted(spec).entrySet().stream()
        .filter(
            want ->
                !fits(
                    want.getKey(),
                    want.getValue(),
                    declared.getOrDefault(want.getKey(), want.getValue())))
        .map(
            want ->
                refused(want.getKey(), want.getValue(), declared.getOrDefault(want.getKey(), "")))
        .findFirst();
  }

  private static boolean fits(String label, String want, String have) {
    return label.equals(GPU) ? Gpus.of(have).have(Gpus.of(want)) : want.equals(have);
  }

  /**
   * Devices.
   *
   * @param kind empty where none is said
   * @param count null where none is said
   */
  private record Gpus(String kind, @Nullable Integer count) {
    /**
     * As it is written: {@code 8}, {@code h100}, {@code h100:8}; {@code all} and {@code true} are
     * some, {@code false} is none.
     */
    static Gpus of(String written) {
      int colon = written.indexOf(':');
      String first = colon < 0 ? written : written.substring(0, colon);
      String second = colon < 0 ? "" : written.substring(colon + 1);
      return switch (first) {
        case "all", "true" -> new Gpus("", null);
        case "false" -> new Gpus("", 0);
        default ->
            isNumber(first)
                ? new Gpus("", Integer.valueOf(first))
                : new Gpus(first, isNumber(second) ? Integer.valueOf(second) : null);
      };
    }

    private static boolean isNumber(String text) {
      return text.matches("[0-9]{1,4}");
    }

    /** Whether these are enough, as far as both say; the rest the engine decides. */
    boolean have(Gpus wanted) {
      int least = wanted.count == null ? 1 : wanted.count;
      return (wanted.kind.isEmpty() || kind.isEmpty() || wanted.kind.equals(kind))
          && (count == null || least <= count);
    }
  }

  /** The refusal of a host that lies where a volume may not. */
  static Optional<RefusedException> unmet(Volume volume, Map<String, String> declared) {
    String have = declared.get(GEOLOCATION);
    return have == null || volume.geolocation().isEmpty() || volume.geolocation().contains(have)
        ? Optional.empty()
        : Optional.of(
            refused(GEOLOCATION, String.join(" or ", volume.geolocation()), have)
                .with("name", volume.name().value()));
  }

  /** The labels that are asked for and that nobody can check. */
  static Map<String, String> unchecked(WorkloadSpec spec, Map<String, String> declared) {
    Map<String, String> unchecked = new LinkedHashMap<>(spec.labels());
    unchecked.keySet().removeAll(declared.keySet());
    return unchecked;
  }

  private static Map<String, String> wanted(WorkloadSpec spec) {
    Map<String, String> wanted = new LinkedHashMap<>(spec.labels());
    if (spec.spot()) {
      wanted.put(SPOT, "true");
    }
    ContainerSpec container = spec.container();
    if (container != null && container.gpu() != null) {
      wanted.put(GPU, container.gpu());
    }
    return wanted;
  }

  private static RefusedException refused(String label, String want, String have) {
    return new RefusedException(
            Reason.UNSUPPORTED,
            "No host has "
                + label
                + " "
                + want
                + ": the one that it would run on has "
                + label
                + " "
                + have
                + ". Ask for that, or name credentials that run elsewhere.")
        .with("field", label)
        .with("want", want)
        .with("have", have);
  }
}
