package dev.satchel.server.s3;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.bucket.KeyPair;
import dev.satchel.core.secret.SecretValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** The pair that opens the object store, in two files that are read anew each time. */
public record KeyFiles(Path keyId, Path secret) {
  private static final int MAX_BYTES = 4096;

  /**
   * The pair as it is now; the caller closes it.
   *
   * @throws RefusedException MOUNT_FAILED where a file cannot be read, or holds no key
   */
  public KeyPair open() {
    String seen = "server:" + changed(keyId) + ":" + changed(secret);
    SecretValue id = read(keyId);
    try {
      return new KeyPair(id, read(secret), seen);
    } catch (RefusedException e) {
      id.close();
      throw e;
    }
  }

  private static long changed(Path file) {
    try {
      return Files.getLastModifiedTime(file).to(TimeUnit.MICROSECONDS);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static SecretValue read(Path file) {
    byte[] bytes;
    try (var in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
    try {
      int from = 0;
      int to = bytes.length;
      while (from < to && isBlank(bytes[from])) {
        from++;
      }
      while (to > from && isBlank(bytes[to - 1])) {
        to--;
      }
      if (from == to || bytes.length > MAX_BYTES) {
        throw new RefusedException(
            Reason.MOUNT_FAILED,
            "The file " + file + " holds no key of the object store: it is empty or too large.");
      }
      return SecretValue.of(Arrays.copyOfRange(bytes, from, to));
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  private static boolean isBlank(byte letter) {
    return letter == ' ' || letter == '\n' || letter == '\r' || letter == '\t';
  }

  private static RefusedException unreadable(Path file, IOException e) {
    return new RefusedException(
        Reason.MOUNT_FAILED,
        "The file "
            + file
            + " with a key of the object store cannot be read: "
            + e.getClass().getSimpleName()
            + ".");
  }
}
