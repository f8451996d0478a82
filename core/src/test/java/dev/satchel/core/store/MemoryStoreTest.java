package dev.satchel.core.store;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class MemoryStoreTest extends StoreContract {
  private final MemoryStore store = new MemoryStore(false);

  @Override
  public Store store() {
    return store;
  }

  @Override
  public String otherWorkspace() {
    return "other";
  }

  @Override
  protected List<String> audited() {
    return store.audited().stream()
        .map(row -> row.action() + " " + row.subject() + " " + row.revision() + " " + row.outcome())
        .toList();
  }

  @Test
  void aUnitOfWorkWithinAnotherIsABug() {
    assertThatThrownBy(() -> store.write(_ -> store.write(_ -> true)))
        .isInstanceOf(IllegalStateException.class);
  }
}
