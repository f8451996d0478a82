package dev.satchel.core.secret;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Where a box stands, all of it bound into the key it is sealed under: a box that is moved does not
 * open.
 *
 * @param kind of thing: {@code bundle} or {@code attempt}
 * @param ownerId the owner's random id, never its name, never used again
 * @param revision of the owner
 * @param type and {@code location} of the entry
 */
public record BoxAddress(
    String workspace, String kind, String ownerId, long revision, String type, String location) {
  private static final byte[] LABEL = "satchel/box/1".getBytes(StandardCharsets.US_ASCII);

  /**
   * The message that a data key hashes into this box's key: the label, then each part behind its
   * length in bytes (four bytes, most significant first); the revision as decimal digits.
   */
  public byte[] message() {
    ByteArrayOutputStream message = new ByteArrayOutputStream(128);
    message.writeBytes(LABEL);
    append(message, workspace);
    append(message, kind);
    append(message, ownerId);
    append(message, Long.toString(revision));
    append(message, type);
    append(message, location);
    return message.toByteArray();
  }

  private static void append(ByteArrayOutputStream message, String part) {
    byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
    message.writeBytes(ByteBuffer.allocate(4).putInt(bytes.length).array());
    message.writeBytes(bytes);
  }
}
