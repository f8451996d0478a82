package dev.satchel.core.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.RefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which registry an image is of, and which one a server is, however it is written. */
final class RegistryServerTest {
  @ParameterizedTest
  @CsvSource({
    "train, docker.io",
    "train:1, docker.io",
    "me/train, docker.io",
    "docker.io/me/train, docker.io",
    "index.docker.io/me/train, docker.io",
    "ghcr.io/me/train:latest, ghcr.io",
    "GHCR.io/me/train, ghcr.io",
    "localhost/train, localhost",
    "localhost:5000/train, localhost:5000",
    "127.0.0.1:5000/a/b@sha256:00, 127.0.0.1:5000",
  })
  void anImageIsOfTheRegistryBeforeItsFirstSlash(String image, String server) {
    assertThat(RegistryServer.ofImage(image).host()).isEqualTo(server);
  }

  @ParameterizedTest
  @CsvSource({
    "ghcr.io, ghcr.io",
    "https://GHCR.io/v2/, ghcr.io",
    "http://127.0.0.1:5000, 127.0.0.1:5000",
    "https://index.docker.io/v1/, docker.io",
    "registry-1.docker.io, docker.io",
  })
  void aServerIsReadAsPeopleWriteIt(String written, String server) {
    assertThat(RegistryServer.of(written).host()).isEqualTo(server);
  }

  @Test
  void anImageWhoseHostIsNoneIsRefusedAsAnImage() {
    assertThatThrownBy(() -> RegistryServer.ofImage("A_b/train"))
        .isInstanceOfSatisfying(
            RefusedException.class,
            refused -> assertThat(refused.members()).containsEntry("field", "image"));
  }

  @Test
  void aPortIsPartOfTheServer() {
    assertThat(RegistryServer.of("ghcr.io:443")).isNotEqualTo(RegistryServer.of("ghcr.io"));
  }
}
