package dev.satchel.core.store;

import dev.satchel.core.RefusedException;
import java.util.function.Function;

/**
 * Keeps everything that must outlive the server. Thread-safe.
 *
 * <p>A unit of work does nothing but reads and writes through its {@link Tx}, revisions and
 * sealing, and may be run again from its beginning; ids and times are made before it. It does not
 * keep its {@code Tx}.
 */
public interface Store extends AutoCloseable {
  /**
   * Runs a unit of work alone and makes it durable. Once this returns, what was written survives
   * kill -9 and power loss; where it throws, nothing was written.
   *
   * @throws RefusedException what the work refused; STORE_FULL where there is no room; STORE_BUSY
   *     where too many wait or the store is away; STORE_FAILED where the store cannot say any more
   *     what is durable; STORE_UNCERTAIN, alone of all, where it may have been written
   */
  <T> T write(Function<Tx, T> work);

  /** Runs a unit of work that writes nothing, on one snapshot. */
  <T> T read(Function<Tx, T> work);

  /** Says why nothing can be written, now or until a restart; empty while all is well. */
  String failure();

  /** Whether the last write found no room. Others may yet, and one that does makes this false. */
  boolean isFull();

  /** Finishes the writes that wait, then closes. */
  @Override
  void close();
}
