package dev.satchel.sdk;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A value in the clear, on its way to the server, or revealed by it. It prints as {@code
 * SecretValue[redacted]}, compares by identity, and overwrites its bytes on {@link #close}; what
 * the garbage collector or a request has copied of them is beyond that. Thread-safe until closed.
 */
public final class SecretValue implements AutoCloseable {
  private final byte[] bytes;
  private volatile boolean closed;

  private SecretValue(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * A text.
   *
   * @param text may be empty
   * @return a copy of it
   * @throws IllegalArgumentException where it holds half a surrogate pair
   */
  public static SecretValue of(String text) {
    return encoded(CharBuffer.wrap(text));
  }

  /**
   * A text that the caller can overwrite afterwards.
   *
   * @param text may be empty
   * @return a copy of it
   * @throws IllegalArgumentException where it holds half a surrogate pair
   */
  public static SecretValue of(char[] text) {
    return encoded(CharBuffer.wrap(text));
  }

  /**
   * Any bytes.
   *
   * @param bytes may be empty
   * @return a copy of them
   */
  public static SecretValue of(byte[] bytes) {
    return new SecretValue(bytes.clone());
  }

  private static SecretValue encoded(CharBuffer text) {
    ByteBuffer encoded = ByteBuffer.allocate(3 * text.remaining()); // The most that UTF-8 takes.
    if (StandardCharsets.UTF_8.newEncoder().encode(text, encoded, true).isError()) {
      throw new IllegalArgumentException("A value is no text: give it as bytes.");
    }
    byte[] bytes = Arrays.copyOf(encoded.array(), encoded.position());
    Arrays.fill(encoded.array(), (byte) 0);
    return new SecretValue(bytes);
  }

  /**
   * The value in the clear.
   *
   * @return a copy, which can no longer be overwritten
   * @throws IllegalStateException where this is closed, or no text
   */
  public String text() {
    Map<String, Object> members = members();
    if (members.containsKey("encoding")) {
      throw new IllegalStateException("This value is no text.");
    }
    return String.valueOf(members.get("value"));
  }

  /** As an entry's {@code value}, with its {@code encoding} where it is no text. */
  Map<String, Object> members() {
    if (closed) {
      throw new IllegalStateException("This value is closed.");
    }
    Map<String, Object> members = new LinkedHashMap<>();
    try {
      ByteBuffer whole = ByteBuffer.wrap(bytes);
      members.put("value", StandardCharsets.UTF_8.newDecoder().decode(whole).toString());
    } catch (CharacterCodingException binary) {
      members.put("value", Base64.getEncoder().encodeToString(bytes));
      members.put("encoding", "base64");
    }
    return members;
  }

  /** Overwrites the bytes. */
  @Override
  public void close() {
    closed = true;
    Arrays.fill(bytes, (byte) 0);
  }

  @Override
  public String toString() {
    return "SecretValue[redacted]";
  }
}
