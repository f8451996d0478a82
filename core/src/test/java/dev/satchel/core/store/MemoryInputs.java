package dev.satchel.core.store;

import dev.satchel.core.application.ManagedInput;
import dev.satchel.core.application.ManagedInputStore;

/** Managed inputs in memory. */
final class MemoryInputs extends MemoryParts<ManagedInput> implements ManagedInputStore {
  MemoryInputs(MemoryLocks locks) {
    super(locks);
  }

  private MemoryInputs(MemoryLocks locks, MemoryInputs copied) {
    super(locks, copied);
  }

  MemoryInputs copy(MemoryLocks copiedLocks) {
    return new MemoryInputs(copiedLocks, this);
  }

  @Override
  public boolean hasFile(String file) {
    return all().anyMatch(it -> it.file().equals(file));
  }
}
