package dev.satchel.core.volume;

/**
 * Where data of volumes lies.
 *
 * @param name of an object store, as {@code s3://BUCKET/PREFIX}; empty for the server's disk
 * @param endpoint the address of its service, for others may have a bucket of that name; empty
 *     where it is not known, as of volumes from before it was kept
 */
public record StorePlace(String name, String endpoint) {
  public static final StorePlace DISK = new StorePlace("", "");

  public boolean isDisk() {
    return name.isEmpty();
  }

  /** Whether both are one; an address that is not known is taken for the other's. */
  public boolean isSame(StorePlace other) {
    return name.equals(other.name)
        && (endpoint.isEmpty() || other.endpoint.isEmpty() || endpoint.equals(other.endpoint));
  }

  /** As users read it. */
  @Override
  public String toString() {
    return endpoint.isEmpty() ? name : name + " at " + endpoint;
  }
}
