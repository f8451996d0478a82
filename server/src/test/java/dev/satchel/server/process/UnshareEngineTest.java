package dev.satchel.server.process;

import org.junit.jupiter.api.BeforeEach;

/** With util-linux's unshare. */
final class UnshareEngineTest extends ProcessEngineContract {
  @BeforeEach
  void needs() {
    Needs.isolation(new Unshare(), data);
  }

  @Override
  Isolation isolation() {
    return new Unshare();
  }
}
