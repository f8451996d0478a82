package dev.satchel.core.workload;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.volume.Volume;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

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
    return label.equals(GPU)
        ? (Gpus.of(want).kind().isEmpty() || Gpus.of(want).kind().equals(Gpus.of(have).kind()))
            && Gpus.of(want).count() <= Gpus.of(have).count()
        : want.equals(have);
  }

  /**
   * Devices.
   *
   * @param kind empty for any
   */
  private record Gpus(String kind, int count) {
    /** As it is written: {@code all}, {@code 8}, {@code h100}, {@code h100:8}. */
    static Gpus of(String written) {
      int colon = written.indexOf(':');
      String first = colon < 0 ? written : written.substring(0, colon);
      String second = colon < 0 ? "" : written.substring(colon + 1);
      if (first.equals("all")) {
        return new Gpus("", 1);
      }
      return isNumber(first)
          ? new Gpus("", Integer.parseInt(first))
          : new Gpus(first, isNumber(second) ? Integer.parseInt(second) : 1);
    }

    private static boolean isNumber(String text) {
      return text.matches("[0-9]{1,4}");
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
