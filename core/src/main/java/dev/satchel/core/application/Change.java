package dev.satchel.core.application;

import dev.satchel.core.secret.Entry;
import dev.satchel.core.secret.Place;

/** One operation on the entries of a collection. */
public sealed interface Change {
  /** Where it was sent, for messages. */
  String at();

  Place place();

  /** Adds an entry where there is none. */
  record Create(Entry entry) implements Change {
    @Override
    public String at() {
      return entry.at();
    }

    @Override
    public Place place() {
      return entry.place();
    }
  }

  /** Gives an entry that is there another value. */
  record Update(Entry entry) implements Change {
    @Override
    public String at() {
      return entry.at();
    }

    @Override
    public Place place() {
      return entry.place();
    }
  }

  /** Removes an entry that is there. */
  record Delete(String at, Place place) implements Change {}
}
