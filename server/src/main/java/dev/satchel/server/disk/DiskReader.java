package dev.satchel.server.disk;

import dev.satchel.core.volume.VolumeFiles.Content;
import dev.satchel.core.volume.VolumeFiles.Sink;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads one open file, twice where its digest is not known from an earlier time. */
final class DiskReader {
  private final DiskDigests digests;
  private final SeekableByteChannel file;
  private final Supplier<@Nullable FileState> state;

  /**
   * @param state of what the file's name stands for at the moment; null where that is another file
   */
  DiskReader(DiskDigests digests, SeekableByteChannel file, Supplier<@Nullable FileState> state) {
    this.digests = digests;
    this.file = file;
    this.state = state;
  }

  void read(Instant modifiedAt, Sink to) throws IOException {
    long size = file.size();
    FileState before = state.get();
    String known = before == null || before.sizeBytes() != size ? null : digests.of(before);
    String told = known == null ? found(size, before) : known;
    OutputStream out = to.begin(new Content(size, told, modifiedAt));
    long skipped = to.skippedBytes();
    file.position(skipped);
    if (before != null && known != null && skipped == 0) {
      copyComparing(size, out, before, known);
    } else {
      copy(size - skipped, out);
    }
  }

  /** Reads all of it, and remembers what it came to if nobody changed it meanwhile. */
  private String found(long size, @Nullable FileState before) throws IOException {
    boolean settled = before != null && digests.isSettled(before);
    MessageDigest digest = DiskVolumeFiles.sha256();
    copy(size, new DigestOutputStream(OutputStream.nullOutputStream(), digest));
    String found = DiskVolumeFiles.hex(digest);
    if (before != null && settled && before.sizeBytes() == size && before.equals(state.get())) {
      digests.remember(before, found);
    }
    return found;
  }

  /** What a job changes by memory that it shares with the file shows in no time of it. */
  private void copyComparing(long size, OutputStream out, FileState before, String known)
      throws IOException {
    MessageDigest digest = DiskVolumeFiles.sha256();
    copy(size, new DigestOutputStream(out, digest));
    if (!DiskVolumeFiles.hex(digest).equals(known)) {
      digests.forget(before);
    }
  }

  private void copy(long size, OutputStream to) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(DiskVolumeFiles.BUFFER_BYTES);
    long left = size;
    while (left > 0) {
      buffer.clear().limit((int) Math.min(left, buffer.capacity()));
      int read = file.read(buffer);
      if (read < 0) {
        throw new IOException("the file became shorter while it was read");
      }
      to.write(buffer.array(), 0, read);
      left -= read;
    }
  }
}
