package dev.satchel.sdk.pack;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;

/**
 * Writes a tar.gz (POSIX.1-2001, "pax interchange format") of files alone, without owners and, but
 * for the few whose times matter, without times, so that the same files always make the same bytes.
 * A name that the old header has no room for goes into an extended one before it.
 */
final class TarGz implements AutoCloseable {
  private static final int BLOCK = 512;
  private static final int NAME_BYTES = 100;
  private static final long SIZE_MAX = 1L << 33; // What eleven octal digits hold.

  private final OutputStream out;

  TarGz(Path file) throws IOException {
    this.out = new GZIPOutputStream(new BufferedOutputStream(Files.newOutputStream(file)), 1 << 16);
  }

  /**
   * Adds a file.
   *
   * @param name relative, with slashes
   * @param runs whether it may be executed
   * @param timed whether the time of its last change goes with it
   */
  void add(String name, Path file, boolean runs, boolean timed) throws IOException {
    long size = Files.size(file);
    if (size >= SIZE_MAX) {
      throw new PackException(name + " is too large to be sent: it has " + size + " bytes.");
    }
    long time = timed ? Math.max(0, Files.getLastModifiedTime(file).to(TimeUnit.SECONDS)) : 0;
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > NAME_BYTES || bytes.length > name.length()) {
      byte[] record = record("path", bytes);
      header("pax".getBytes(StandardCharsets.US_ASCII), record.length, false, 0, 'x');
      out.write(record);
      pad(record.length);
    }
    header(Arrays.copyOf(bytes, Math.min(bytes.length, NAME_BYTES)), size, runs, time, '0');
    copy(name, file, size);
    pad(size);
  }

  private void copy(String name, Path file, long size) throws IOException {
    long left = size;
    byte[] buffer = new byte[64 * 1024];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        left -= read;
        if (left < 0) {
          break;
        }
        out.write(buffer, 0, read);
      }
    }
    if (left != 0) {
      throw new PackException(name + " has changed while it was read; try again.");
    }
  }

  /** {@code LENGTH name=value\n}, whose length counts its own digits. */
  private static byte[] record(String name, byte[] value) throws IOException {
    int rest = name.length() + value.length + 3; // Space, equals sign, line break.
    int length = rest + String.valueOf(rest).length();
    if (String.valueOf(length).length() > String.valueOf(rest).length()) {
      length++;
    }
    ByteArrayOutputStream record = new ByteArrayOutputStream();
    record.write((length + " " + name + "=").getBytes(StandardCharsets.US_ASCII));
    record.write(value);
    record.write('\n');
    return record.toByteArray();
  }

  private void header(byte[] name, long size, boolean runs, long time, char type)
      throws IOException {
    byte[] header = new byte[BLOCK];
    System.arraycopy(name, 0, header, 0, name.length);
    octal(header, 100, 8, runs ? 0755 : 0644);
    octal(header, 108, 8, 0); // Owner and group: nobody's.
    octal(header, 116, 8, 0);
    octal(header, 124, 12, size);
    octal(header, 136, 12, time);
    Arrays.fill(header, 148, 156, (byte) ' ');
    header[156] = (byte) type;
    text(header, 257, "ustar\u000000");
    int sum = 0;
    for (byte one : header) {
      sum += one & 0xff;
    }
    octal(header, 148, 7, sum);
    header[155] = ' ';
    out.write(header);
  }

  private static void octal(byte[] header, int at, int length, long number) {
    text(header, at, String.format("%0" + (length - 1) + "o", number));
  }

  private static void text(byte[] header, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, header, at, bytes.length);
  }

  private void pad(long size) throws IOException {
    out.write(new byte[(int) ((BLOCK - size % BLOCK) % BLOCK)]);
  }

  @Override
  public void close() throws IOException {
    out.write(new byte[2 * BLOCK]);
    out.close();
  }
}
