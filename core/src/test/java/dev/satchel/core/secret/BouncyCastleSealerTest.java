package dev.satchel.core.secret;

final class BouncyCastleSealerTest extends SealerContract {
  @Override
  protected Sealer sealer() {
    return new BouncyCastleSealer();
  }
}
