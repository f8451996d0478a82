package dev.satchel.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.TestAuthority;
import dev.satchel.core.TestAuthority.Issued;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Certificates and keys in every form that people have them in, as openssl writes them. */
final class CertificateFilesTest {
  @TempDir Path directory;
  private TestAuthority authority;

  @BeforeEach
  void begin() {
    authority = new TestAuthority(directory);
  }

  @ParameterizedTest
  @CsvSource({
    "rsa:2048, pkey -traditional, BEGIN RSA PRIVATE KEY",
    "rsa:3072, pkey, BEGIN PRIVATE KEY",
    "ec -pkeyopt ec_paramgen_curve:P-256, ec, BEGIN EC PRIVATE KEY",
    "ec -pkeyopt ec_paramgen_curve:P-384, ec, BEGIN EC PRIVATE KEY",
    "ec -pkeyopt ec_paramgen_curve:P-521, pkey, BEGIN PRIVATE KEY",
    "ed25519, pkey, BEGIN PRIVATE KEY",
  })
  void everyCommonFormOfAKeyIsRead(String kind, String written, String label) throws IOException {
    authority.openssl(
        "req -x509 -newkey " + kind + " -nodes -subj /CN=a -days 20 -keyout a.key -out a.crt");
    authority.openssl(written + " -in a.key -out b.key");
    Path key = directory.resolve("b.key");
    assertThat(key).content().contains(label);
    ServerIdentity identity = new CertificateFiles(directory.resolve("a.crt"), closed(key)).open();
    assertThat(identity.fingerprint()).hasSize(64);
    assertThat(identity.warning(Instant.now())).isNull();
    assertThat(identity.warning(Instant.now().plus(Duration.ofDays(10)))).contains("expires at");
    assertThat(identity.warning(Instant.now().plus(Duration.ofDays(21)))).contains("has expired");
    assertThat(identity.warning(Instant.now().minus(Duration.ofDays(1)))).contains("not valid");
  }

  @Test
  void oneFileMayHoldTheKeyAndTheChain() throws IOException {
    Issued one = authority.issue("a", "DNS:localhost");
    Path all = directory.resolve("all.pem");
    String text =
        Files.readString(one.key())
            + "some words\n"
            + Files.readString(one.certificate())
            + Files.readString(authority.certificate());
    Path _ = closed(Files.writeString(all, text));
    assertThat(new CertificateFiles(all, all).open().fingerprint())
        .isEqualTo(new CertificateFiles(one.certificate(), one.key()).open().fingerprint());
  }

  @Test
  void whatDoesNotGoTogetherIsRefused() throws IOException {
    Issued one = authority.issue("a", "DNS:localhost");
    Issued other = authority.issue("b", "DNS:localhost");
    assertRefused(one.certificate(), other.key(), "b.key", "is not the key of", "a.crt");
    authority.openssl("genrsa -traditional -out rsa.key 2048");
    assertRefused(one.certificate(), directory.resolve("rsa.key"), "is not the key of");
    Path reversed = directory.resolve("reversed.crt");
    Path _ =
        Files.writeString(
            reversed,
            Files.readString(authority.certificate()) + Files.readString(one.certificate()));
    assertRefused(reversed, one.key(), "the server's own certificate before");
  }

  @Test
  void whatIsNotThereOrNothingOfTheKindIsRefusedByItsName() throws IOException {
    Issued one = authority.issue("a", "DNS:localhost");
    assertRefused(directory.resolve("no.crt"), one.key(), "no.crt of --tls-cert is not there");
    assertRefused(one.certificate(), directory.resolve("no.key"), "--tls-key is not there");
    assertRefused(one.key(), one.key(), "holds no certificate");
    assertRefused(one.certificate(), one.certificate(), "holds no private key");
    Path damaged = directory.resolve("damaged.key");
    String text = Files.readString(one.key());
    Path _ = closed(Files.writeString(damaged, text.replace("MI", "\u00ff!")));
    assertRefused(one.certificate(), damaged, "damaged.key");
    authority.openssl("pkey -in a.key -aes256 -passout pass:word -out sealed.key");
    assertRefused(
        one.certificate(), closed(directory.resolve("sealed.key")), "passphrase", "openssl pkey");
    authority.openssl("ec -in a.key -aes256 -passout pass:word -out older.key");
    assertRefused(one.certificate(), closed(directory.resolve("older.key")), "passphrase");
  }

  @Test
  void aKeyThatOthersMayReadIsRefused() throws IOException {
    Issued one = authority.issue("a", "DNS:localhost");
    Files.setPosixFilePermissions(one.key(), PosixFilePermissions.fromString("rw-r--r--"));
    assertRefused(one.certificate(), one.key(), "can be read by others", "chmod");
  }

  private static void assertRefused(Path certificate, Path key, String... words)
      throws IOException {
    String secret = Files.exists(key) ? Files.readAllLines(key).get(1) : "nothing";
    assertThatThrownBy(() -> new CertificateFiles(certificate, key).open())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll(words)
        .hasMessageNotContaining(secret);
  }

  private static Path closed(Path key) throws IOException {
    return Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
  }
}
