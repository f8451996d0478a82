package dev.satchel.core.bucket;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.secret.Bundle;
import dev.satchel.core.secret.Entry;
import dev.satchel.core.secret.Place;
import dev.satchel.core.secret.SecretValue;
import dev.satchel.core.secret.Secrets;
import dev.satchel.core.store.Tx;
import dev.satchel.core.volume.BucketMount;
import java.util.List;

/** The keys of buckets, as their bundles hold them in one unit of work. */
public final class StoredKeys {
  private StoredKeys() {}

  /**
   * Refuses where a half of the pair is not there.
   *
   * @throws RefusedException SECRET_MISSING or SECRET_ENTRY_MISSING, with {@code name}
   */
  public static void require(Tx tx, String workspace, BucketMount mount) {
    for (KeySecret key : List.of(mount.accessKey(), mount.secretKey())) {
      var _ = place(key, tx.bundles().places(bundle(tx, workspace, key).id()));
    }
  }

  /** The pair as it is now; refuses as {@link #require} does. */
  static KeyPair open(Tx tx, Secrets secrets, String workspace, BucketMount mount) {
    Bundle access = bundle(tx, workspace, mount.accessKey());
    Bundle secret = bundle(tx, workspace, mount.secretKey());
    SecretValue accessKey = value(tx, secrets, access, mount.accessKey());
    try {
      return new KeyPair(
          accessKey,
          value(tx, secrets, secret, mount.secretKey()),
          access.id() + ":" + access.revision() + " " + secret.id() + ":" + secret.revision());
    } catch (RuntimeException e) {
      accessKey.close();
      throw e;
    }
  }

  static Bundle bundle(Tx tx, String workspace, KeySecret key) {
    return tx.bundles()
        .find(workspace, key.bundle())
        .orElseThrow(() -> Secrets.missing(Reason.SECRET_MISSING, tx, workspace, key.bundle()));
  }

  private static SecretValue value(Tx tx, Secrets secrets, Bundle bundle, KeySecret key) {
    List<Entry> entries = secrets.opened(tx, bundle);
    SecretValue found = null;
    try {
      Place place = place(key, entries.stream().map(Entry::place).toList());
      found =
          entries.stream()
              .filter(entry -> entry.place().equals(place))
              .map(Entry::value)
              .findFirst()
              .orElseThrow();
      return found;
    } finally {
      for (Entry entry : entries) {
        if (entry.value() != found) {
          entry.value().close();
        }
      }
    }
  }

  private static Place place(KeySecret key, List<Place> places) {
    String entry = key.entry();
    if (entry == null && places.size() != 1) {
      throw missing(
          key,
          "has "
              + places.size()
              + " entries, and a bucket's key is one; say which, as "
              + key.bundle()
              + "/KEY");
    }
    return places.stream()
        .filter(place -> entry == null || place.location().equals(entry))
        .findFirst()
        .orElseThrow(() -> missing(key, "has no entry " + entry + ", which a bucket's key is"));
  }

  private static RefusedException missing(KeySecret key, String why) {
    return new RefusedException(
            Reason.SECRET_ENTRY_MISSING,
            "The secret \""
                + key.bundle()
                + "\" "
                + why
                + "; \"satchel secrets show "
                + key.bundle()
                + "\" lists its entries.")
        .with("name", key.bundle().value());
  }
}
