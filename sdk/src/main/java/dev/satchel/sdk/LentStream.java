package dev.satchel.sdk;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * A stream of the caller's, which stays open: there may be more in it, as in a ZIP file. It keeps
 * its failure, for some releases of Java take that for the end of what is to be sent.
 */
final class LentStream extends FilterInputStream {
  private volatile @Nullable IOException failure; // Null where there was none.

  LentStream(InputStream lent) {
    super(lent);
  }

  @Override
  public int read() throws IOException {
    try {
      return super.read();
    } catch (IOException broken) {
      failure = broken;
      throw broken;
    }
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    try {
      return super.read(into, offset, length);
    } catch (IOException broken) {
      failure = broken;
      throw broken;
    }
  }

  void throwFailure() {
    IOException broken = failure;
    if (broken != null) {
      throw new UncheckedIOException(broken);
    }
  }

  @Override
  public void close() {
    // It is the caller's to close.
  }
}
