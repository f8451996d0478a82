package dev.satchel.server.s3;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.bucket.Bucket;
import dev.satchel.core.bucket.KeyPair;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * The client of the service that has the bucket. It takes nothing from the machine's own settings,
 * and asks for none of the checksums that only AWS knows.
 */
final class S3Connection implements AutoCloseable {
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);
  private static final Duration SILENCE_LIMIT = Duration.ofSeconds(30);
  private static final Duration TRY_LIMIT = Duration.ofMinutes(2);
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final int NOT_FOUND = 404;
  private static final int PRECONDITION_FAILED = 412;
  private static final Pattern CODE = Pattern.compile("[A-Za-z0-9.]{1,64}");

  private final Bucket bucket;
  private final KeyFiles keys;
  private final Supplier<String> region;
  private volatile @Nullable S3Client client; // Null until it is needed, and its region is known.

  /**
   * @param region in which requests are signed; asked for until it is told
   */
  S3Connection(Bucket bucket, Supplier<String> region, KeyFiles keys) {
    this.bucket = bucket;
    this.region = region;
    this.keys = keys;
  }

  private S3Client client() {
    S3Client there = client;
    if (there != null) {
      return there;
    }
    String found = found();
    synchronized (this) {
      there = client;
      if (there == null) {
        there = client(found);
        client = there;
      }
      return there;
    }
  }

  private String found() { // May take long: nobody waits for another's try.
    try {
      return region.get();
    } catch (RefusedException e) {
      throw unavailable(e.detail());
    }
  }

  private S3Client client(String inRegion) {
    ProfileFile none = ProfileFile.aggregator().build();
    return S3Client.builder()
        .httpClient(
            UrlConnectionHttpClient.builder()
                .connectionTimeout(CONNECT_LIMIT)
                .socketTimeout(SILENCE_LIMIT)
                .build())
        .endpointOverride(URI.create(bucket.endpoint()))
        .region(Region.of(inRegion))
        .credentialsProvider(this::credentials)
        .forcePathStyle(bucket.forcePathStyle())
        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
        .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
        .serviceConfiguration(
            S3Configuration.builder().chunkedEncodingEnabled(false).profileFile(() -> none).build())
        .overrideConfiguration(
            configuration ->
                configuration
                    .defaultProfileFile(none)
                    .apiCallAttemptTimeout(TRY_LIMIT)
                    .apiCallTimeout(LIMIT))
        .build();
  }

  private AwsCredentials credentials() {
    try (KeyPair pair = keys.open()) {
      return AwsBasicCredentials.create(
          new String(pair.accessKey().bytes(), StandardCharsets.UTF_8),
          new String(pair.secretKey().bytes(), StandardCharsets.UTF_8));
    }
  }

  String bucket() {
    return bucket.name();
  }

  /**
   * Asks the service.
   *
   * @throws RefusedException OBJECT_STORE_UNAVAILABLE where it does not answer, or refuses
   */
  <T> T ask(Function<S3Client, T> request) {
    S3Client there = client();
    try {
      return request.apply(there);
    } catch (SdkException e) {
      throw refusal(e);
    }
  }

  /** Whether an object is not there; that there is no bucket is another matter. */
  static boolean isMissing(S3Exception e) {
    return e.statusCode() == NOT_FOUND && !code(e).equals("NoSuchBucket");
  }

  /** What the service calls it; "" where it says nothing, as to a HEAD. */
  static String code(S3Exception e) {
    String code = e.awsErrorDetails() == null ? null : e.awsErrorDetails().errorCode();
    return code != null && CODE.matcher(code).matches() ? code : "";
  }

  /** Without the service's own words, which may repeat what was sent. */
  RefusedException refusal(SdkException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof RefusedException refused) { // The keys could not be read.
        return unavailable(refused.detail());
      }
    }
    if (e instanceof S3Exception changed && changed.statusCode() == PRECONDITION_FAILED) {
      return new RefusedException(
          Reason.VOLUME_FILE_CONFLICT, "The file changed while it was read. Read it again.");
    }
    if (e instanceof S3Exception answered && answered.statusCode() > 0) {
      String code = code(answered);
      return unavailable(
          "The object store "
              + bucket
              + " answers "
              + (code.isEmpty() ? "status " + answered.statusCode() : code)
              + ". Look at its keys, and at the service.");
    }
    return unavailable(
        "The object store " + bucket + " at " + bucket.endpoint() + " cannot be reached now.");
  }

  private static RefusedException unavailable(String why) {
    return new RefusedException(Reason.OBJECT_STORE_UNAVAILABLE, why);
  }

  @Override
  public synchronized void close() {
    if (client != null) {
      client.close();
    }
  }
}
