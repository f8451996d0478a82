package dev.satchel.core.application;

import dev.satchel.core.store.Store;
import dev.satchel.core.store.Tx;
import dev.satchel.core.workload.RunFiles;
import java.util.Collection;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.function.Consumer;

/**
 * Removes files that no row names: code that neither an application nor a version has any more, and
 * what is left of managed inputs and runs whose rows went before the server could remove them. What
 * is younger than an act takes that keeps files before its row is not among them.
 */
public final class Leftovers {
  private static final int AT_ONCE = 200;

  private final Store store;
  private final RunFiles runs;
  private final InputFiles inputs;
  private final CodeStore code;

  public Leftovers(Store store, RunFiles runs, InputFiles inputs, CodeStore code) {
    this.store = store;
    this.runs = runs;
    this.inputs = inputs;
    this.code = code;
  }

  public void sweep() {
    sweep(runs::workloads, (tx, id) -> tx.workloads().find(id).isPresent(), runs::remove);
    sweep(inputs::names, (tx, name) -> tx.inputs().hasFile(name), inputs::remove);
    sweep(code::digests, (tx, digest) -> tx.applications().hasCode(digest), code::remove);
  }

  private void sweep(
      BiFunction<String, Integer, List<String>> page,
      BiPredicate<Tx, String> used,
      Consumer<Collection<String>> remove) {
    List<String> names = page.apply("", AT_ONCE);
    while (!names.isEmpty()) {
      List<String> some = names;
      List<String> left =
          store.read(tx -> some.stream().filter(name -> !used.test(tx, name)).toList());
      remove.accept(left);
      names = page.apply(names.getLast(), AT_ONCE);
    }
  }
}
