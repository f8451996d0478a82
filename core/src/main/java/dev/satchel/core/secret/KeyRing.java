package dev.satchel.core.secret;

import dev.satchel.core.store.Store;
import dev.satchel.core.store.Tx;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Seals boxes to their address and opens them. The master key wraps data keys and does nothing
 * else; every box begins with the id of its data key. Thread-safe.
 */
public final class KeyRing {
  private static final byte[] ID_LABEL = "satchel/key-id/1".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] WRAP_LABEL = "satchel/wrap/1".getBytes(StandardCharsets.US_ASCII);
  private static final int ID_BYTES = 8;
  private static final HexFormat HEX = HexFormat.of();

  private final Sealer sealer;
  private final byte[] masterKey;
  private final String masterId;
  private final Map<String, byte[]> dataKeys = new ConcurrentHashMap<>();

  /**
   * @param masterKey 32 bytes, kept for as long as this lives
   */
  public KeyRing(Sealer sealer, byte[] masterKey) {
    this.sealer = sealer;
    this.masterKey = masterKey.clone();
    this.masterId = keyId(masterKey);
  }

  /** The id of the master key: safe to print. */
  public String masterId() {
    return masterId;
  }

  /**
   * Opens the ring against a store: makes the first data key where there is none, otherwise checks
   * that the master key unwraps every one.
   *
   * @param newDataKey 32 random bytes, used only where the store has no key yet
   * @throws WrongMasterKeyException where it does not; nothing was changed
   */
  public void open(Store store, byte[] newDataKey, Instant now) {
    if (store.read(tx -> tx.keys().all()).isEmpty()) {
      KeyRow first = new KeyRow(keyId(newDataKey), masterId, wrap(newDataKey), true, now);
      store.write(
          tx -> {
            if (tx.keys().all().isEmpty()) {
              tx.keys().insert(first);
            }
            return true;
          });
    }
    load(store.read(tx -> tx.keys().all()));
  }

  /**
   * Checks that the master key unwraps these data keys, and changes nothing.
   *
   * @throws WrongMasterKeyException where it does not
   */
  public void requireOpens(List<KeyRow> rows) {
    load(rows);
  }

  /** Seals under the active data key. */
  public byte[] seal(Tx tx, BoxAddress address, byte[] plaintext) {
    String id = tx.keys().activeId();
    byte[] boxKey = boxKey(dataKey(tx, id), address);
    byte[] sealed = sealer.seal(boxKey, plaintext);
    Arrays.fill(boxKey, (byte) 0);
    byte[] box = new byte[ID_BYTES + sealed.length];
    System.arraycopy(HEX.parseHex(id), 0, box, 0, ID_BYTES);
    System.arraycopy(sealed, 0, box, ID_BYTES, sealed.length);
    return box;
  }

  /**
   * Opens a box that was sealed to this address.
   *
   * @throws BrokenBoxException where it was not, or was altered, or its key is unknown
   */
  public SecretValue open(Tx tx, BoxAddress address, byte[] box) {
    if (box.length < ID_BYTES) {
      throw new BrokenBoxException(address, "it is too short");
    }
    String id = HEX.formatHex(box, 0, ID_BYTES);
    byte[] dataKey = dataKeyOrNull(tx, id);
    if (dataKey == null) {
      throw new BrokenBoxException(address, "it names the unknown key " + id);
    }
    byte[] boxKey = boxKey(dataKey, address);
    byte[] plaintext = sealer.open(boxKey, Arrays.copyOfRange(box, ID_BYTES, box.length));
    Arrays.fill(boxKey, (byte) 0);
    if (plaintext == null) {
      throw new BrokenBoxException(address, "it was not sealed for this place, or was altered");
    }
    return SecretValue.of(plaintext);
  }

  /** Seals each entry under the active data key, to where it stands. */
  public List<SealedEntry> sealAll(
      Tx tx, Function<Place, BoxAddress> address, List<Entry> entries) {
    return entries.stream()
        .map(
            entry ->
                new SealedEntry(
                    entry.place(), seal(tx, address.apply(entry.place()), entry.value().bytes())))
        .toList();
  }

  /** Opens boxes where they stand; the caller closes the values. */
  public List<Entry> openAll(
      Tx tx, Function<Place, BoxAddress> address, List<SealedEntry> entries) {
    return entries.stream()
        .map(entry -> new Entry(entry.place(), open(tx, address.apply(entry.place()), entry.box())))
        .toList();
  }

  private byte[] dataKey(Tx tx, String id) {
    byte[] key = dataKeyOrNull(tx, id);
    if (key == null) {
      throw new IllegalStateException("the active data key " + id + " is not in the ring");
    }
    return key;
  }

  private byte @Nullable [] dataKeyOrNull(Tx tx, String id) {
    if (!dataKeys.containsKey(id)) { // Another server may have added one.
      load(tx.keys().all());
    }
    return dataKeys.get(id);
  }

  private void load(List<KeyRow> rows) {
    for (KeyRow row : rows) {
      byte[] key = row.masterId().equals(masterId) ? unwrap(row) : null;
      if (key == null || !keyId(key).equals(row.id())) {
        throw new WrongMasterKeyException(row, masterId);
      }
      dataKeys.put(row.id(), key);
    }
  }

  private byte[] wrap(byte[] dataKey) {
    return sealer.seal(sealer.hash(masterKey, WRAP_LABEL), dataKey);
  }

  private byte @Nullable [] unwrap(KeyRow row) {
    return sealer.open(sealer.hash(masterKey, WRAP_LABEL), row.wrapped());
  }

  private byte[] boxKey(byte[] dataKey, BoxAddress address) {
    return sealer.hash(dataKey, address.message());
  }

  private String keyId(byte[] key) {
    return HEX.formatHex(sealer.hash(key, ID_LABEL), 0, ID_BYTES);
  }
}
