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

  private LabelRules() {}

  /** The refusal of the first label that the host declares otherwise. */
  static Optional<RefusedException> unmet(WorkloadSpec spec, Map<String, String> declared) {
    return wanted(spec).entrySet().stream()
        .filter(
            want -> !declared.getOrDefault(want.getKey(), want.getValue()).equals(want.getValue()))
        .map(
            want ->
                refused(want.getKey(), want.getValue(), declared.getOrDefault(want.getKey(), "")))
        .findFirst();
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
