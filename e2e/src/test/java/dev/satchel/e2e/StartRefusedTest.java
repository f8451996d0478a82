package dev.satchel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A server that must not start says why, soon, and touches nothing. */
final class StartRefusedTest {
  private static final Duration SOON = Duration.ofSeconds(3);

  private final Installation satchel = new Installation("refused");

  @BeforeEach
  void keepSomething() {
    satchel.start();
    satchel.admin().put("kept", Map.of("V", Marker.value()));
    satchel.stop();
  }

  @AfterEach
  void stop() {
    satchel.close();
  }

  @Test
  void aMissingMasterKeyIsRefusedAndNoneIsMade() throws Exception {
    Path key = satchel.data().resolve("master.key");
    Path away = Files.move(key, satchel.home().resolve("master.key.away"));
    assertRefused("master key", "missing", "data key");
    assertThat(refusedSoon().err()).containsPattern("[0-9a-f]{16}.*[0-9a-f]{16}");
    assertThat(key).doesNotExist();
    Path _ = Files.move(away, key);
    assertItStillOpens();
  }

  @Test
  void aWrongMasterKeyIsRefused() throws Exception {
    Path key = satchel.data().resolve("master.key");
    byte[] right = Files.readAllBytes(key);
    byte[] other = new byte[32];
    new SecureRandom().nextBytes(other);
    Path _ = Files.write(key, Base64.getEncoder().encode(other));
    assertThat(refusedSoon().err()).containsPattern("[0-9a-f]{16}.*[0-9a-f]{16}");
    assertRefused("master key");
    Path _ = Files.write(key, right);
    assertItStillOpens();
  }

  @Test
  void aBrokenMasterKeyFileIsRefusedAndNotShown() throws Exception {
    Path key = satchel.data().resolve("master.key");
    byte[] right = Files.readAllBytes(key);
    Path _ = Files.writeString(key, Marker.value());
    assertRefused("master key");
    Path _ = Files.write(key, right);
    assertItStillOpens();
  }

  @Test
  void aDirectoryThatOthersMayEnterIsRefused() throws Exception {
    Path _ =
        Files.setPosixFilePermissions(satchel.data(), PosixFilePermissions.fromString("rwxr-xr-x"));
    assertRefused("chmod 700");
    Path _ =
        Files.setPosixFilePermissions(satchel.data(), PosixFilePermissions.fromString("rwx------"));
    assertItStillOpens();
  }

  @Test
  void aSecondServerOfTheSameDirectoryIsRefusedAndTheFirstServesOn() {
    satchel.start();
    String url = satchel.url();
    Run refused = refusedSoon();
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains("Another server").contains(satchel.data().toString());
    assertThat(satchel.send("GET", "/v1/secrets/kept", null).status()).isEqualTo(200);
    assertThat(Installation.text(satchel.data().resolve("server.json"))).contains(url);
  }

  @Test
  void aCopyIsRefusedWhileAJobOfTheOriginalRuns() throws Exception {
    satchel.start();
    String id = satchel.submit("sleep 60", Map.of());
    satchel.awaitState(id, "running");
    satchel.stop();
    Path copy = satchel.kept().resolve("copy");
    int copied = new ProcessBuilder("cp", "-r", "" + satchel.data(), "" + copy).start().waitFor();
    assertThat(copied).isZero();
    Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwx------"));
    Run refused = satchel.satchel("serve", "--port", "0", "--data", copy.toString());
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err())
        .contains(copy + " is a copy of " + satchel.data())
        .doesNotContain("\tat ");
    satchel.start();
    assertThat(satchel.workload(id).path("state").asText()).isEqualTo("running");
  }

  private void assertRefused(String... words) {
    Map<String, String> before = digests();
    Run refused = refusedSoon();
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.out()).doesNotContain("ready");
    assertThat(refused.err()).contains(words).doesNotContain("\tat ");
    assertThat(digests()).as("the files of the data directory").isEqualTo(before);
  }

  private Map<String, String> digests() {
    Map<String, String> digests = Trees.digests(satchel.data());
    String _ = digests.remove("lock");
    return digests;
  }

  /** Tries again where the machine is busy: what counts is how long it need take. */
  private Run refusedSoon() {
    return Soon.within(SOON, satchel::startRefused);
  }

  private void assertItStillOpens() {
    satchel.start();
    String id = satchel.submit("test -n \"$V\"", Map.of("secrets", java.util.List.of("kept")));
    assertThat(satchel.awaitEnd(id).path("exit_code").asInt()).isZero();
  }
}
