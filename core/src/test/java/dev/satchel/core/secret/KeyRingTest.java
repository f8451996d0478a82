package dev.satchel.core.secret;

import static dev.satchel.core.store.Rows.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.store.MemoryStore;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class KeyRingTest {
  private static final String VALUE = "a-value-that-nobody-may-see";
  private static final BoxAddress ADDRESS =
      new BoxAddress("default", "bundle", "owner", 3, "env", "DB_PASS");

  private final MemoryStore store = new MemoryStore();
  private final Sealer sealer = new BouncyCastleSealer();
  private final KeyRing ring = new KeyRing(sealer, key(1));

  @BeforeEach
  void open() {
    ring.open(store, key(2), NOW);
  }

  @Test
  void whatIsSealedOpensWhereItStands() {
    byte[] box = seal(ADDRESS);
    assertThat(text(ring, ADDRESS, box)).isEqualTo(VALUE);
    assertThat(new String(box, StandardCharsets.ISO_8859_1)).doesNotContain(VALUE);
    assertThat(seal(ADDRESS)).as("no two boxes are the same").isNotEqualTo(box);
  }

  @Test
  void aMovedBoxDoesNotOpen() {
    byte[] box = seal(ADDRESS);
    List<BoxAddress> elsewhere =
        List.of(
            new BoxAddress("other", "bundle", "owner", 3, "env", "DB_PASS"),
            new BoxAddress("default", "attempt", "owner", 3, "env", "DB_PASS"),
            new BoxAddress("default", "bundle", "another", 3, "env", "DB_PASS"),
            new BoxAddress("default", "bundle", "owner", 4, "env", "DB_PASS"),
            new BoxAddress("default", "bundle", "owner", 3, "file", "DB_PASS"),
            new BoxAddress("default", "bundle", "owner", 3, "env", "DB_USER"));
    for (BoxAddress address : elsewhere) {
      assertDoesNotOpen(address, box);
    }
  }

  @Test
  void partsThatJoinToTheSameTextAreDifferentPlaces() {
    assertDoesNotOpen(
        new BoxAddress("default", "bundle", "owner", 3, "en", "vDB_PASS"), seal(ADDRESS));
    assertDoesNotOpen(
        new BoxAddress("default", "bundle", "owner3", 3, "env", "x"),
        seal(new BoxAddress("default", "bundle", "owner", 33, "env", "x")));
  }

  @Test
  void aBoxThatIsCutDoesNotOpen() {
    byte[] box = seal(ADDRESS);
    for (int length = 0; length < box.length; length++) {
      assertDoesNotOpen(ADDRESS, Arrays.copyOf(box, length));
    }
  }

  @Test
  void aBoxWithOneBitAlteredDoesNotOpen() {
    byte[] box = seal(ADDRESS);
    for (int bit = 0; bit < box.length * 8; bit++) {
      byte[] altered = box.clone();
      altered[bit / 8] ^= (byte) (1 << bit % 8);
      assertDoesNotOpen(ADDRESS, altered);
    }
  }

  @Test
  void aBoxOfAnUnknownKeyNamesTheKey() {
    byte[] box = seal(ADDRESS);
    Arrays.fill(box, 0, 8, (byte) 0xab);
    assertThatThrownBy(() -> open(ADDRESS, box))
        .isInstanceOf(BrokenBoxException.class)
        .hasMessageContaining("abababababababab");
  }

  @Test
  void theMasterKeyOnlyWraps() {
    KeyRow row = store.read(tx -> tx.keys().all()).getFirst();
    byte[] box = seal(ADDRESS);
    assertThat(row.masterId()).isEqualTo(ring.masterId());
    assertThat(row.id()).isNotEqualTo(ring.masterId());
    assertThat(HexFormat.of().formatHex(box, 0, 8)).isEqualTo(row.id());
    assertThat(row.wrapped()).hasSize(24 + 16 + 32);
    assertThat(indexOf(row.wrapped(), key(2))).as("the data key in the clear").isNegative();
  }

  @Test
  void anotherRingOfTheSameMasterKeyOpensTheSameBoxes() {
    byte[] box = seal(ADDRESS);
    KeyRing again = new KeyRing(sealer, key(1));
    again.open(store, key(9), NOW); // Not used: there is a key.
    assertThat(store.read(tx -> tx.keys().all()).size()).isEqualTo(1);
    assertThat(text(again, ADDRESS, box)).isEqualTo(VALUE);
  }

  @Test
  void aWrongMasterKeyIsRefusedWithBothIdsAndNothingChanges() {
    KeyRow before = store.read(tx -> tx.keys().all()).getFirst();
    KeyRing wrong = new KeyRing(sealer, key(7));
    assertThatThrownBy(() -> wrong.open(store, key(8), NOW))
        .isInstanceOf(WrongMasterKeyException.class)
        .hasMessageContainingAll(before.id(), ring.masterId(), wrong.masterId());
    List<KeyRow> after = store.read(tx -> tx.keys().all());
    assertThat(after).containsExactly(before);
  }

  @Test
  void aWrappedKeyThatWasAlteredIsRefused() {
    MemoryStore other = new MemoryStore();
    KeyRow row = store.read(tx -> tx.keys().all()).getFirst();
    byte[] altered = row.wrapped().clone();
    altered[40] ^= 1;
    insert(other, new KeyRow(row.id(), row.masterId(), altered, true, NOW));
    assertThatThrownBy(() -> new KeyRing(sealer, key(1)).open(other, key(8), NOW))
        .isInstanceOf(WrongMasterKeyException.class);
  }

  @Test
  void aWrappedKeyUnderAnothersIdIsRefused() {
    MemoryStore other = new MemoryStore();
    KeyRow row = store.read(tx -> tx.keys().all()).getFirst();
    insert(other, new KeyRow("0123456789abcdef", row.masterId(), row.wrapped(), true, NOW));
    assertThatThrownBy(() -> new KeyRing(sealer, key(1)).open(other, key(8), NOW))
        .isInstanceOf(WrongMasterKeyException.class);
  }

  @Test
  void aKeyThatAnotherServerAddedIsLoadedWhenABoxNamesIt() {
    MemoryStore elsewhere = new MemoryStore();
    KeyRing other = new KeyRing(sealer, key(1));
    other.open(elsewhere, key(5), NOW);
    byte[] box =
        elsewhere.read(tx -> other.seal(tx, ADDRESS, VALUE.getBytes(StandardCharsets.UTF_8)));
    assertDoesNotOpen(ADDRESS, box);
    KeyRow row = elsewhere.read(tx -> tx.keys().all()).getFirst();
    insert(store, new KeyRow(row.id(), row.masterId(), row.wrapped(), false, NOW));
    assertThat(text(ring, ADDRESS, box)).isEqualTo(VALUE);
  }

  @Test
  void nothingPrintsWhatItHolds() {
    SecretValue value = SecretValue.of(VALUE.getBytes(StandardCharsets.UTF_8));
    Place place = new Place.Env("DB_PASS");
    byte[] box = seal(ADDRESS);
    KeyRow row = store.read(tx -> tx.keys().all()).getFirst();
    assertThat(
            List.of(
                value.toString(),
                new Entry(place, value).toString(),
                new SealedEntry(place, box).toString(),
                row.toString(),
                ADDRESS.toString()))
        .noneMatch(KeyRingTest::leaks);
    assertThat(value.toString()).isEqualTo("SecretValue[redacted]");
  }

  @Test
  void aClosedValueIsOverwritten() {
    SecretValue value = open(ADDRESS, seal(ADDRESS));
    value.close();
    assertThat(value.bytes()).containsOnly(0);
  }

  private void assertDoesNotOpen(BoxAddress address, byte[] box) {
    assertThatThrownBy(() -> open(address, box))
        .isInstanceOf(BrokenBoxException.class)
        .hasMessageContainingAll(address.ownerId(), address.location())
        .satisfies(
            thrown -> {
              StringWriter trace = new StringWriter();
              thrown.printStackTrace(new PrintWriter(trace));
              assertThat(leaks(trace.toString())).isFalse();
            });
  }

  private static boolean leaks(String text) {
    String hex = HexFormat.of().formatHex(VALUE.getBytes(StandardCharsets.UTF_8));
    return text.contains(VALUE)
        || text.contains(hex)
        || text.contains("0202020202020202")
        || text.contains("0101010101010101");
  }

  private byte[] seal(BoxAddress address) {
    return store.read(tx -> ring.seal(tx, address, VALUE.getBytes(StandardCharsets.UTF_8)));
  }

  private SecretValue open(BoxAddress address, byte[] box) {
    return store.read(tx -> ring.open(tx, address, box));
  }

  private String text(KeyRing with, BoxAddress address, byte[] box) {
    SecretValue value = store.read(tx -> with.open(tx, address, box));
    return new String(value.bytes(), StandardCharsets.UTF_8);
  }

  private static void insert(MemoryStore into, KeyRow row) {
    var _ =
        into.write(
            tx -> {
              tx.keys().insert(row);
              return true;
            });
  }

  private static int indexOf(byte[] in, byte[] wanted) {
    return new String(in, StandardCharsets.ISO_8859_1)
        .indexOf(new String(wanted, StandardCharsets.ISO_8859_1));
  }

  private static byte[] key(int filler) {
    return SealerContract.key(filler);
  }
}
