package dev.satchel.server.disk;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that is written, and refuses to become larger than it may. */
final class BoundedFile extends OutputStream {
  private final OutputStream out;
  private final long max;
  private final String what;
  private long written;

  /**
   * @param what the subject of a sentence in the plural, such as {@code Its statistics}
   */
  BoundedFile(Path file, long max, String what) throws IOException {
    this.out = new BufferedOutputStream(Files.newOutputStream(file));
    this.max = max;
    this.what = what;
  }

  long written() {
    return written;
  }

  @Override
  public void write(int b) throws IOException {
    grow(1);
    out.write(b);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    grow(length);
    out.write(bytes, offset, length);
  }

  private void grow(int length) {
    written += length;
    if (written > max) {
      throw new RefusedException(
          Reason.TOO_LARGE, what + " are larger than they may be: " + max + " bytes.");
    }
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
