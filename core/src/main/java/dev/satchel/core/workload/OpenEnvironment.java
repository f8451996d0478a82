package dev.satchel.core.workload;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.application.CollectionName;
import dev.satchel.core.application.Instances;
import dev.satchel.core.application.SecretsCollection;
import dev.satchel.core.secret.Bundle;
import dev.satchel.core.secret.BundleName;
import dev.satchel.core.secret.Entry;
import dev.satchel.core.secret.Place;
import dev.satchel.core.secret.SecretValue;
import dev.satchel.core.secret.Secrets;
import dev.satchel.core.store.Tx;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The values that one attempt starts with, in the clear, from one snapshot. Open as short as
 * possible: close overwrites them.
 */
final class OpenEnvironment implements AutoCloseable {
  /** What the variables and files of one workload may hold together. */
  static final int TOTAL_MAX_BYTES = 900 * 1024;

  private final List<OpenedBundle> bundles = new ArrayList<>();
  private final List<SecretValue> values = new ArrayList<>();
  private final Map<String, SecretValue> variables = new LinkedHashMap<>();
  private final Map<String, SecretValue> files = new LinkedHashMap<>();
  private final List<SecretValue> visible = new ArrayList<>();
  private @Nullable SecretsCollection collection; // Null where none was opened.

  /**
   * Opens what an attempt uses.
   *
   * @throws RefusedException SECRET_MISSING or SECRET_ENTRY_MISSING with {@code name}; TOO_LARGE
   */
  static OpenEnvironment open(Tx tx, Secrets secrets, Workload workload, Map<String, String> env) {
    OpenEnvironment opened = new OpenEnvironment();
    try {
      Map<BundleName, List<Entry>> entries = opened.openBundles(tx, secrets, workload);
      opened.place(workload.spec().secrets(), entries, env);
      opened.openCollection(tx, secrets, workload);
      opened.checkSize();
      return opened;
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  List<OpenedBundle> bundles() {
    return bundles;
  }

  /** Every value that was opened, whether it is delivered or overridden. */
  List<SecretValue> values() {
    return values;
  }

  Map<String, SecretValue> variables() {
    return variables;
  }

  Map<String, SecretValue> files() {
    return files;
  }

  @Override
  public void close() {
    values.forEach(SecretValue::close);
    visible.forEach(SecretValue::close);
  }

  private Map<BundleName, List<Entry>> openBundles(Tx tx, Secrets secrets, Workload workload) {
    Map<BundleName, List<Entry>> entries = new LinkedHashMap<>();
    for (BundleName name : workload.spec().givenBundleNames()) {
      Bundle bundle =
          tx.bundles()
              .find(workload.workspace(), name)
              .orElseThrow(
                  () -> Secrets.missing(Reason.SECRET_MISSING, tx, workload.workspace(), name));
      List<Entry> opened = secrets.opened(tx, bundle);
      opened.forEach(entry -> values.add(entry.value()));
      bundles.add(new OpenedBundle(name.value(), bundle.id(), bundle.revision()));
      entries.put(name, opened);
    }
    return entries;
  }

  /** What was chosen for all to see wins over a collection, as over any bundle. */
  private void openCollection(Tx tx, Secrets secrets, Workload workload) {
    RunSpec run = workload.spec().run();
    CollectionName name = run == null ? null : run.collectionName();
    if (name == null) {
      return;
    }
    SecretsCollection collection =
        tx.collections()
            .find(workload.workspace(), name)
            .orElseThrow(
                () -> Instances.missing("secrets collection", name.application(), name.id()));
    this.collection = collection;
    for (Entry entry : secrets.opened(tx, collection)) {
      values.add(entry.value());
      switch (entry.place()) {
        case Place.Env env -> variables.putIfAbsent(env.location(), entry.value());
        case Place.File file -> files.put(file.location(), entry.value());
      }
    }
  }

  /** All that was opened, the collection too. */
  List<OpenedBundle> opened() {
    List<OpenedBundle> opened = new ArrayList<>(bundles);
    if (collection != null) {
      opened.add(
          new OpenedBundle(
              collection.name().toString(), collection.bundleId(), collection.revision()));
    }
    return opened;
  }

  /** The collection that was opened; null where there is none. */
  @Nullable SecretsCollection collection() {
    return collection;
  }

  private void place(
      List<SecretUse> uses, Map<BundleName, List<Entry>> entries, Map<String, String> env) {
    Map<BundleName, List<Place>> places = new LinkedHashMap<>();
    entries.forEach((name, list) -> places.put(name, list.stream().map(Entry::place).toList()));
    Environment.of(uses, places, env)
        .sources()
        .forEach(
            (place, source) -> {
              SecretValue value =
                  source.bundle() == null
                      ? visible(place, env)
                      : valueOf(entries.getOrDefault(source.bundle(), List.of()), source.entry());
              (place instanceof Place.Env ? variables : files).put(place.location(), value);
            });
  }

  private SecretValue visible(Place place, Map<String, String> env) {
    SecretValue value =
        SecretValue.ofText("env." + place.location(), env.getOrDefault(place.location(), ""));
    visible.add(value);
    return value;
  }

  private static SecretValue valueOf(List<Entry> entries, @Nullable Place place) {
    return entries.stream()
        .filter(entry -> entry.place().equals(place))
        .map(Entry::value)
        .findFirst()
        .orElseThrow();
  }

  private void checkSize() {
    long total = 0;
    for (Map.Entry<String, SecretValue> variable : variables.entrySet()) {
      total += variable.getKey().length() + 2 + variable.getValue().sizeBytes();
    }
    for (SecretValue file : files.values()) {
      total += file.sizeBytes();
    }
    if (total > TOTAL_MAX_BYTES) {
      throw new RefusedException(
          Reason.TOO_LARGE,
          "The variables and secret files of this workload are "
              + total
              + " bytes together; one workload may have "
              + TOTAL_MAX_BYTES
              + ". Use fewer secrets.");
    }
  }
}
