package dev.satchel.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** A server that speaks HTTPS, with a certificate of nobody that Java knows. */
@TestInstance(Lifecycle.PER_CLASS)
final class TlsTest {
  private Path certificate;
  private RunningServer server;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    certificate = directory.resolve("server.crt");
    Path key = directory.resolve("server.key");
    List<String> openssl =
        List.of(
            "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 20 -subj /CN=server -addext subjectAltName=DNS:localhost -keyout"
                .split(" ", -1));
    List<String> command = new java.util.ArrayList<>(openssl);
    command.addAll(List.of(key.toString(), "-out", certificate.toString()));
    assertThat(new ProcessBuilder(command).start().waitFor()).isZero();
    server =
        new RunningServer(
            directory,
            Map.of("SATCHEL_TLS_CERT", certificate.toString(), "SATCHEL_TLS_KEY", key.toString()));
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @Test
  void theAuthorityThatIsNamedIsBelieved() {
    try (Satchel satchel = at("https://localhost").caCertificate(certificate).build()) {
      assertThat(satchel.createSecret("kept", Map.of("K", "v")).name()).isEqualTo("kept");
    }
  }

  @Test
  void anAuthorityThatNobodyKnowsIsNotAndTheMessageSaysWhatToDo() {
    try (Satchel satchel = at("https://localhost").build()) {
      assertThatThrownBy(() -> satchel.createSecret("not", Map.of("K", "v")))
          .isInstanceOf(Unavailable.class)
          .hasMessageContainingAll("authority that is not known", "SATCHEL_CA_CERT")
          .hasMessageNotContaining("may have been done");
    }
  }

  @Test
  void anotherNameIsNotBelieved() {
    try (Satchel satchel = at("https://127.0.0.1").caCertificate(certificate).build()) {
      assertThatThrownBy(() -> satchel.secrets().get("kept"))
          .isInstanceOf(Unavailable.class)
          .hasMessageContaining("is not for the name 127.0.0.1");
    }
  }

  @Test
  void plainHttpIsToldToBeginOtherwise() {
    try (Satchel satchel = at("http://localhost").build()) {
      assertThatThrownBy(() -> satchel.secrets().get("kept"))
          .isInstanceOf(Invalid.class)
          .hasMessageContaining("https://");
    }
  }

  @Test
  void aServerThatSpeaksPlainHttpIsToldOf(@TempDir Path directory) {
    try (RunningServer plain = new RunningServer(directory);
        Satchel satchel =
            Satchel.builder().url("https://127.0.0.1:" + plain.port()).token("sat_x").build()) {
      assertThatThrownBy(() -> satchel.secrets().get("kept"))
          .isInstanceOf(Unavailable.class)
          .hasMessageContainingAll("plain HTTP", "http://");
    }
  }

  @Test
  void aFileThatHoldsNoAuthorityIsToldOfAtOnce(@TempDir Path directory) throws IOException {
    Path empty = Files.writeString(directory.resolve("empty.pem"), "nothing\n");
    assertThatThrownBy(() -> at("https://localhost").caCertificate(empty).build())
        .isInstanceOf(NotConfigured.class)
        .hasMessageContaining("empty.pem");
    assertThatThrownBy(
            () -> at("https://localhost").caCertificate(directory.resolve("none")).build())
        .isInstanceOf(NotConfigured.class)
        .hasMessageContaining("none");
  }

  private Satchel.Builder at(String host) {
    return Satchel.builder().url(host + ":" + server.port()).token(server.token());
  }
}
