package dev.satchel.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.satchel.core.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The doctor on real machines: with a server and without, whole and broken. */
final class DoctorTest {
  private final Installation satchel = new Installation("doctor");

  @BeforeEach
  void aServerThatKeepsSomething() {
    satchel.start();
    var _ = satchel.admin().put("kept", Map.of("V", Marker.value()));
  }

  @AfterEach
  void stop() {
    satchel.within(List.of());
    satchel.close();
  }

  @Test
  void aRunningServerIsWell() {
    Run well = satchel.satchel("doctor").ok();
    assertThat(well.out())
        .contains("All is well.", "opens the data", Installation.POSTGRES ? "answers" : "is sound");
    assertThat(told(well("--json"), "ports").path("detail").asText())
        .contains("(process " + satchel.server().pid() + ")");
    assertThat(told(well("--json"), "engines").path("detail").asText()).contains("process");
  }

  @Test
  void aUserOfNoNameIsNoStranger() {
    List<String> nameless = List.of("unshare", "--user", "--map-user=61234", "--map-group=61234");
    Needs.that(
        Needs.works("unshare", "--user", "--map-user=61234", "true"),
        "this test needs to make user namespaces");
    satchel.within(nameless);
    assertThat(satchel.satchel("run", "-q", "--", "id", "-u").ok().out()).isNotBlank();
  }

  @Test
  void theContainerEngineIsAsked() {
    Needs.command("docker");
    Run away =
        satchel.satchel(
            new byte[0], Map.of("DOCKER_HOST", "unix:///nonexistent.sock"), "doctor", "--json");
    assertThat(away.ok().code()).as("no server needs one").isZero();
    assertThat(told(away, "containers").path("verdict").asText()).isEqualTo("note");
    assertThat(told(away, "containers").path("detail").asText()).contains("/nonexistent.sock");
    assertThat(told(away, "containers").path("fix").asText()).contains("systemctl start docker");
    Run there =
        satchel.satchel(
            new byte[0], Map.of("DOCKER_HOST", TestDocker.needed().host()), "doctor", "--json");
    assertThat(told(there, "containers").path("detail").asText()).matches("Docker .* answers");
  }

  @Test
  void aStoppedOneIsWellToo() {
    satchel.stop();
    Map<String, String> before = Trees.digests(satchel.data());
    Run _ = satchel.satchel(new byte[0], Map.of("SATCHEL_PORT", "0"), "doctor").ok();
    assertThat(Trees.digests(satchel.data())).isEqualTo(before);
  }

  @Test
  void theWrongKeyIsToldBeforeTheNextStartWouldBeRefused() throws IOException {
    Path key = satchel.data().resolve("master.key");
    byte[] right = Files.readAllBytes(key);
    byte[] other = new byte[32];
    new SecureRandom().nextBytes(other);
    Path _ = Files.write(key, Base64.getEncoder().encode(other)); // The server runs on.
    JsonNode wrong = told(satchel.satchel("doctor", "--json"), "key");
    assertThat(wrong.path("verdict").asText()).isEqualTo("fail");
    assertThat(wrong.path("detail").asText()).contains("is not the key of this data");
    assertThat(wrong.path("fix").asText()).contains("--master-key-file");
    Path _ = Files.writeString(key, "no key");
    assertThat(told(satchel.satchel("doctor", "--json"), "key").path("detail").asText())
        .contains("32 bytes in base64");
    Path _ = Files.write(key, right);
    assertThat(satchel.satchel("doctor").code()).isZero();
  }

  @Test
  void aDamagedDatabaseIsTold() throws IOException {
    assumeFalse(Installation.POSTGRES, "a database that is no file is not damaged by a test");
    satchel.stop();
    Path _ = Files.writeString(satchel.data().resolve("satchel.db"), "no database ".repeat(1000));
    Run broken = satchel.satchel("doctor", "--json");
    assertThat(broken.code()).isEqualTo(1);
    assertThat(told(broken, "database").path("verdict").asText()).isEqualTo("fail");
  }

  @Test
  void aMachineWithoutBubblewrapAndTmpfsAndWithAFullDiskIsToldEachWithItsFix() throws IOException {
    Needs.command("bwrap");
    satchel.stop();
    Object user = Files.getAttribute(satchel.home(), "unix:uid");
    String bubblewrap = Path.of("/usr/bin/bwrap").toRealPath().toString();
    satchel.within(
        List.of(
            "bwrap",
            "--dev-bind",
            "/",
            "/",
            "--ro-bind",
            "/dev/null",
            bubblewrap,
            "--tmpfs",
            "/run",
            "--perms",
            "0755",
            "--dir",
            "/run/satchel",
            "--tmpfs",
            "/dev/shm",
            "--perms",
            "0755",
            "--dir",
            "/dev/shm/satchel-" + user,
            "--size",
            "20971520",
            "--perms",
            "0700",
            "--tmpfs",
            satchel.data().toString()));
    Run poor = satchel.satchel("doctor", "--json");
    assertThat(poor.code()).isEqualTo(1);
    assertThat(told(poor, "isolation").path("fix").asText()).contains("apt install bubblewrap");
    assertThat(told(poor, "tmpfs").path("detail").asText())
        .contains("/run/satchel is not a directory that only you may enter");
    assertThat(told(poor, "tmpfs").path("fix").asText()).contains("mount -t tmpfs");
    assertThat(told(poor, "disk").path("detail").asText()).contains("20 MiB free");
    assertThat(told(poor, "disk").path("verdict").asText()).isEqualTo("fail");
  }

  private Run well(String option) {
    return satchel.satchel("doctor", option).ok();
  }

  private static JsonNode told(Run doctor, String name) {
    try {
      for (JsonNode check : Client.JSON.readTree(doctor.out()).path("checks")) {
        if (check.path("name").asText().equals(name)) {
          return check;
        }
      }
      throw new AssertionError(doctor.out());
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}
