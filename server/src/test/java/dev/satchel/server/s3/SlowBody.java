package dev.satchel.server.s3;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A body of so many bytes that ends once it is told. */
final class SlowBody extends InputStream {
  final CountDownLatch begun = new CountDownLatch(1);
  final CountDownLatch ends = new CountDownLatch(1);
  private int left;

  SlowBody(int bytes) {
    left = bytes;
  }

  @Override
  public int read() {
    throw new UnsupportedOperationException("it is read in pieces");
  }

  @Override
  public int read(byte[] to, int at, int most) throws IOException {
    int some = Math.min(left, most);
    if (some > 0) {
      left -= some;
      return some;
    }
    begun.countDown();
    try {
      if (!ends.await(30, TimeUnit.SECONDS)) {
        throw new IOException("nobody ended it");
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    return -1;
  }
}
