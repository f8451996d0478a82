package dev.satchel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.satchel.core.Needs;
import dev.satchel.core.PostgresCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Jobs that try to reach what is not theirs, through the server as it is shipped. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class IsolationTest {
  private static final String VICTIM = "attempt-of-somebody-else";

  private final Installation satchel = new Installation("isolation", "--grace", "1");
  private String victim = "";

  @BeforeAll
  void startWithAVictim() {
    satchel.start();
    satchel
        .admin()
        .send(
            "PUT",
            "/v1/secrets/victim",
            Map.of(
                "entries",
                List.of(
                    Map.of("type", "env", "location", "V", "value", Marker.value()),
                    Map.of("type", "file", "location", "/run/secrets/v", "value", Marker.value()))))
        .with(201);
    victim =
        satchel.submit(
            "sleep 300",
            Map.of("secrets", List.of("victim"), "env", Map.of("VICTIM_CANARY", VICTIM)));
    satchel.awaitState(victim, "running");
  }

  @AfterAll
  void stop() {
    satchel.close();
  }

  @Test
  void theOwnersJobReachesNeitherTheKeyNorOtherAttemptsNorTheServer() {
    needsIsolation();
    assertNoBreach(satchel.admin());
  }

  @Test
  void anotherCallersJobReachesThemNeither() {
    needsIsolation();
    assertNoBreach(satchel.as(runnerToken("tries")));
  }

  @Test
  void anotherCallersJobSeesSystemDirectoriesReadOnlyAndItsOwnDirectory() {
    needsIsolation();
    Client runner = satchel.as(runnerToken("looks"));
    String id =
        runner.submit(
            """
            echo "uid $(id -u)"
            echo "root $(ls -A / | tr '\\n' ' ')"
            for place in / /usr /usr/bin /etc /bin; do
              touch "$place/satchel-e2e" 2>/dev/null && echo "BREACH writes $place"
            done
            echo mine >file && cat file
            pwd
            [ -e "$KEPT" ] && echo "BREACH sees the caller's files"
            [ -e /etc/shadow ] && echo "BREACH sees /etc/shadow"
            exit 0
            """,
            Map.of("env", Map.of("KEPT", satchel.kept().toString())));
    JsonNode ended = runner.awaitEnd(id);
    String log = runner.log(id);
    assertThat(ended.path("state").asText()).as(log + ended).isEqualTo("completed");
    assertThat(log).doesNotContain("BREACH").contains("mine\n");
    if ("root".equals(System.getProperty("user.name"))) {
      assertThat(log).doesNotContain("uid 0\n");
    }
    String root = log.lines().filter(line -> line.startsWith("root ")).findFirst().orElseThrow();
    assertThat(List.of(root.substring("root ".length()).split(" ", -1)))
        .doesNotContain("root", "home", "srv", "opt", "mnt", "sys", "boot");
    assertThat(ended.path("isolation").asText()).isIn("bubblewrap", "unshare");
  }

  @Test
  void aMasterKeyOutsideOfTheDataDirectoryIsNoJobsToRead(@TempDir Path elsewhere)
      throws IOException {
    needsIsolation();
    Path key = elsewhere.resolve("key");
    try (Installation other =
        new Installation("key-elsewhere", "--grace", "1", "--master-key-file", key.toString())) {
      other.start();
      assertThat(Files.readString(key)).isNotBlank();
      String id = other.submit("cat '" + key + "' 2>/dev/null; echo end", Map.of());
      assertThat(other.awaitEnd(id).path("state").asText()).isEqualTo("completed");
      assertThat(other.log(id)).isEqualTo("end\n");
    }
  }

  @Test
  void aRunnerTokenUsesOnlyTheBundlesThatItNames() {
    Client runner = satchel.as(runnerToken("names", "victim"));
    assertThat(
            runner
                .send(
                    "POST",
                    "/v1/workloads",
                    Map.of("command", List.of("true"), "secrets", List.of("other")))
                .status())
        .isEqualTo(403);
    assertThat(runner.send("PUT", "/v1/secrets/x", Map.of("values", Map.of("A", "b"))).status())
        .isEqualTo(403);
  }

  private void assertNoBreach(Client client) {
    Map<String, String> tries = tries();
    StringBuilder script = new StringBuilder("exec 2>/dev/null\n");
    tries.forEach(
        (name, attempt) ->
            script
                .append("if ( ")
                .append(attempt)
                .append(" ) </dev/null >/dev/null; ")
                .append("then echo \"BREACH ")
                .append(name)
                .append("\"; ")
                .append("else echo \"kept ")
                .append(name)
                .append("\"; fi\n"));
    String id = client.submit(script.toString(), Map.of());
    assertThat(client.awaitEnd(id).path("state").asText()).isEqualTo("completed");
    assertThat(client.log(id).lines())
        .containsExactlyElementsOf(tries.keySet().stream().map(name -> "kept " + name).toList());
    assertThat(satchel.server().isAlive()).isTrue();
    assertThat(satchel.workload(victim).path("state").asText()).isEqualTo("running");
    assertThat(Files.exists(satchel.data().resolve("master.key"))).isTrue();
  }

  /** What a job may try, by name: shell commands that must all fail. */
  private Map<String, String> tries() {
    Path data = satchel.data();
    long server = satchel.server().pid();
    Map<String, String> tries = new LinkedHashMap<>();
    for (String file :
        List.of("master.key", "admin.token", "satchel.db", "attempts/" + victim + "-1/running")) {
      tries.put("read " + file, "cat '" + data.resolve(file) + "' | grep -q .");
      tries.put(
          "read " + file + " through process 1",
          "cat '/proc/1/root" + data.resolve(file) + "' | grep -q .");
    }
    if (Installation.POSTGRES) {
      Path password = PostgresCluster.shared().passwordFile();
      tries.put("read the database's password", "cat '" + password + "' | grep -q .");
    }
    tries.put("list the data directory", "ls -A '" + data + "' | grep -vqx attempts");
    tries.put(
        "list other attempts",
        "ls -A '" + data + "/attempts' | grep -vqxF \"$SATCHEL_ATTEMPT_ID\"");
    tries.put("write the data directory", "echo x >'" + data + "/planted'");
    tries.put(
        "find the server's variables",
        "grep -qa SATCHEL_E2E_CANARY=server-of /proc/[0-9]*/environ");
    tries.put("find another attempt's variables", "grep -qa VICTIM_CANARY= /proc/[0-9]*/environ");
    tries.put("list what is on tmpfs", "ls -A /dev/shm/satchel-*/* /run/satchel/* | grep -q .");
    tries.put("read another attempt's file", "cat /run/secrets/v | grep -q .");
    tries.put("unmount what hides", "umount '" + data + "' || umount -l '" + data + "'");
    tries.put("mount", "mount -t tmpfs none /mnt");
    tries.put(
        "enter another namespace", "nsenter -t 1 -m true || nsenter -t " + server + " -m true");
    tries.put(
        "unmount in a namespace of its own",
        "unshare -m true || unshare -rm sh -c \"umount -l '"
            + data
            + "'; cat '"
            + data
            + "/master.key' | grep -q .\"");
    tries.put("end the server", "kill -9 " + server);
    tries.put("take the server's memory", "head -c 1 /proc/" + server + "/mem | grep -q .");
    device()
        .ifPresent(
            device -> {
              tries.put("have the disk's node", "[ -b '" + device + "' ]");
              tries.put("read the disk", "head -c 4096 '" + device + "' | wc -c | grep -qvx 0");
              tries.put(
                  "make a node of the disk",
                  "mknod node b $(stat -c '0x%t 0x%T' '" + device + "')");
            });
    return tries;
  }

  /** The disk below the data directory, where one can be named. */
  private java.util.Optional<Path> device() {
    try {
      Path device = Path.of(Files.getFileStore(satchel.data()).name());
      return device.startsWith("/dev") && Files.exists(device)
          ? java.util.Optional.of(device)
          : java.util.Optional.empty();
    } catch (IOException e) {
      return java.util.Optional.empty();
    }
  }

  private String runnerToken(String name, String... uses) {
    return satchel
        .send(
            "POST",
            "/v1/tokens",
            Map.of("name", name, "roles", List.of("runner"), "uses", List.of(uses)))
        .with(201)
        .body()
        .path("token")
        .asText();
  }

  private void needsIsolation() {
    String isolation = satchel.workload(victim).path("isolation").asText();
    Needs.that(!isolation.equals("none"), "this test needs bubblewrap or namespaces");
  }
}
