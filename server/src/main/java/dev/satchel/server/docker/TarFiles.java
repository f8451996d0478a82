package dev.satchel.server.docker;

import dev.satchel.core.secret.SecretValue;
import dev.satchel.server.docker.ContainerVariables.Wiped;
import java.nio.charset.StandardCharsets;
import java.util.Collection;

/**
 * A tar of values, named by their number from 0, of which no copy stays in a library's buffers.
 * Source: POSIX.1-2017, pax, "ustar Interchange Format".
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

  private static byte[] header(String name, int sizeBytes) {
    byte[] header = new byte[BLOCK_BYTES];
    put(header, 0, name);
    put(header, 100, "0000600");
    put(header, 108, "0000000");
    put(header, 116, "0000000");
    put(header, 124, "%011o".formatted(sizeBytes));
    put(header, 136, "00000000000");
    put(header, CHECKSUM_OFFSET, "        ");
    put(header, 156, "0");
    put(header, 257, "ustar");
    put(header, 263, "00");
    int sum = 0;
    for (byte each : header) {
      sum += each;
    }
    put(header, CHECKSUM_OFFSET, "%06o".formatted(sum));
    header[CHECKSUM_OFFSET + 6] = 0;
    return header;
  }

  private static void put(byte[] header, int offset, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, header, offset, bytes.length);
  }
}
