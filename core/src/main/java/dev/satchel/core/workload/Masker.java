package dev.satchel.core.workload;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;

/**
 * Replaces values in a stream of bytes by {@code ***}, wherever the stream is cut into writes.
 * Every byte of every occurrence is replaced; occurrences that overlap become one mask. Bytes that
 * could be the beginning of a value are held back until they are decided. Where output was lost,
 * what could be a part of a value is replaced too. Not thread-safe.
 */
final class Masker {
  private static final byte[] MASK = "***".getBytes(StandardCharsets.US_ASCII);

  /**
   * A run of overlapping occurrences longer than this is let go in parts, so that memory is
   * bounded.
   */
  private static final int RUN_MAX_BYTES = 4 << 20;

  private record Range(long start, long end) {}

  private final ValueTrie trie;
  private final GapFinder gaps;
  private final Deque<Range> masked = new ArrayDeque<>();
  private byte[] held = new byte[8192];
  private int heldLength;
  private long emitted; // Absolute offset of held[0]: everything before it is decided and gone out.
  private int node;

  /**
   * @param values to mask; those that are too short to mask are left out by the caller
   * @param offset of the first byte that will be written
   */
  Masker(Collection<byte[]> values, long offset) {
    this.trie = ValueTrie.of(values);
    this.gaps = new GapFinder(trie.longest(), this::mask);
    this.emitted = offset;
  }

  /** How far the bytes are decided: where a masker begins anew to go on from here. */
  long decided() {
    return emitted;
  }

  /** Takes bytes; answers what they decide, masked. */
  byte[] write(byte[] bytes, int offset, int length) {
    hold(bytes, offset, length);
    int scanned = heldLength - length;
    while (scanned < heldLength) {
      if (node == 0 && gaps.idle()) {
        scanned = trie.skipToFirst(held, scanned, heldLength, GapFinder.FIRST);
        if (scanned == heldLength) {
          break;
        }
      }
      byte b = held[scanned];
      if (b == GapFinder.FIRST || !gaps.idle()) {
        gaps.next(b, emitted + scanned, b == GapFinder.FIRST ? trie.depth(node) : 0);
      }
      node = trie.next(node, b);
      scanned++;
      int match = trie.longestEndingAt(node);
      if (match > 0) {
        mask(emitted + scanned - match, emitted + scanned);
      }
    }
    return release(Math.min(undecidedFrom(), gaps.undecidedFrom()));
  }

  /** Answers what is held back: no byte follows. */
  byte[] finish() {
    node = 0;
    gaps.end(emitted + heldLength);
    return release(emitted + heldLength);
  }

  private void hold(byte[] bytes, int offset, int length) {
    if (heldLength + length > held.length) {
      held = Arrays.copyOf(held, Math.max(heldLength + length, 2 * held.length));
    }
    System.arraycopy(bytes, offset, held, heldLength, length);
    heldLength += length;
  }

  private void mask(long start, long end) {
    if (start == end) {
      return;
    }
    long from = start;
    long to = end;
    while (!masked.isEmpty() && masked.peekLast().end() > from) {
      Range overlapped = masked.removeLast();
      from = Math.min(from, overlapped.start());
      to = Math.max(to, overlapped.end());
    }
    masked.addLast(new Range(from, to));
  }

  /** Where the first byte stands that the next bytes may still change: never inside a mask. */
  private long undecidedFrom() {
    long from = emitted + heldLength - trie.depth(node);
    for (Iterator<Range> ranges = masked.descendingIterator(); ranges.hasNext(); ) {
      Range range = ranges.next();
      if (range.end() <= from) {
        break;
      }
      if (range.start() < from && heldLength < RUN_MAX_BYTES) {
        return range.start();
      }
    }
    return from;
  }

  private byte[] release(long until) {
    ByteArrayOutputStream out = new ByteArrayOutputStream((int) (until - emitted) + MASK.length);
    long at = emitted;
    while (at < until) {
      Range range = masked.peekFirst();
      if (range == null || range.start() >= until) {
        out.write(held, (int) (at - emitted), (int) (until - at));
        at = until;
      } else {
        out.write(held, (int) (at - emitted), (int) (range.start() - at));
        out.writeBytes(MASK);
        at = Math.min(range.end(), until);
        masked.removeFirst();
        if (range.end() > until) { // Only in a run that is let go in parts.
          masked.addFirst(new Range(until, range.end()));
        }
      }
    }
    heldLength -= (int) (until - emitted);
    System.arraycopy(held, (int) (until - emitted), held, 0, heldLength);
    emitted = until;
    return out.toByteArray();
  }
}
