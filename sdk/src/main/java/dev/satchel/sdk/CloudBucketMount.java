package dev.satchel.sdk;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Somebody's bucket, at any S3 endpoint, shown to a workload as a directory. It names the secrets
 * that hold the bucket's keys and holds none itself. Immutable and thread-safe; asks nothing.
 *
 * <pre>{@code
 * CloudBucketMount raw =
 *     CloudBucketMount.builder("raw", URI.create("https://s3.example.com"))
 *         .accessKeySecret("r2-id")
 *         .secretKeySecret(Secret.fromName("r2-key"))
 *         .prefix("2026/")
 *         .readOnly(true)
 *         .build();
 * satchel.submit(s -> s.command("ls", "/raw").buckets(raw.mountedAt("/raw")));
 * }</pre>
 */
public final class CloudBucketMount {
  private final Builder made;

  private CloudBucketMount(Builder made) {
    this.made = made;
  }

  /**
   * A bucket of a name.
   *
   * @param bucketName as its provider knows it
   * @param endpointUrl of the provider
   * @return a builder, which needs both keys yet
   */
  public static Builder builder(String bucketName, URI endpointUrl) {
    return new Builder(bucketName, endpointUrl.toString());
  }

  /**
   * The same bucket at a path.
   *
   * @param path absolute
   * @return another one
   */
  public CloudBucketMount mountedAt(String path) {
    return made.copy().mountPath(path).build();
  }

  /**
   * As {@link #mountedAt}, in a word.
   *
   * @param path absolute
   * @return another one
   */
  public CloudBucketMount mount(String path) {
    return mountedAt(path);
  }

  /**
   * The bucket's name.
   *
   * @return as its provider knows it
   */
  public String bucketName() {
    return made.bucketName;
  }

  /**
   * The secret that holds the access key's id.
   *
   * @return its handle
   */
  public Secret accessKeySecret() {
    return made.needed(made.accessKeySecret, "accessKeySecret");
  }

  /**
   * The secret that holds the secret key.
   *
   * @return its handle
   */
  public Secret secretKeySecret() {
    return made.needed(made.secretKeySecret, "secretKeySecret");
  }

  /**
   * Where the provider is.
   *
   * @return its URL
   */
  public String endpointUrl() {
    return made.endpointUrl;
  }

  /**
   * The provider's region.
   *
   * @return {@code auto} where none was said
   */
  public String region() {
    return made.region;
  }

  /**
   * The part of the bucket that is shown.
   *
   * @return what all of its keys begin with; null for the whole bucket
   */
  public @Nullable String prefix() {
    return made.prefix;
  }

  /**
   * Whether nothing can be written.
   *
   * @return false where nobody said
   */
  public boolean readOnly() {
    return made.readOnly;
  }

  /**
   * Whether the bucket's name stands in the path of a URL and not in its host.
   *
   * @return false where nobody said
   */
  public boolean forcePathStyle() {
    return made.forcePathStyle;
  }

  /**
   * Where it is shown.
   *
   * @return null where it must be said yet
   */
  public @Nullable String mountPath() {
    return made.mountPath;
  }

  /** As a submit names it. */
  Map<String, Object> reference() {
    Map<String, Object> bucket = new LinkedHashMap<>();
    bucket.put("bucket_name", made.bucketName);
    bucket.put("endpoint_url", made.endpointUrl);
    bucket.put("region", made.region);
    if (made.prefix != null) {
      bucket.put("prefix", made.prefix);
    }
    bucket.put("force_path_style", made.forcePathStyle);
    bucket.put("access_key_secret", accessKeySecret().name());
    bucket.put("secret_key_secret", secretKeySecret().name());
    Map<String, Object> mount = new LinkedHashMap<>();
    mount.put("bucket", bucket);
    if (made.mountPath != null) {
      mount.put("path", made.mountPath);
    }
    mount.put("read_only", made.readOnly);
    return mount;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CloudBucketMount mount && mount.reference().equals(reference());
  }

  @Override
  public int hashCode() {
    return reference().hashCode();
  }

  @Override
  public String toString() {
    return "CloudBucketMount["
        + made.bucketName
        + (made.prefix == null ? "" : "/" + made.prefix)
        + (made.mountPath == null ? "" : " at " + made.mountPath)
        + (made.readOnly ? ", read-only" : "")
        + "]";
  }

  /** What a bucket mount is to be. Not thread-safe. */
  public static final class Builder {
    private final String bucketName;
    private final String endpointUrl;
    private @Nullable Secret accessKeySecret;
    private @Nullable Secret secretKeySecret;
    private String region = "auto";
    private @Nullable String prefix;
    private boolean readOnly;
    private boolean forcePathStyle;
    private @Nullable String mountPath;

    private Builder(String bucketName, String endpointUrl) {
      this.bucketName = bucketName;
      this.endpointUrl = endpointUrl;
    }

    private Builder copy() {
      Builder copy = new Builder(bucketName, endpointUrl);
      copy.accessKeySecret = accessKeySecret;
      copy.secretKeySecret = secretKeySecret;
      copy.region = region;
      copy.prefix = prefix;
      copy.readOnly = readOnly;
      copy.forcePathStyle = forcePathStyle;
      copy.mountPath = mountPath;
      return copy;
    }

    /**
     * The secret that holds the access key's id. Needed.
     *
     * @param secret of one entry
     * @return this
     */
    public Builder accessKeySecret(Secret secret) {
      accessKeySecret = secret;
      return this;
    }

    /**
     * The secret that holds the access key's id. Needed.
     *
     * @param secret the name of one of one entry, or {@code NAME/ENTRY}
     * @return this
     */
    public Builder accessKeySecret(String secret) {
      return accessKeySecret(Secret.fromName(secret));
    }

    /**
     * The secret that holds the secret key. Needed.
     *
     * @param secret of one entry
     * @return this
     */
    public Builder secretKeySecret(Secret secret) {
      secretKeySecret = secret;
      return this;
    }

    /**
     * The secret that holds the secret key. Needed.
     *
     * @param secret the name of one of one entry, or {@code NAME/ENTRY}
     * @return this
     */
    public Builder secretKeySecret(String secret) {
      return secretKeySecret(Secret.fromName(secret));
    }

    /**
     * The provider's region; {@code auto} where this is not called.
     *
     * @param name of a region
     * @return this
     */
    public Builder region(String name) {
      region = name;
      return this;
    }

    /**
     * Shows a part of the bucket; all of it where this is not called.
     *
     * @param start what the keys of that part begin with, such as {@code 2026/}
     * @return this
     */
    public Builder prefix(String start) {
      prefix = start;
      return this;
    }

    /**
     * Whether nothing can be written; false where this is not called.
     *
     * @param only true for reading
     * @return this
     */
    public Builder readOnly(boolean only) {
      readOnly = only;
      return this;
    }

    /**
     * Whether the bucket's name stands in the path of a URL and not in its host; false where this
     * is not called.
     *
     * @param force true for the path
     * @return this
     */
    public Builder forcePathStyle(boolean force) {
      forcePathStyle = force;
      return this;
    }

    /**
     * Where it is shown.
     *
     * @param path absolute
     * @return this
     */
    public Builder mountPath(String path) {
      mountPath = path;
      return this;
    }

    /**
     * The mount.
     *
     * @return which nothing was asked of
     * @throws IllegalStateException where a key is missing
     */
    public CloudBucketMount build() {
      needed(accessKeySecret, "accessKeySecret");
      needed(secretKeySecret, "secretKeySecret");
      return new CloudBucketMount(copy());
    }

    private Secret needed(@Nullable Secret secret, String method) {
      if (secret == null) {
        throw new IllegalStateException(
            "The bucket \"" + bucketName + "\" needs the secret of its key: call " + method + ".");
      }
      return secret;
    }

    @Override
    public String toString() {
      return "CloudBucketMount.Builder[" + bucketName + "]";
    }
  }
}
