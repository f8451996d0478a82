package dev.satchel.core.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.RefusedException;
import dev.satchel.core.secret.SecretValue;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a docker credential must say of its host. */
final class HostRulesTest {
  private static final String ADDRESS = "ssh://me@gpu.test:2222";
  private static final String HOST_KEY = "ssh-ed25519 " + "A".repeat(68);
  private static final String OTHER = "ecdsa-sha2-nistp256 " + "B".repeat(100) + "==";

  private static String key(String cipher) {
    byte[] start = ("openssh-key-v1\0\0\0\0\4" + cipher).getBytes(StandardCharsets.ISO_8859_1);
    return "-----BEGIN OPENSSH PRIVATE KEY-----\n"
        + Base64.getEncoder().encodeToString(start)
        + "\n-----END OPENSSH PRIVATE KEY-----";
  }

  private static Map<String, String> fields() {
    return new LinkedHashMap<>(
        Map.of("host", ADDRESS, "host_key", HOST_KEY, "private_key", key("none")));
  }

  private static Map<String, String> with(String field, String value) {
    Map<String, String> fields = fields();
    fields.put(field, value);
    return fields;
  }

  private static Map<String, String> without(String field) {
    Map<String, String> fields = fields();
    fields.remove(field);
    return fields;
  }

  private static void check(Map<String, String> fields) {
    Map<String, SecretValue> values = new LinkedHashMap<>();
    fields.forEach((field, text) -> values.put(field, SecretValue.ofText(field, text)));
    CredentialRules.check(CredentialKind.DOCKER, values);
  }

  private static void refused(Map<String, String> fields, String field, String... words) {
    assertThatThrownBy(() -> check(fields))
        .isInstanceOfSatisfying(
            RefusedException.class,
            refused -> {
              assertThat(refused.members()).containsEntry("field", "fields." + field);
              assertThat(refused.detail()).contains(words);
            });
  }

  @Test
  void aHostOverSshNeedsItsKeys_andTheRefusalSaysHowToGetThem() {
    assertThatCode(() -> check(fields())).doesNotThrowAnyException();
    refused(without("host_key"), "host_key", "ssh-keyscan -p 2222 gpu.test", "first use");
    refused(without("private_key"), "private_key", "private_key=@FILE");
  }

  @Test
  void aKeyThatNobodyCouldUnlockOrThatIsNoneIsRefused_andNotEchoed() {
    for (String wrong :
        List.of(
            key("aes2"),
            "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----",
            "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n-----END RSA PRIVATE KEY-----",
            "s3cret")) {
      refused(with("private_key", wrong), "private_key", "without a passphrase");
      assertThatThrownBy(() -> check(with("private_key", wrong))).hasMessageNotContaining("s3cret");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ssh-ed25519",
        "gpu.test",
        "@revoked * ssh-ed25519 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "gpu.test ssh-ed25519 AAAA\\n",
        "ssh-ed25519 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\nnonsense"
      })
  void whatIsNoHostKeyIsRefused(String wrong) {
    refused(with("host_key", wrong), "host_key", "ssh-keyscan");
  }

  @Test
  void aHostKeyIsTakenAsKeyscanPrintsIt_orAsAPublicKeyFileHasIt() {
    String scanned = "# gpu.test:2222 SSH-2.0-OpenSSH\n[gpu.test]:2222 " + HOST_KEY + "\n";
    assertThat(HostKeys.of(scanned + "|1|abc|def " + OTHER + "\n").keys())
        .containsExactly(HOST_KEY, OTHER);
    assertThat(HostKeys.of(HOST_KEY + " root@gpu").knownAs("x")).isEqualTo("x " + HOST_KEY + "\n");
  }

  @Test
  void whatIsOfSshIsRefusedElsewhere() {
    for (String field : List.of("host_key", "private_key", "socket")) {
      refused(Map.of("host", "unix:///run/a.sock", field, "x"), field, "ssh://");
    }
  }

  @Test
  void aSocketIsAPathAndALabelAWord() {
    check(with("socket", "/run/user/1000/docker.sock"));
    for (String wrong :
        List.of(
            "/run/%h.sock",
            "/run/${USER}.sock", "docker.sock", "/run/a:b", "/run/" + "a".repeat(101))) {
      refused(with("socket", wrong), "socket", "absolute path");
    }
    for (String label : List.of("vm_type", "gpu", "geolocation")) {
      check(with(label, "h100:8"));
      refused(with(label, "a b"), label, "label");
    }
    check(with("spot", "false"));
    refused(with("spot", "yes"), "spot", "true or false");
  }

  @Test
  void anAddressHasAUserAndAPort() {
    assertThat(new EngineAddress(ADDRESS).ssh())
        .isEqualTo(new EngineAddress.Ssh("me", "gpu.test", 2222));
    assertThat(new EngineAddress("ssh://me@[::1]").ssh())
        .isEqualTo(new EngineAddress.Ssh("me", "::1", 22));
    assertThat(new EngineAddress(ADDRESS).isOfThisMachine()).isFalse();
  }

  @Test
  void anAccountRunsOnSeveral() {
    assertThat(HostRules.names("a, b-2"))
        .containsExactly(new CredentialName("a"), new CredentialName("b-2"));
    for (String wrong : List.of("a,,b", "a b", ",", "a,".repeat(17) + "a")) {
      assertThatThrownBy(() -> HostRules.checkNames(wrong)).hasMessageContaining("commas");
    }
  }
}
