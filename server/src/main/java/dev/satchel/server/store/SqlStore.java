package dev.satchel.server.store;

import dev.satchel.core.store.Store;

/** A store in a database. */
public interface SqlStore extends Store {
  /** The random id of this installation, by which engines tell its attempts from others'. */
  String installation();
}
