package dev.satchel.core.store;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** The store that a contract is held against. */
public interface StoreHost {
  /** The workspace of all rows that do not say otherwise. */
  String WORKSPACE = "default";

  /** The store under test, empty at the beginning of each test and the same one during it. */
  Store store();

  /** A second workspace that this store has. */
  String otherWorkspace();

  /** Writes where there is nothing to answer. */
  default void write(Consumer<Tx> work) {
    var _ =
        store()
            .write(
                tx -> {
                  work.accept(tx);
                  return true;
                });
  }

  /** Reads. */
  default <T> T read(Function<Tx, T> work) {
    return store().read(work);
  }

  /** Reads what may not be there. */
  default <T> Optional<T> one(Function<Tx, Optional<T>> work) {
    return store().read(work);
  }

  /** Reads a list. */
  default <T> List<T> many(Function<Tx, List<T>> work) {
    return store().read(work);
  }
}
