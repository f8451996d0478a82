package dev.satchel.cli.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.time.Duration;

/**
 * An answer whose bytes are read as they come; closing it before its end cuts the connection.
 *
 * @param goesOn whether it begins behind what was asked to be left out, and not at the beginning
 * @param length how many bytes come; -1 where nobody knows
 * @param digest what is said of the whole file, as {@code sha-256=:BASE64:}; empty for nothing
 */
public record Download(
    InputStream bytes, boolean isJson, boolean goesOn, long length, String digest)
    implements AutoCloseable {
  /**
   * @param silence how long nothing may come
   */
  static Download of(HttpURLConnection connection, Duration silence) throws IOException {
    String type = String.valueOf(connection.getContentType());
    String digest = connection.getHeaderField("Repr-Digest");
    return new Download(
        new UnstuckInput(connection.getInputStream(), silence),
        type.startsWith("application/json"),
        connection.getResponseCode() == 206,
        connection.getContentLengthLong(),
        digest == null ? "" : digest);
  }

  @Override
  public void close() throws IOException {
    bytes.close();
  }
}
