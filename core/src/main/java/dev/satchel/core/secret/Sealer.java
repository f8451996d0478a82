package dev.satchel.core.secret;

import org.jspecify.annotations.Nullable;

/**
 * The cryptography that Satchel stands on: libsodium's, by any implementation of it. Thread-safe.
 */
public interface Sealer {
  int KEY_BYTES = 32;

  /**
   * BLAKE2b-256. Source: libsodium, {@code crypto_generichash} with an output of 32 bytes.
   *
   * @param key 16 to 64 bytes, or none for the hash without a key
   */
  byte[] hash(byte[] key, byte[] message);

  /**
   * XSalsa20-Poly1305 under a fresh random nonce. Source: libsodium, {@code crypto_secretbox_easy}.
   *
   * @return 24 bytes of nonce, 16 of authenticator, the ciphertext
   */
  byte[] seal(byte[] key, byte[] plaintext);

  /** Opens what {@link #seal} made; null where it was not made under this key, or was altered. */
  byte @Nullable [] open(byte[] key, byte[] box);
}
