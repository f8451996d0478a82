package dev.satchel.server.docker;

import dev.satchel.core.secret.SecretValue;
import dev.satchel.server.docker.ContainerVariables.Wiped;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;

/**
 * Tars: of values, named by their number from 0, of which no copy stays in a library's buffers, and
 * of a directory. Source: POSIX.1-2017, pax, "ustar Interchange Format".
 */
final class TarFiles {
  private static final int BLOCK_BYTES = 512;
  private static final int CHECKSUM_OFFSET = 148;

  private TarFiles() {}

  /**
   * @param archive what it is built in, the caller's to close
   */
  static byte[] of(Collection<SecretValue> values, Wiped archive) {
    int number = 0;
    for (SecretValue value : values) {
      archive.writeBytes(header(Integer.toString(number++), value.sizeBytes()));
      archive.writeBytes(value.bytes());
      int rest = Math.floorMod(-value.sizeBytes(), BLOCK_BYTES);
      archive.writeBytes(new byte[rest]);
    }
    archive.writeBytes(new byte[2 * BLOCK_BYTES]);
    return archive.toByteArray();
  }

  /** A tar of an empty directory that everybody may write into, of now. */
  static byte[] openDirectory(String name) {
    String type = "5";
    byte[] header = header(name, "0000777", 0, Instant.now().getEpochSecond(), type);
    return Arrays.copyOf(header, 3 * BLOCK_BYTES);
  }

  private static byte[] header(String name, int sizeBytes) {
    return header(name, "0000600", sizeBytes, 0, "0");
  }

  private static byte[] header(
      String name, String mode, int sizeBytes, long changedSeconds, String type) {
    byte[] header = new byte[BLOCK_BYTES];
    put(header, 0, name);
    put(header, 100, mode);
    put(header, 108, "0000000");
    put(header, 116, "0000000");
    put(header, 124, "%011o".formatted(sizeBytes));
    put(header, 136, "%011o".formatted(changedSeconds));
    put(header, CHECKSUM_OFFSET, "        ");
    put(header, 156, type);
    put(header, 257, "ustar");
    put(header, 263, "00");
    int sum = 0;
    for (byte each : header) {
      sum += each & 0xff;
    }
    put(header, CHECKSUM_OFFSET, "%06o".formatted(sum));
    header[CHECKSUM_OFFSET + 6] = 0;
    return header;
  }

  private static void put(byte[] header, int offset, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    System.arraycopy(bytes, 0, header, offset, bytes.length);
  }
}
