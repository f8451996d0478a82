package dev.satchel.core.workload;

import java.nio.charset.StandardCharsets;

/**
 * Finds in a stream of bytes where output was lost ({@link LogSink#GAP}), and what around a gap
 * could be a part of a value that the gap cut: what begins one before it, and after it the rest of
 * the line, as far as a value reaches. Not thread-safe.
 */
final class GapFinder {
  /** Takes what is to be masked, from an absolute offset up to another. */
  interface Mask {
    void of(long start, long end);
  }

  static final byte FIRST = (byte) LogSink.GAP.charAt(0); // It is in it once.

  private static final byte[] GAP = LogSink.GAP.getBytes(StandardCharsets.US_ASCII);

  /** A job can print what begins a notice, too, and is not waited for to end its line. */
  private static final int NOTICE_MAX_BYTES = 256;

  private static final long NONE = Long.MAX_VALUE;

  private final int valueMaxBytes;
  private final Mask mask;
  private int
      matched; // How many of the last bytes begin a notice; all of its first while within it.
  private long notice;
  private long cut; // Where what begins a value before the notice stands.
  private long rest = NONE; // Where the rest of a line after a gap begins.
  private long restOf; // The cut that it belongs to.

  GapFinder(int valueMaxBytes, Mask mask) {
    this.valueMaxBytes = valueMaxBytes;
    this.mask = mask;
  }

  boolean idle() {
    return matched == 0 && rest == NONE;
  }

  /** From where on bytes are undecided: whoever begins anew must see the whole gap. */
  long undecidedFrom() {
    return Math.min(matched > 0 ? cut : NONE, rest == NONE ? NONE : restOf);
  }

  /**
   * Takes the next byte.
   *
   * @param at its offset
   * @param beginning how many of the bytes before it begin some value
   */
  void next(byte b, long at, int beginning) {
    boolean reached = matched == 0 && at - rest >= valueMaxBytes; // Else it may be a notice.
    if (rest != NONE && (b == '\n' || b == '\r' || reached)) {
      end(at);
    }
    if (matched == GAP.length) {
      if (b == '\n' || at - notice >= NOTICE_MAX_BYTES) {
        matched = 0;
        rest = at + 1;
        restOf = cut;
      }
      return;
    }
    matched = b == GAP[matched] ? matched + 1 : b == FIRST ? 1 : 0;
    if (matched == 1) {
      notice = at;
      cut = at - beginning;
    } else if (matched == GAP.length) {
      end(notice);
      mask.of(cut, notice);
    }
  }

  /** Ends the rest of a line, where one is open. */
  void end(long at) {
    if (rest != NONE) {
      mask.of(rest, at);
      rest = NONE;
    }
  }
}
