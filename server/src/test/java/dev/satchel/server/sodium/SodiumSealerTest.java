package dev.satchel.server.sodium;

import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.core.secret.BouncyCastleSealer;
import dev.satchel.core.secret.Sealer;
import dev.satchel.core.secret.SealerContract;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class SodiumSealerTest extends SealerContract {
  private final SodiumSealer sodium = new SodiumSealer();
  private final BouncyCastleSealer oracle = new BouncyCastleSealer();

  @Override
  protected Sealer sealer() {
    return sodium;
  }

  @Test
  void whatOneSealsTheOtherOpens() {
    for (int length : LENGTHS) {
      byte[] plaintext = plaintext(length);
      assertThat(oracle.open(key(3), sodium.seal(key(3), plaintext))).isEqualTo(plaintext);
      assertThat(sodium.open(key(3), oracle.seal(key(3), plaintext))).isEqualTo(plaintext);
    }
  }

  @Test
  void underTheSameNonceBothMakeTheSameBox() {
    byte[] box = sodium.seal(key(3), plaintext(100));
    assertThat(oracle.seal(key(3), Arrays.copyOf(box, 24), plaintext(100))).isEqualTo(box);
  }

  @Test
  void hashesAreEqual() {
    for (int length : LENGTHS) {
      for (int keyLength : new int[] {0, 16, 32, 64}) {
        byte[] key = Arrays.copyOf(plaintext(64), keyLength);
        assertThat(sodium.hash(key, plaintext(length)))
            .isEqualTo(oracle.hash(key, plaintext(length)));
      }
    }
  }
}
