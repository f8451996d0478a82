package dev.satchel.core.secret;

import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.crypto.digests.Blake2bDigest;
import org.bouncycastle.crypto.engines.XSalsa20Engine;
import org.bouncycastle.crypto.macs.Poly1305;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;
import org.jspecify.annotations.Nullable;

/**
 * The same cryptography by other hands: what the one implementation seals, the other must open.
 * Tests of core seal with it.
 */
public final class BouncyCastleSealer implements Sealer {
  private static final int NONCE_BYTES = 24;
  private static final int MAC_BYTES = 16;
  private static final int HASH_BITS = 256;

  private final SecureRandom random = new SecureRandom();

  @Override
  public byte[] hash(byte[] key, byte[] message) {
    Blake2bDigest digest =
        key.length == 0
            ? new Blake2bDigest(HASH_BITS)
            : new Blake2bDigest(key, HASH_BITS / 8, null, null);
    digest.update(message, 0, message.length);
    byte[] hash = new byte[HASH_BITS / 8];
    digest.doFinal(hash, 0);
    return hash;
  }

  @Override
  public byte[] seal(byte[] key, byte[] plaintext) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    return seal(key, nonce, plaintext);
  }

  /** Seals under a given nonce, so that the box is the same each time. */
  public byte[] seal(byte[] key, byte[] nonce, byte[] plaintext) {
    XSalsa20Engine cipher = cipher(key, nonce);
    byte[] macKey = macKey(cipher);
    byte[] box = Arrays.copyOf(nonce, NONCE_BYTES + MAC_BYTES + plaintext.length);
    cipher.processBytes(plaintext, 0, plaintext.length, box, NONCE_BYTES + MAC_BYTES);
    byte[] mac = mac(macKey, box);
    System.arraycopy(mac, 0, box, NONCE_BYTES, MAC_BYTES);
    return box;
  }

  @Override
  public byte @Nullable [] open(byte[] key, byte[] box) {
    if (box.length < NONCE_BYTES + MAC_BYTES) {
      return null;
    }
    XSalsa20Engine cipher = cipher(key, Arrays.copyOf(box, NONCE_BYTES));
    byte[] mac = Arrays.copyOfRange(box, NONCE_BYTES, NONCE_BYTES + MAC_BYTES);
    if (!Arrays.equals(mac, mac(macKey(cipher), box))) {
      return null;
    }
    int length = box.length - NONCE_BYTES - MAC_BYTES;
    byte[] plaintext = new byte[length];
    cipher.processBytes(box, NONCE_BYTES + MAC_BYTES, length, plaintext, 0);
    return plaintext;
  }

  private static XSalsa20Engine cipher(byte[] key, byte[] nonce) {
    if (key.length != KEY_BYTES) {
      throw new IllegalArgumentException("a key has " + KEY_BYTES + " bytes");
    }
    XSalsa20Engine cipher = new XSalsa20Engine();
    cipher.init(true, new ParametersWithIV(new KeyParameter(key), nonce));
    return cipher;
  }

  /** The first 32 bytes of the key stream are the authenticator's key, as in NaCl. */
  private static byte[] macKey(XSalsa20Engine cipher) {
    byte[] macKey = new byte[KEY_BYTES];
    cipher.processBytes(macKey, 0, macKey.length, macKey, 0);
    return macKey;
  }

  private static byte[] mac(byte[] macKey, byte[] box) {
    Poly1305 poly1305 = new Poly1305();
    poly1305.init(new KeyParameter(macKey));
    poly1305.update(box, NONCE_BYTES + MAC_BYTES, box.length - NONCE_BYTES - MAC_BYTES);
    byte[] mac = new byte[MAC_BYTES];
    poly1305.doFinal(mac, 0);
    return mac;
  }
}
