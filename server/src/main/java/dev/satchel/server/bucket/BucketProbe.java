package dev.satchel.server.bucket;

import dev.satchel.core.RandomIds;
import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.bucket.Bucket;
import dev.satchel.core.bucket.KeyPair;
import dev.satchel.core.secret.SecretValue;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.SSLException;

/** Tries a key pair against a bucket, and says in one sentence what is wrong. */
public final class BucketProbe {
  /** Where requests are signed as long as the service names no other. */
  static final String FIRST_REGION = "us-east-1";

  /** Source: AWS, "Error responses", RequestTimeTooSkewed. */
  private static final Duration SKEW_MAX = Duration.ofMinutes(15);

  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVER_ERRORS = 500;
  private static final int NOT_IMPLEMENTED = 501;
  private static final String PROBE = ".satchel-probe-";

  private final InstantSource clock;
  private final S3Client client;

  public BucketProbe(InstantSource clock) {
    this.clock = clock;
    this.client = new S3Client(clock);
  }

  /**
   * Tries it.
   *
   * @param write whether an object is to be written, and removed again
   * @return the region in which requests to the bucket are signed
   * @throws RefusedException MOUNT_FAILED; OBJECT_STORE_UNAVAILABLE where it may be right, and the
   *     service is not reached now, or has trouble of its own
   */
  public String probe(Bucket bucket, KeyPair keys, boolean write) {
    requireText("access key", keys.accessKey());
    requireText("secret key", keys.secretKey());
    try {
      String region = list(bucket, keys);
      if (write) {
        write(bucket, region, keys);
      }
      return region;
    } catch (IOException e) {
      throw refused(
          e instanceof SSLException ? Reason.MOUNT_FAILED : Reason.OBJECT_STORE_UNAVAILABLE,
          bucket,
          unreachable(bucket, e));
    }
  }

  private static void requireText(String what, SecretValue value) {
    byte[] bytes = value.bytes();
    boolean text = bytes.length > 0;
    for (byte each : bytes) {
      text &= each > ' ' && each < 0x7f;
    }
    if (!text) {
      throw new RefusedException(
          Reason.MOUNT_FAILED,
          "The "
              + what
              + " of the bucket is empty, or holds blanks, line breaks or letters that no key has."
              + " Write it anew: printf %s … | satchel secrets set NAME KEY=-.");
    }
  }

  private String list(Bucket bucket, KeyPair keys) throws IOException {
    boolean any = bucket.region().equals(Bucket.ANY_REGION);
    String region = any ? FIRST_REGION : bucket.region();
    S3Answer answer = client.list(bucket, region, keys);
    String named = answer.region();
    if (!answer.isGood() && any && !named.isEmpty() && !named.equals(region)) {
      region = named;
      answer = client.list(bucket, region, keys);
    }
    if (!answer.isGood()) {
      throw refused(reason(answer), bucket, denied(bucket, region, answer, "list it"));
    }
    return region;
  }

  private void write(Bucket bucket, String region, KeyPair keys) throws IOException {
    String key =
        (bucket.prefix().isEmpty() ? "" : bucket.prefix() + "/") + PROBE + RandomIds.longId();
    S3Answer put = client.put(bucket, key, region, keys);
    if (!put.isGood()) {
      throw refused(
          reason(put),
          bucket,
          denied(bucket, region, put, "write to it")
              + (put.status() == 403 ? " Mount it read-only, or use other keys." : ""));
    }
    S3Answer deleted = client.delete(bucket, key, region, keys);
    if (!deleted.isGood()) {
      throw refused(
          reason(deleted),
          bucket,
          denied(bucket, region, deleted, "delete what they wrote")
              + " The empty object "
              + key
              + " is left.");
    }
  }

  private String denied(Bucket bucket, String region, S3Answer answer, String act) {
    if (List.of(400, 401, 403).contains(answer.status()) && isSkewed(answer)) {
      return skewed(answer);
    }
    return switch (answer.code()) {
      case "NoSuchBucket" -> "there is no bucket of that name at " + bucket.endpoint() + ".";
      case "InvalidAccessKeyId" -> "the service knows no such access key (InvalidAccessKeyId).";
      case "SignatureDoesNotMatch" ->
          "the secret key does not belong to the access key (SignatureDoesNotMatch).";
      case "RequestTimeTooSkewed" -> skewed(answer);
      case "AuthorizationHeaderMalformed",
          "PermanentRedirect",
          "TemporaryRedirect",
          "IllegalLocationConstraintException" ->
          wrongRegion(region, answer);
      case "AccessDenied", "AllAccessDisabled" -> "its keys may not " + act + " (AccessDenied).";
      default ->
          switch (answer.status()) {
            case 301, 302, 303, 307, 308 -> redirected(bucket, region, answer);
            case 401, 403 -> "its keys may not " + act + " (" + answer.what() + ").";
            case 404 -> "there is no bucket of that name at " + bucket.endpoint() + ".";
            default -> "the service answers " + answer.what() + " to the try to " + act + ".";
          };
    };
  }

  /** Not followed: whoever may name the one endpoint has not named the other. */
  private static String redirected(Bucket bucket, String region, S3Answer answer) {
    return answer.region().isEmpty()
        ? "the endpoint "
            + bucket.endpoint()
            + " redirects to another place ("
            + answer.what()
            + "), which is not followed; name the endpoint that serves the bucket itself."
        : wrongRegion(region, answer);
  }

  private static String wrongRegion(String region, S3Answer answer) {
    boolean isNamed = !answer.region().isEmpty() && !answer.region().equals(region);
    String is = isNamed ? "in the region " + answer.region() : "in another region";
    return "it is " + is + ", not in " + region + "; say so, or leave the region out.";
  }

  private String skewed(S3Answer answer) {
    Instant now = clock.instant();
    String by =
        answer
            .date()
            .map(date -> Duration.between(date, now).toSeconds())
            .map(seconds -> " by " + Math.abs(seconds) + " seconds")
            .orElse("");
    return "the clocks of this machine and of the service differ"
        + by
        + ", by more than the 15 minutes that it allows; set this machine's.";
  }

  /** Not every service says so itself. */
  private boolean isSkewed(S3Answer answer) {
    return answer
        .date()
        .filter(date -> Duration.between(date, clock.instant()).abs().compareTo(SKEW_MAX) > 0)
        .isPresent();
  }

  private static String unreachable(Bucket bucket, IOException e) {
    String why =
        switch (e) {
          case UnknownHostException _ -> "its host's name is not known";
          case HttpTimeoutException _ -> "it does not answer in time";
          case ConnectException refused when isUnresolved(refused) ->
              "its host's name is not known";
          case ConnectException _ -> "nothing accepts connections there";
          case SSLException _ -> "its certificate is not trusted, or it speaks no TLS";
          default -> "the connection broke";
        };
    return "the endpoint " + bucket.endpoint() + " cannot be reached: " + why + ".";
  }

  private static boolean isUnresolved(Throwable e) {
    Throwable cause = e.getCause();
    return cause instanceof UnresolvedAddressException || (cause != null && isUnresolved(cause));
  }

  /** Whether the same may be answered another way a little later. */
  private static Reason reason(S3Answer answer) {
    boolean passes =
        answer.status() == TOO_MANY_REQUESTS
            || (answer.status() >= SERVER_ERRORS && answer.status() != NOT_IMPLEMENTED);
    return passes ? Reason.OBJECT_STORE_UNAVAILABLE : Reason.MOUNT_FAILED;
  }

  private static RefusedException refused(Reason reason, Bucket bucket, String why) {
    return new RefusedException(reason, "The bucket " + bucket + " cannot be mounted: " + why)
        .with("name", bucket.name());
  }
}
