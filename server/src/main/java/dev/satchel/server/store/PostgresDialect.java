package dev.satchel.server.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.satchel.core.store.Tx.LockKind;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.Collections;

/**
 * PostgreSQL. Units of work that write run at READ COMMITTED, so that what is read after a lock was
 * waited for is what the other unit left; rows and names are held by locks.
 */
enum PostgresDialect implements Dialect {
  READING,
  WRITING;

  @Override
  public String held(String query, String tables) {
    return this == WRITING ? query + " FOR UPDATE OF " + tables : query;
  }

  /**
   * Takes advisory locks, in an order that all keep, so that no two wait for one another. Two names
   * of one number only wait where they need not.
   */
  @Override
  public void lock(Sql sql, String workspace, Collection<String> names, LockKind kind) {
    if (names.isEmpty()) {
      return;
    }
    String call =
        switch (kind) {
          case SHARED -> "pg_advisory_xact_lock_shared(?)";
          case EXCLUSIVE -> "pg_advisory_xact_lock(?)";
        };
    Object[] numbers =
        names.stream().map(name -> number(workspace, name)).distinct().sorted().toArray();
    String calls = String.join(", ", Collections.nCopies(numbers.length, call));
    sql.run("SELECT " + calls, numbers);
  }

  @Override
  public boolean isRemote() {
    return true;
  }

  /**
   * PostgreSQL keeps neither U+0000 nor half of a surrogate pair. What is looked for with one is
   * not found, as it is not by SQLite.
   */
  @Override
  public String text(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0 || Character.isSurrogate(c)) {
        return new String(text.getBytes(UTF_8), UTF_8).replace('\0', '\ufffd');
      }
    }
    return text;
  }

  /** The same for the same name in each server of each release. */
  private static Long number(String workspace, String name) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] hash = digest.digest(("bundle/" + workspace + "/" + name).getBytes(UTF_8));
      return ByteBuffer.wrap(hash).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
