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
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An upload to a server that has stopped reading ends. */
@Timeout(20)
final class UnstuckOutputTest {
  @Test
  void whatNobodyReadsFails_andWhatIsReadSlowlyDoesNot() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      failsOnceNobodyReads(server, connection(server, "http"));
    }
  }

  @Test
  void soItIsOverTls(@TempDir Path directory) throws Exception {
    SSLContext tls = tls(directory.resolve("keys"));
    try (ServerSocket server =
        tls.getServerSocketFactory().createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      HttpsURLConnection connection = (HttpsURLConnection) connection(server, "https");
      connection.setSSLSocketFactory(new LingeringSockets(tls.getSocketFactory()));
      failsOnceNobodyReads(server, connection);
    }
  }

  private static SSLContext tls(Path keys) throws Exception {
    char[] password = "changeit".toCharArray();
    String keytool = Path.of(System.getProperty("java.home"), "bin/keytool").toString();
    String arguments =
        " -genkeypair -keyalg EC -alias a -dname CN=test -ext san=ip:127.0.0.1 -storepass changeit";
    List<String> command = new ArrayList<>(List.of(keytool, "-keystore", keys.toString()));
    command.addAll(List.of(arguments.strip().split(" ", -1)));
    Process made = new ProcessBuilder(command).start();
    assertThat(made.waitFor()).isZero();
    KeyStore store = KeyStore.getInstance(keys.toFile(), password);
    KeyManagerFactory own = KeyManagerFactory.getInstance("PKIX");
    own.init(store, password);
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("a", store.getCertificate("a"));
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(own.getKeyManagers(), trust.getTrustManagers(), null);
    return tls;
  }

  private static void failsOnceNobodyReads(ServerSocket server, HttpURLConnection connection)
      throws IOException {
    Thread reader = Thread.ofVirtual().start(() -> readTo(server, 4 << 20));
    OutputStream out =
        new UnstuckOutput(
            connection.getOutputStream(), Duration.ofSeconds(1), connection::disconnect);
    write(out, 4); // The other side takes longer than that for all of it.
    assertThatThrownBy(() -> write(out, 64)).isInstanceOf(IOException.class);
    assertThatThrownBy(out::close).isInstanceOf(IOException.class);
    reader.interrupt();
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

  private static HttpURLConnection connection(ServerSocket server, String scheme)
      throws IOException {
    URI address = URI.create(scheme + "://127.0.0.1:" + server.getLocalPort() + "/");
    HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection();
    connection.setRequestMethod("PUT");
    connection.setDoOutput(true);
    connection.setFixedLengthStreamingMode(1L << 30);
    return connection;
  }
}
