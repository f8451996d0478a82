package dev.satchel.cli.http;

import dev.satchel.api.ExecFrame;
import dev.satchel.sdk.json.Json;
import dev.satchel.sdk.json.Node;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The frames of a command inside an attempt, as they come. */
public final class ExecStream implements AutoCloseable {
  private final InputStream bytes;
  private final HttpURLConnection connection;

  ExecStream(InputStream bytes, HttpURLConnection connection) {
    this.bytes = new BufferedInputStream(bytes, 2 * ExecFrame.PAYLOAD_MAX_BYTES);
    this.connection = connection;
  }

  /**
   * The next frame; null where the answer broke off: the last one says that it is.
   *
   * @throws IOException where the connection broke, or nothing came for longer than it should
   */
  public @Nullable ExecFrame next() throws IOException {
    return ExecFrame.read(bytes);
  }

  /** What a frame holds that is JSON. */
  public static Node json(ExecFrame frame) {
    return Json.read(new String(frame.payload(), StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    connection.disconnect(); // Closing the stream instead would read an endless answer to its end.
    try {
      bytes.close();
    } catch (IOException gone) { // The connection was cut above.
    }
  }
}
