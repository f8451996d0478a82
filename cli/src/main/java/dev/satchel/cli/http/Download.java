package dev.satchel.cli.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;

/**
 * An answer whose bytes are read as they come; closing it before its end cuts the connection.
 *
 * @param digest what the {@code Content-Digest} header says; empty where there is none
 */
public record Download(InputStream bytes, boolean isJson, String digest) implements AutoCloseable {
  static Download of(HttpURLConnection connection) throws IOException {
    String type = String.valueOf(connection.getContentType());
    String digest = connection.getHeaderField("Content-Digest");
    return new Download(
        connection.getInputStream(),
        type.startsWith("application/json"),
        digest == null ? "" : digest);
  }

  @Override
  public void close() throws IOException {
    bytes.close();
  }
}
