package dev.satchel.core.workload;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.secret.BundleName;
import dev.satchel.core.secret.BundleRules;
import dev.satchel.core.secret.Place;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Where each variable and file of a job comes from: the one place that knows that visible variables
 * win over every bundle, and later bundles over earlier ones. It knows places, not values.
 */
final class Environment {
  /**
   * One variable or file.
   *
   * @param bundle the bundle it comes from; null for a visible variable
   * @param entry the place it has in that bundle, which is another one where the bundle is
   *     delivered elsewhere
   * @param overridden the bundles that name it too and lose, in order
   */
  record Source(@Nullable BundleName bundle, @Nullable Place entry, List<BundleName> overridden) {}

  private final Map<Place, Source> sources = new LinkedHashMap<>();

  /**
   * @param bundles the places of each bundle that is used
   */
  static Environment of(
      List<SecretUse> uses, Map<BundleName, List<Place>> bundles, Map<String, String> visible) {
    Environment environment = new Environment();
    for (SecretUse use : uses) {
      List<Place> places = bundles.getOrDefault(use.name(), List.of());
      check(use, places);
      for (Place entry : places) {
        environment.add(use.as() == null ? entry : use.as(), use.name(), entry);
      }
    }
    visible.keySet().forEach(name -> environment.add(new Place.Env(name), null, null));
    return environment;
  }

  Map<Place, Source> sources() {
    return sources;
  }

  Set<String> variables() {
    return locations("env");
  }

  Set<String> files() {
    return locations("file");
  }

  private Set<String> locations(String type) {
    Set<String> locations = new TreeSet<>();
    sources.keySet().stream()
        .filter(place -> place.type().equals(type))
        .forEach(place -> locations.add(place.location()));
    return locations;
  }

  private void add(Place place, @Nullable BundleName bundle, @Nullable Place entry) {
    Source before = sources.remove(place);
    List<BundleName> overridden = new ArrayList<>();
    if (before != null) {
      overridden.addAll(before.overridden());
      if (before.bundle() != null) {
        overridden.add(before.bundle());
      }
    }
    sources.put(place, new Source(bundle, entry, overridden));
  }

  private static void check(SecretUse use, List<Place> places) {
    List<String> locations = places.stream().map(Place::location).toList();
    for (int i = 0; i < use.require().size(); i++) {
      String required = use.require().get(i);
      if (!locations.contains(required)) {
        String field = "require[" + i + "]";
        String entry = Place.Env.isName(required) ? "\"" + required + "\"" : "that of " + field;
        throw entryMissing(use, "has no entry " + entry + ", which this workload requires")
            .with("field", field);
      }
    }
    if (use.as() != null && places.size() != 1) {
      throw entryMissing(
          use,
          "has "
              + places.size()
              + " entries, and only a secret with one can be delivered as \""
              + use.as().location()
              + "\"");
    }
  }

  private static RefusedException entryMissing(SecretUse use, String why) {
    return new RefusedException(
            Reason.SECRET_ENTRY_MISSING,
            "The secret \""
                + use.name()
                + "\" "
                + why
                + "; \"satchel secrets show "
                + use.name()
                + "\" lists its entries.")
        .with("name", use.name().value());
  }

  /** Refuses visible variables that no job could get. */
  static void checkVisible(Map<String, String> env) {
    int position = 0;
    for (Map.Entry<String, String> variable : env.entrySet()) {
      position++;
      checkVisible("env, member " + position, variable.getKey(), variable.getValue());
    }
  }

  private static void checkVisible(String field, String name, String value) {
    try {
      new Place.Env(name);
    } catch (RefusedException refused) {
      throw RefusedException.invalid(field, field + ": " + refused.detail());
    }
    if (value.indexOf(0) >= 0) {
      throw RefusedException.invalid(
          field, field + " holds a zero byte, which no variable can carry.");
    }
    if (name.length() + 1 + value.getBytes(StandardCharsets.UTF_8).length
        > BundleRules.VARIABLE_MAX_BYTES) {
      throw RefusedException.invalid(
          field,
          field
              + " is too long: NAME=value is at most "
              + BundleRules.VARIABLE_MAX_BYTES
              + " bytes.");
    }
  }
}
