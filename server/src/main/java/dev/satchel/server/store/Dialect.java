package dev.satchel.server.store;

import dev.satchel.core.store.Tx.LockKind;
import java.util.Collection;

/** Where databases need other words for one thing. All else is written once, for all of them. */
interface Dialect {
  /**
   * A query whose rows are held, where the unit of work writes, against others until it ends.
   *
   * @param tables the aliases whose rows are held, in the order in which they are
   */
  String held(String query, String tables);

  /** Holds names, which may be of several kinds of thing, until the unit of work ends. */
  void lock(Sql sql, String workspace, Collection<String> names, LockKind kind);

  /**
   * Whether each statement costs a way there and back. Those that answer nothing then wait, and go
   * together with the next that does, or before the commit.
   */
  boolean isRemote();

  /** A text as a column of this database can hold it. */
  String text(String text);

  /** SQLite: one writer, which runs one unit of work after the other, so that nothing is held. */
  Dialect SQLITE =
      new Dialect() {
        @Override
        public String held(String query, String tables) {
          return query;
        }

        @Override
        public void lock(Sql sql, String workspace, Collection<String> names, LockKind kind) {}

        @Override
        public boolean isRemote() {
          return false;
        }

        @Override
        public String text(String text) {
          return text;
        }
      };
}
