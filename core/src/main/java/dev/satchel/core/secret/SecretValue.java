package dev.satchel.core.secret;

import dev.satchel.core.RefusedException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A value in the clear. It prints nothing of itself, compares by identity, and overwrites its bytes
 * on close. Not thread-safe against its own close.
 */
public final class SecretValue implements AutoCloseable {
  private final byte[] bytes;

  private SecretValue(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Takes over the array, which is overwritten on close. */
  public static SecretValue of(byte[] bytes) {
    return new SecretValue(bytes);
  }

  /**
   * The UTF-8 bytes of a text.
   *
   * @param field where the text was sent, for the message
   * @throws RefusedException INVALID where the text is no Unicode (a lone surrogate)
   */
  public static SecretValue ofText(String field, String text) {
    ByteBuffer encoded = ByteBuffer.allocate(3 * text.length()); // UTF-8 needs no more for UTF-16.
    try {
      CharsetEncoder encoder = StandardCharsets.UTF_8.newEncoder();
      CoderResult result = encoder.encode(CharBuffer.wrap(text), encoded, true);
      if (result.isError()) {
        result.throwException();
      }
      return new SecretValue(Arrays.copyOf(encoded.array(), encoded.position()));
    } catch (CharacterCodingException e) {
      throw RefusedException.invalid(
          field, field + " is not valid Unicode text; send bytes with \"encoding\": \"base64\".");
    } finally {
      Arrays.fill(encoded.array(), (byte) 0);
    }
  }

  /** The bytes themselves, not a copy: they are zeros after close. */
  public byte[] bytes() {
    return bytes;
  }

  public int sizeBytes() {
    return bytes.length;
  }

  @Override
  public void close() {
    Arrays.fill(bytes, (byte) 0);
  }

  @Override
  public String toString() {
    return "SecretValue[redacted]";
  }
}
