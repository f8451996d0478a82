package dev.satchel.core.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What every implementation of libsodium's functions keeps to. */
public abstract class SealerContract {
  private static final HexFormat HEX = HexFormat.of();
  private static final byte[] KEY = key(1);

  /** How long the plaintexts are that are tried: around the borders of blocks, and large. */
  protected static final int[] LENGTHS = {0, 1, 31, 32, 33, 63, 64, 65, 1000, 1 << 20};

  protected abstract Sealer sealer();

  /** A key of 32 bytes, each the same. */
  protected static byte[] key(int filler) {
    byte[] key = new byte[Sealer.KEY_BYTES];
    Arrays.fill(key, (byte) filler);
    return key;
  }

  /** Bytes that differ, so many. */
  protected static byte[] plaintext(int length) {
    byte[] plaintext = new byte[length];
    for (int i = 0; i < length; i++) {
      plaintext[i] = (byte) (i * 31 + 7);
    }
    return plaintext;
  }

  /** Source: RFC 7693, appendix A for BLAKE2b; the second by Python's hashlib. */
  @Test
  void hashesAreBlake2b() {
    byte[] abc = "abc".getBytes(StandardCharsets.US_ASCII);
    assertThat(HEX.formatHex(sealer().hash(new byte[0], abc)))
        .isEqualTo("bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
    assertThat(HEX.formatHex(sealer().hash(KEY, abc)))
        .isEqualTo("8cc77af752046919e25cca7b87a17aaa67fb6aad75964f730a1c2178c986505c");
    assertThat(HEX.formatHex(sealer().hash(new byte[0], new byte[0])))
        .isEqualTo("0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
  }

  @Test
  void whatIsSealedOpens() {
    for (int length : LENGTHS) {
      byte[] box = sealer().seal(KEY, plaintext(length));
      assertThat(box).as("nonce, authenticator, ciphertext").hasSize(24 + 16 + length);
      assertThat(sealer().open(KEY, box)).isEqualTo(plaintext(length));
    }
  }

  @Test
  void sealingAltersNeitherKeyNorPlaintext() {
    byte[] key = KEY.clone();
    byte[] plaintext = plaintext(100);
    byte[] box = sealer().seal(key, plaintext);
    byte[] sameBox = box.clone();
    var _ = sealer().open(key, box);
    assertThat(key).isEqualTo(KEY);
    assertThat(plaintext).isEqualTo(plaintext(100));
    assertThat(box).isEqualTo(sameBox);
  }

  @Test
  void everyBoxHasItsOwnNonce() {
    Set<String> nonces = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      nonces.add(HEX.formatHex(sealer().seal(KEY, plaintext(1)), 0, 24));
    }
    assertThat(nonces).hasSize(1000);
  }

  @Test
  void aBoxWithOneBitAlteredDoesNotOpen() {
    byte[] box = sealer().seal(KEY, plaintext(20));
    for (int bit = 0; bit < box.length * 8; bit++) { // Of nonce, authenticator and ciphertext.
      byte[] altered = box.clone();
      altered[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(sealer().open(KEY, altered)).as("bit " + bit).isNull();
    }
  }

  @Test
  void aBoxDoesNotOpenUnderAnotherKey() {
    byte[] box = sealer().seal(KEY, plaintext(20));
    for (int bit = 0; bit < KEY.length * 8; bit++) {
      byte[] other = KEY.clone();
      other[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(sealer().open(other, box)).as("bit " + bit).isNull();
    }
  }

  @Test
  void aBoxThatIsCutOrGrownDoesNotOpen() {
    byte[] box = sealer().seal(KEY, plaintext(20));
    for (int length = 0; length < box.length; length++) { // Down to none, without throwing.
      assertThat(sealer().open(KEY, Arrays.copyOf(box, length))).isNull();
    }
    assertThat(sealer().open(KEY, Arrays.copyOf(box, box.length + 1))).isNull();
  }

  @Test
  void aKeyOfAnotherLengthIsRefused() {
    byte[] box = sealer().seal(KEY, plaintext(20));
    for (int length : new int[] {0, 16, 31, 33, 64}) {
      byte[] key = Arrays.copyOf(KEY, length);
      assertThatThrownBy(() -> sealer().seal(key, plaintext(1)))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> sealer().open(key, box))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
