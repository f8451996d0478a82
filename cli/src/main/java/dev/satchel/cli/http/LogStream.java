package dev.satchel.cli.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;

/**
 * An answer that is read as it comes.
 *
 * @param attempt the attempt whose log this is; 0 where the server did not say
 */
public record LogStream(int attempt, InputStream bytes, HttpURLConnection connection)
    implements AutoCloseable {
  @Override
  public void close() {
    connection.disconnect(); // Closing the stream instead would read an endless answer to its end.
    try {
      bytes.close();
    } catch (IOException gone) { // The connection was cut above.
    }
  }
}
