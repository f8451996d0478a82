package dev.satchel.core.volume;

import dev.satchel.core.bucket.Bucket;
import dev.satchel.core.bucket.KeyPair;
import dev.satchel.core.secret.SecretValue;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/** An object store without objects. */
public final class FakeObjects implements ObjectStore {
  public final Set<String> removed = new ConcurrentSkipListSet<>();
  public volatile String pair = "server-id:server-key";
  public volatile OptionalLong usedBytes = OptionalLong.empty();
  private final String name;
  private final String endpoint;

  public FakeObjects(String name) {
    this(name, "http://127.0.0.1:9");
  }

  public FakeObjects(String name, String endpoint) {
    this.name = name;
    this.endpoint = endpoint;
  }

  @Override
  public StorePlace place() {
    return new StorePlace("s3://" + name, endpoint);
  }

  @Override
  public Bucket bucket() {
    return new Bucket(name, endpoint, "the-region", "", true);
  }

  @Override
  public Bucket bucket(String volumeId, String subdirectory) {
    String prefix = "volumes/" + volumeId + (subdirectory.isEmpty() ? "" : "/" + subdirectory);
    return new Bucket(name, endpoint, "the-region", prefix, true);
  }

  @Override
  public boolean holds(Bucket bucket) {
    return bucket.name().equals(name);
  }

  @Override
  public void requireDirectory(String volumeId, String subdirectory) {}

  @Override
  public KeyPair keys() {
    String[] halves = pair.split(":", 2);
    return new KeyPair(
        SecretValue.ofText("id", halves[0]), SecretValue.ofText("key", halves[1]), pair);
  }

  @Override
  public OptionalLong usedBytes(String volumeId) {
    return usedBytes;
  }

  @Override
  public void remove(String volumeId) {
    removed.add(volumeId);
  }

  @Override
  public boolean isRemoving(String volumeId) {
    return !removed.contains(volumeId);
  }

  @Override
  public VolumeFiles files(String volumeId) {
    throw new UnsupportedOperationException("there are no files");
  }
}
