package dev.satchel.server.docker;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * Passes on a stream, and holds back at its end what may be the CLI's own complaint, until it is
 * known whether it failed.
 */
final class LastWords {
  /** No complaint is longer. */
  private static final int TAIL_MAX_BYTES = 4096;

  private static final List<byte[]> BEGINNINGS =
      List.of(
              "Error response from daemon",
              "error during connect",
              "Cannot connect to the Docker daemon",
              "failed to connect to the docker API",
              "permission denied while trying to connect",
              "unexpected EOF",
              "error from daemon in stream",
              "Error: no such container",
              "Error: No such container",
              "Error grabbing logs")
          .stream()
          .map(text -> text.getBytes(StandardCharsets.UTF_8))
          .toList();

  private static final BitSet FIRST = new BitSet();

  static {
    BEGINNINGS.forEach(beginning -> FIRST.set(beginning[0] & 0xff));
  }

  /** Takes the bytes that are surely the container's. */
  interface Sink {
    void give(byte[] bytes, int length);
  }

  private final Sink sink;
  private byte[] held = new byte[0];

  LastWords(Sink sink) {
    this.sink = sink;
  }

  void take(byte[] bytes, int length) {
    byte[] all = Arrays.copyOf(held, held.length + length);
    System.arraycopy(bytes, 0, all, held.length, length);
    int from = complaint(all);
    held = Arrays.copyOfRange(all, from, all.length);
    if (from > 0) {
      sink.give(all, from);
    }
  }

  /**
   * Says that the stream has ended.
   *
   * @param whole whether the CLI did not fail, so that all of it was the container's
   */
  void end(boolean whole) {
    if (whole && held.length > 0) {
      sink.give(held, held.length);
    }
    held = new byte[0];
  }

  /** Where a complaint, or the beginning of one, begins; the length where there is none. */
  private static int complaint(byte[] all) {
    for (int at = Math.max(0, all.length - TAIL_MAX_BYTES); at < all.length; at++) {
      if (!FIRST.get(all[at] & 0xff)) {
        continue;
      }
      for (byte[] beginning : BEGINNINGS) {
        int length = Math.min(beginning.length, all.length - at);
        if (Arrays.equals(all, at, at + length, beginning, 0, length)) {
          return at;
        }
      }
    }
    return all.length;
  }
}
