package dev.satchel.server.http;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.store.Store;
import dev.satchel.core.store.Tx;
import java.util.function.Function;

/** A store that can lose its connection behind each commit, before it hears of it. */
final class UnsureStore implements Store {
  private final Store store;
  private volatile boolean loses;

  UnsureStore(Store store) {
    this.store = store;
  }

  void loses(boolean now) {
    loses = now;
  }

  @Override
  public <T> T write(Function<Tx, T> work) {
    T result = store.write(work);
    if (loses) {
      throw new RefusedException(Reason.STORE_UNCERTAIN, "Nobody knows whether it was written.");
    }
    return result;
  }

  @Override
  public <T> T read(Function<Tx, T> work) {
    return store.read(work);
  }

  @Override
  public String failure() {
    return store.failure();
  }

  @Override
  public boolean isFull() {
    return store.isFull();
  }

  @Override
  public void close() {
    store.close();
  }
}
