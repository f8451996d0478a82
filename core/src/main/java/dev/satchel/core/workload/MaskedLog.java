package dev.satchel.core.workload;

import dev.satchel.core.secret.SecretValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one {@link LogSink}: masks what it is given, then stores it. After a restart it goes on where
 * its log ends.
 */
final class MaskedLog implements LogSink {
  /** Strings of fewer characters are not masked: they would mask everything. */
  static final int MASKED_MIN_CHARS = 4;

  private final LogStore.LogFile file;
  private final Masker masker;
  private final long maxBytes;
  private final String notice;
  private final Runnable changed;
  private final Runnable whenEnded;
  private boolean full;
  private byte @Nullable []
      undelivered; // What the masker decided and the file has not taken; null where there is none.
  private volatile boolean ended;
  private boolean abandoned; // Guarded by this.
  private Runnable whenAbandoned = () -> {}; // Guarded by this.

  /**
   * @param values the values in the clear; copied, not kept
   * @param maxBytes of the masked log; what comes after is dropped
   * @param notice what the log says then
   * @param changed told whenever there is more to read
   * @param whenEnded told once the last byte is stored
   */
  MaskedLog(
      LogStore.LogFile file,
      Collection<SecretValue> values,
      long maxBytes,
      String notice,
      Runnable changed,
      Runnable whenEnded) {
    this.file = file;
    this.masker = new Masker(strings(values), file.rawOffset());
    this.maxBytes = maxBytes;
    this.notice = notice;
    this.changed = changed;
    this.whenEnded = whenEnded;
    this.full = file.size() > maxBytes;
  }

  @Override
  public long rawOffset() {
    return file.rawOffset();
  }

  @Override
  public void write(byte[] raw, int offset, int length) {
    if (undelivered == null) { // Otherwise these bytes come again, and the masker has them.
      undelivered = masker.write(raw, offset, length);
    }
    deliver(undelivered);
  }

  @Override
  public void end() {
    if (undelivered == null) {
      undelivered = masker.finish();
    }
    deliver(undelivered);
    file.sync();
    file.close();
    ended = true;
    changed.run();
    whenEnded.run();
  }

  /** Whether the last byte is stored. */
  boolean isEnded() {
    return ended;
  }

  private void deliver(byte[] masked) {
    append(masked);
    undelivered = null;
  }

  /** Gives up a log that nobody will write, and tells whoever does. */
  void abandon() {
    if (!ended) {
      Runnable told;
      synchronized (this) {
        abandoned = true;
        told = whenAbandoned;
      }
      told.run();
      file.close();
    }
  }

  @Override
  public void whenAbandoned(Runnable told) {
    synchronized (this) {
      whenAbandoned = told;
      if (!abandoned) {
        return;
      }
    }
    told.run();
  }

  private void append(byte[] masked) {
    if (masker.decided() == file.rawOffset()) {
      return;
    }
    if (full) {
      file.append(masked, 0, masker.decided());
    } else if (file.size() + masked.length > maxBytes) {
      int room = (int) Math.max(0, maxBytes - file.size());
      full = true;
      byte[] said = ("\n[satchel: " + notice + "]\n").getBytes(StandardCharsets.UTF_8);
      byte[] last = Arrays.copyOf(masked, room + said.length);
      System.arraycopy(said, 0, last, room, said.length);
      file.append(last, last.length, masker.decided());
    } else {
      file.append(masked, masked.length, masker.decided());
    }
    changed.run();
  }

  /** Each value, and each line of one that has several. */
  static List<byte[]> strings(Collection<SecretValue> values) {
    List<byte[]> strings = new ArrayList<>();
    for (SecretValue value : values) {
      byte[] bytes = value.bytes();
      addIfLong(strings, bytes, 0, bytes.length);
      int start = 0;
      for (int i = 0; i <= bytes.length; i++) {
        if (i == bytes.length || bytes[i] == '\n' || bytes[i] == '\r') {
          addIfLong(strings, bytes, start, i);
          start = i + 1;
        }
      }
    }
    return strings;
  }

  private static void addIfLong(List<byte[]> strings, byte[] bytes, int start, int end) {
    int chars = 0;
    for (int i = start; i < end && chars < MASKED_MIN_CHARS; i++) {
      if ((bytes[i] & 0xc0) != 0x80) { // Not a continuation byte of UTF-8.
        chars++;
      }
    }
    if (chars >= MASKED_MIN_CHARS) {
      strings.add(Arrays.copyOfRange(bytes, start, end));
    }
  }
}
