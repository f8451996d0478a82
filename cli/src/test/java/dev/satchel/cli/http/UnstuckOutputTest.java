package dev.satchel.cli.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An upload to a server that has stopped reading ends. */
@Timeout(20)
final class UnstuckOutputTest {
  @Test
  void whatNobodyReadsFails_andWhatIsReadSlowlyDoesNot() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread reader = Thread.ofVirtual().start(() -> readTo(server, 4 << 20));
      HttpURLConnection connection = connection(server);
      OutputStream out =
          new UnstuckOutput(
              connection.getOutputStream(), Duration.ofSeconds(1), connection::disconnect);
      write(out, 4); // The other side takes longer than that for all of it.
      assertThatThrownBy(() -> write(out, 64)).isInstanceOf(IOException.class);
      assertThatThrownBy(out::close).isInstanceOf(IOException.class);
      reader.interrupt();
    }
  }

  private static void write(OutputStream out, int mebibytes) throws IOException {
    for (int i = 0; i < 16 * mebibytes; i++) {
      out.write(new byte[1 << 16]);
    }
  }

  /** Slowly, and then no more. */
  private static void readTo(ServerSocket server, int bytes) {
    try (Socket socket = server.accept()) {
      socket.setReceiveBufferSize(1 << 16);
      for (int i = 0; i < bytes >> 16; i++) {
        byte[] read = socket.getInputStream().readNBytes(1 << 16);
        assertThat(read).isNotEmpty();
        Thread.sleep(Duration.ofMillis(40));
      }
      Thread.sleep(Duration.ofSeconds(60));
    } catch (IOException | InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  private static HttpURLConnection connection(ServerSocket server) throws IOException {
    URI address = URI.create("http://127.0.0.1:" + server.getLocalPort() + "/");
    HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection();
    connection.setRequestMethod("PUT");
    connection.setDoOutput(true);
    connection.setFixedLengthStreamingMode(1L << 30);
    return connection;
  }
}
