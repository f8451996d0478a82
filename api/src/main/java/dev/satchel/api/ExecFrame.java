package dev.satchel.api;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One part of the answer of an exec: a byte for its type, its length in four bytes, the highest
 * first, and so many bytes.
 *
 * @param type one of the constants here, or one that a newer server sends: to be passed over
 * @param payload what it carries; empty for {@link #ALIVE}
 */
public record ExecFrame(int type, byte[] payload) {
  /** The media type of an answer that is made of these. */
  public static final String MEDIA_TYPE = "application/vnd.satchel.exec";

  /** Says that both sides are there. */
  public static final int ALIVE = 0;

  /** Bytes of standard output. */
  public static final int STDOUT = 1;

  /** Bytes of standard error. */
  public static final int STDERR = 2;

  /** An {@link ExecStarted} in JSON; comes first. */
  public static final int STARTED = 3;

  /** An {@link ExecEnded} in JSON; comes last. Without it the answer broke off. */
  public static final int ENDED = 4;

  /** How long a server is silent at the most, in seconds. */
  public static final int SILENCE_MAX_S = 5;

  /** A server makes no longer ones. */
  public static final int PAYLOAD_MAX_BYTES = 64 * 1024;

  private static final int HEAD_BYTES = 5;

  /**
   * Writes one.
   *
   * @param to where to; not flushed
   * @param type of the frame
   * @param bytes that hold its payload
   * @param offset of it
   * @param length of it, at most {@link #PAYLOAD_MAX_BYTES}
   * @throws IOException where the stream does
   */
  public static void write(OutputStream to, int type, byte[] bytes, int offset, int length)
      throws IOException {
    to.write(ByteBuffer.allocate(HEAD_BYTES).put((byte) type).putInt(length).array());
    to.write(bytes, offset, length);
  }

  /**
   * Reads the next one.
   *
   * @param from where they stand one after the other
   * @return null at the end
   * @throws IOException where the stream does, or ends within one, or what it has is none
   */
  public static @Nullable ExecFrame read(InputStream from) throws IOException {
    int type = from.read();
    if (type < 0) {
      return null;
    }
    DataInputStream data = new DataInputStream(from);
    int length = data.readInt();
    if (length < 0 || length > PAYLOAD_MAX_BYTES) {
      throw new IOException("not a frame");
    }
    byte[] payload = from.readNBytes(length);
    if (payload.length < length) {
      throw new EOFException("a frame was cut off");
    }
    return new ExecFrame(type, payload);
  }
}
