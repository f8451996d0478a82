package dev.satchel.core.bucket;

/**
 * Somebody's bucket, or what begins with a prefix in it.
 *
 * @param endpoint of the S3 service, as {@code http://HOST[:PORT]} or {@code https://…}
 * @param region {@link #ANY_REGION} for whichever the service says
 * @param prefix empty for all of it, else without "/" at either end
 * @param forcePathStyle whether the bucket's name stands in the path, not in front of the host
 */
public record Bucket(
    String name, String endpoint, String region, String prefix, boolean forcePathStyle) {
  public static final String ANY_REGION = "auto";

  /** The same, as requests to it are signed. */
  public Bucket in(String itsRegion) {
    return new Bucket(name, endpoint, itsRegion, prefix, forcePathStyle);
  }

  /** What people know it by. */
  @Override
  public String toString() {
    return prefix.isEmpty() ? name : name + "/" + prefix;
  }
}
