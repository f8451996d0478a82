package dev.satchel.server;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.bucket.Bucket;
import dev.satchel.core.bucket.BucketRules;
import dev.satchel.core.bucket.KeyPair;
import dev.satchel.server.bucket.BucketProbe;
import dev.satchel.server.s3.KeyFiles;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where {@code satchel serve} is told to keep volumes that any machine may have. */
final class ObjectStoreOptions {
  private static final String SCHEME = "s3://";
  private static final String AWS = "https://s3.amazonaws.com";

  @Option(
      names = "--object-store",
      paramLabel = "s3://BUCKET/PREFIX",
      description =
          "Keep cloud_bucket volumes in this bucket of an S3 service (default: in the data directory).")
  @Nullable String url;

  @Option(
      names = "--object-store-endpoint",
      paramLabel = "URL",
      description = "The service's address (default: that of AWS).")
  @Nullable String endpoint;

  @Option(
      names = "--object-store-moved-from",
      paramLabel = "URL",
      description = "The service's address before it moved: volumes made there are found here.")
  @Nullable String movedFrom;

  @Option(
      names = "--object-store-region",
      paramLabel = "REGION",
      defaultValue = Bucket.ANY_REGION,
      description =
          "The bucket's region, or auto for the one that the service names (default: ${DEFAULT-VALUE}).")
  String region = Bucket.ANY_REGION;

  @Option(
      names = "--object-store-path-style",
      description = "The bucket's name stands in the path of requests, not before the host's name.")
  boolean pathStyle;

  @Option(
      names = "--object-store-key-id-file",
      paramLabel = "FILE",
      description = "File that holds the id of the access key.")
  @Nullable Path keyIdFile;

  @Option(
      names = "--object-store-secret-file",
      paramLabel = "FILE",
      description = "File that holds the secret of the access key. New keys are taken up.")
  @Nullable Path secretFile;

  /**
   * What the options come to.
   *
   * @param bucket whose region may be {@link Bucket#ANY_REGION}
   * @param movedFrom null where the service was at no other address
   */
  record Place(Bucket bucket, @Nullable String movedFrom, KeyFiles keys) {
    /**
     * Tries to list and to write it.
     *
     * @return empty where all is well, else why the service cannot be told to be right or wrong now
     * @throws IllegalStateException with the one reason for which it cannot be used
     */
    String tried() {
      try (KeyPair pair = keys.openNamingFiles()) {
        var _ = probed(pair, true);
        return "";
      } catch (RefusedException e) {
        String why =
            e.detail().replace("cannot be mounted:", "cannot keep volumes (--object-store):");
        if (e.reason() == Reason.OBJECT_STORE_UNAVAILABLE) {
          return why;
        }
        throw new IllegalStateException(why, e);
      }
    }

    /**
     * The region in which requests to it are signed.
     *
     * @throws RefusedException where the service is to name it, and does not now
     */
    String region() {
      if (!bucket.region().equals(Bucket.ANY_REGION)) {
        return bucket.region();
      }
      try (KeyPair pair = keys.open()) {
        return probed(pair, false);
      }
    }

    private String probed(KeyPair pair, boolean write) {
      return new BucketProbe(InstantSource.system()).probe(bucket, pair, write);
    }
  }

  /** Null where volumes are kept in the data directory. */
  @Nullable Place place() {
    if (url == null || url.isEmpty()) {
      return null;
    }
    if (!url.startsWith(SCHEME)) {
      throw new IllegalStateException(
          "--object-store is s3://BUCKET or s3://BUCKET/PREFIX; the service's address is"
              + " --object-store-endpoint.");
    }
    String[] parts = url.substring(SCHEME.length()).split("/", 2);
    String given = endpoint == null || endpoint.isEmpty() ? AWS : endpoint;
    Bucket bucket =
        new Bucket(
            parts[0],
            BucketRules.trimmed(given),
            region.isEmpty() ? Bucket.ANY_REGION : region,
            parts.length == 1 ? "" : BucketRules.trimmed(parts[1]),
            pathStyle);
    check(bucket);
    Path keyId = given(keyIdFile);
    Path secret = given(secretFile);
    if (keyId == null || secret == null) {
      throw new IllegalStateException(
          "--object-store needs "
              + (keyId == null ? "--object-store-key-id-file" : "--object-store-secret-file")
              + " FILE, which holds "
              + (keyId == null ? "the id" : "the secret")
              + " of its access key.");
    }
    return new Place(
        bucket, movedFrom(), new KeyFiles(keyId.toAbsolutePath(), secret.toAbsolutePath()));
  }

  private @Nullable String movedFrom() {
    return movedFrom == null || movedFrom.isEmpty() ? null : BucketRules.trimmed(movedFrom);
  }

  private static void check(Bucket bucket) {
    try {
      BucketRules.check("", bucket);
    } catch (RefusedException e) {
      throw new IllegalStateException(
          e.detail()
              .replace("bucket_name", "The bucket of --object-store")
              .replace("prefix is", "The prefix of --object-store is")
              .replace("endpoint_url", "--object-store-endpoint")
              .replace("force_path_style", "--object-store-path-style")
              .replace("region is", "--object-store-region is"),
          e);
    }
  }

  /** A variable that is set to nothing sets nothing. */
  private static @Nullable Path given(@Nullable Path file) {
    return file == null || file.toString().isEmpty() ? null : file;
  }

  /** The files of its keys. */
  Stream<@Nullable Path> secretFiles() {
    return Stream.of(given(keyIdFile), given(secretFile));
  }
}
