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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The pair that opens the object store, in two files that are read anew each time. Thread-safe. */
public final class KeyFiles {
  private static final Logger LOG = LoggerFactory.getLogger(KeyFiles.class);
  private static final int MAX_BYTES = 4096;

  private final Path keyId;
  private final Path secret;
  private volatile String told = "";

  public KeyFiles(Path keyId, Path secret) {
    this.keyId = keyId;
    this.secret = secret;
  }

  /**
   * The pair as it is now; the caller closes it.
   *
   * @throws RefusedException MOUNT_FAILED where a file cannot be read, or holds no key. Users read
   *     this: which file it is, and why, stands in the server's log, once
   */
  public KeyPair open() {
    try {
      KeyPair pair = openNamingFiles();
      told = "";
      return pair;
    } catch (RefusedException e) {
      if (!told.equals(e.detail())) {
        told = e.detail();
        LOG.warn("{}", told);
      }
      throw new RefusedException(
          Reason.MOUNT_FAILED,
          "The server cannot read its keys of the object store. Its log says why.");
    }
  }

  /**
   * The same for who named the files.
   *
   * @throws RefusedException MOUNT_FAILED, with the file
   */
  public KeyPair openNamingFiles() {
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
