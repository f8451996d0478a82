package dev.satchel.server.sodium;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.satchel.core.Needs;
import dev.satchel.core.secret.BouncyCastleSealer;
import dev.satchel.core.secret.BoxAddress;
import dev.satchel.core.secret.KeyRing;
import dev.satchel.core.secret.KeyRow;
import dev.satchel.core.secret.Sealer;
import dev.satchel.core.secret.SecretValue;
import dev.satchel.core.store.MemoryStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Boxes as the sealing page describes them: the published ones, and PyNaCl's and ours mixed. */
final class SealingFileTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final Path ROOT =
      Path.of(System.getProperty("basedir", "."), "..").toAbsolutePath().normalize();
  private static final JsonMapper MAPPER = new JsonMapper();

  @Test
  void thePublishedVectorsHold() throws IOException {
    JsonNode file = MAPPER.readTree(ROOT.resolve("docs/sealing-vectors.json").toFile());
    assertThat(file.path("boxes").size()).isPositive();
    assertOpens(file, new SodiumSealer());
    assertOpens(file, new BouncyCastleSealer());
    assertDerived(file, new SodiumSealer());
    assertDerived(file, new BouncyCastleSealer());
  }

  @Test
  void theSealingPageShowsTheFirstVector() throws IOException {
    JsonNode file = MAPPER.readTree(ROOT.resolve("docs/sealing-vectors.json").toFile());
    String page = Files.readString(ROOT.resolve("docs/sealing.md")).replaceAll("\\s", "");
    JsonNode box = file.path("boxes").path(0);
    for (JsonNode shown :
        List.of(
            file.path("master_key"),
            file.path("master_id"),
            file.path("wrap_key"),
            file.path("keys").path(0).path("id"),
            file.path("keys").path(0).path("wrapped"),
            box.path("message"),
            box.path("box_key"),
            box.path("box"))) {
      assertThat(page).contains(shown.asText());
    }
  }

  @Test
  void pynaclOpensWhatWeSealed(@TempDir Path directory) throws Exception {
    String python = Needs.pythonWithNacl(ROOT);
    Path file = directory.resolve("boxes.json");
    Files.writeString(file, MAPPER.writeValueAsString(sealed()));
    assertThat(check(python, "verify", file.toString())).contains(" 0 wrong");
    assertThat(check(python, "verify", ROOT.resolve("docs/sealing-vectors.json").toString()))
        .contains(" 0 wrong");
  }

  @Test
  void weOpenWhatPynaclSealed() throws Exception {
    JsonNode made = MAPPER.readTree(check(Needs.pythonWithNacl(ROOT), "make"));
    assertOpens(made, new SodiumSealer());
    assertThat(made)
        .as("the published vectors are what the script makes")
        .isEqualTo(MAPPER.readTree(ROOT.resolve("docs/sealing-vectors.json").toFile()));
  }

  /** A ring of the file's master and data keys opens each box at its address. */
  private static void assertOpens(JsonNode file, Sealer sealer) {
    MemoryStore store = new MemoryStore();
    KeyRing ring = new KeyRing(sealer, bytes(file, "master_key"));
    for (JsonNode key : file.path("keys")) {
      KeyRow row =
          new KeyRow(
              key.path("id").asText(), ring.masterId(), bytes(key, "wrapped"), true, Instant.EPOCH);
      boolean done =
          store.write(
              tx -> {
                tx.keys().insert(row);
                return true;
              });
      assertThat(done).isTrue();
    }
    ring.open(store, new byte[32], Instant.EPOCH);
    assertThat(ring.masterId()).isEqualTo(file.path("master_id").asText());
    for (JsonNode box : file.path("boxes")) {
      SecretValue value = store.read(tx -> ring.open(tx, address(box), bytes(box, "box")));
      assertThat(HEX.formatHex(value.bytes())).isEqualTo(box.path("plaintext").asText());
    }
  }

  private static void assertDerived(JsonNode file, Sealer sealer) {
    byte[] dataKey = bytes(file.path("keys").path(0), "data_key");
    byte[] wrapLabel = "satchel/wrap/1".getBytes(StandardCharsets.US_ASCII);
    assertThat(sealer.hash(bytes(file, "master_key"), wrapLabel))
        .isEqualTo(bytes(file, "wrap_key"));
    for (JsonNode box : file.path("boxes")) {
      byte[] message = address(box).message();
      assertThat(HEX.formatHex(message)).isEqualTo(box.path("message").asText());
      assertThat(sealer.hash(dataKey, message)).isEqualTo(bytes(box, "box_key"));
    }
  }

  /** What our ring seals, in the form of the published file. */
  private static ObjectNode sealed() {
    MemoryStore store = new MemoryStore();
    KeyRing ring = new KeyRing(new SodiumSealer(), filled(11));
    ring.open(store, filled(12), Instant.EPOCH);
    ObjectNode file = MAPPER.createObjectNode();
    file.put("master_key", HEX.formatHex(filled(11)));
    file.put("master_id", ring.masterId());
    KeyRow row = store.read(tx -> tx.keys().all()).getFirst();
    file.putArray("keys")
        .addObject()
        .put("id", row.id())
        .put("data_key", HEX.formatHex(filled(12)))
        .put("wrapped", HEX.formatHex(row.wrapped()));
    var boxes = file.putArray("boxes");
    for (BoxAddress address :
        List.of(
            new BoxAddress("default", "bundle", "owner", 1, "env", "A"),
            new BoxAddress("ws-ü", "bundle", "owner", 1L << 40, "file", "ключ/🔑.pem"),
            new BoxAddress("default", "attempt", "w1", 2, "value", "17"))) {
      byte[] plaintext = (address + " holds žluťoučký").getBytes(StandardCharsets.UTF_8);
      byte[] box = store.read(tx -> ring.seal(tx, address, plaintext));
      ObjectNode boxed = boxes.addObject();
      boxed
          .putObject("address")
          .put("workspace", address.workspace())
          .put("kind", address.kind())
          .put("owner_id", address.ownerId())
          .put("revision", address.revision())
          .put("type", address.type())
          .put("location", address.location());
      boxed.put("message", HEX.formatHex(address.message()));
      boxed.put("plaintext", HEX.formatHex(plaintext));
      boxed.put("box", HEX.formatHex(box));
    }
    return file;
  }

  private static String check(String python, String... arguments)
      throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.add(python);
    command.add(ROOT.resolve("compat/sealing/check.py").toString());
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
    return said;
  }

  private static BoxAddress address(JsonNode box) {
    JsonNode address = box.path("address");
    return new BoxAddress(
        address.path("workspace").asText(),
        address.path("kind").asText(),
        address.path("owner_id").asText(),
        address.path("revision").asLong(),
        address.path("type").asText(),
        address.path("location").asText());
  }

  private static byte[] bytes(JsonNode from, String member) {
    return HEX.parseHex(from.path(member).asText());
  }

  private static byte[] filled(int filler) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) filler);
    return bytes;
  }
}
