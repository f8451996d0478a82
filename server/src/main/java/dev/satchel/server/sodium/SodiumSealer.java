package dev.satchel.server.sodium;

import com.goterl.lazysodium.SodiumJava;
import dev.satchel.core.secret.Sealer;
import java.security.SecureRandom;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** libsodium, from the library that comes with its Java binding. */
public final class SodiumSealer implements Sealer {
  private static final int NONCE_BYTES = 24;
  private static final int MAC_BYTES = 16;
  private static final int HASH_BYTES = 32;

  private final SodiumJava sodium = new SodiumJava();
  private final SecureRandom random = new SecureRandom();

  @Override
  public byte[] hash(byte[] key, byte[] message) {
    byte[] out = new byte[HASH_BYTES];
    check(
        sodium.crypto_generichash(out, out.length, message, message.length, key, key.length),
        "crypto_generichash");
    return out;
  }

  @Override
  public byte[] seal(byte[] key, byte[] plaintext) {
    checkKey(key);
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    byte[] sealed = new byte[MAC_BYTES + plaintext.length];
    check(
        sodium.crypto_secretbox_easy(sealed, plaintext, plaintext.length, nonce, key),
        "crypto_secretbox_easy");
    byte[] box = Arrays.copyOf(nonce, NONCE_BYTES + sealed.length);
    System.arraycopy(sealed, 0, box, NONCE_BYTES, sealed.length);
    return box;
  }

  @Override
  public byte @Nullable [] open(byte[] key, byte[] box) {
    checkKey(key);
    if (box.length < NONCE_BYTES + MAC_BYTES) {
      return null;
    }
    byte[] nonce = Arrays.copyOf(box, NONCE_BYTES);
    byte[] sealed = Arrays.copyOfRange(box, NONCE_BYTES, box.length);
    byte[] plaintext = new byte[sealed.length - MAC_BYTES];
    boolean opened =
        sodium.crypto_secretbox_open_easy(plaintext, sealed, sealed.length, nonce, key) == 0;
    return opened ? plaintext : null;
  }

  /** The library reads 32 bytes, whatever there is. */
  private static void checkKey(byte[] key) {
    if (key.length != KEY_BYTES) {
      throw new IllegalArgumentException("a key has " + KEY_BYTES + " bytes");
    }
  }

  private static void check(int status, String function) {
    if (status != 0) {
      throw new IllegalStateException(function + " failed with status " + status);
    }
  }
}
