package dev.satchel.core.bucket;

import dev.satchel.core.RefusedException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** What a bucket that is to be mounted must be. */
public final class BucketRules {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{1,62}");
  private static final Pattern REGION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,63}");
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.-]+|\\[[0-9A-Fa-f:.]+]");
  private static final Pattern LABELS =
      Pattern.compile("[A-Za-z0-9]+(-+[A-Za-z0-9]+)*(\\.[A-Za-z0-9]+(-+[A-Za-z0-9]+)*)*");

  private static final int ENDPOINT_MAX_CHARS = 512;
  private static final int PREFIX_MAX_BYTES = 512;

  private BucketRules() {}

  /**
   * Refuses a bucket of the wrong form.
   *
   * @param at what stands before its fields' names, such as {@code mounts[0].bucket.}
   */
  public static void check(String at, Bucket bucket) {
    if (!NAME.matcher(bucket.name()).matches() || bucket.name().contains("..")) {
      throw RefusedException.invalid(
          at + "bucket_name",
          at
              + "bucket_name is 2 to 63 letters, digits, \".\", \"_\" or \"-\", without the"
              + " endpoint and without the prefix.");
    }
    if (!REGION.matcher(bucket.region()).matches()) {
      throw RefusedException.invalid(
          at + "region", at + "region is a name such as eu-central-1, or \"auto\".");
    }
    checkEndpoint(at + "endpoint_url", bucket.endpoint());
    checkPrefix(at + "prefix", bucket.prefix());
    if (!bucket.forcePathStyle() && !isHost(bucket)) {
      throw RefusedException.invalid(
          at + "force_path_style",
          at
              + "force_path_style is needed here: without it the bucket's name stands before the"
              + " endpoint's in one host name, which this name, or an address, cannot.");
    }
  }

  /** No user, path or query: nothing that could be a key, for what calls the service shows it. */
  private static void checkEndpoint(String field, String endpoint) {
    if (!isEndpoint(endpoint)) {
      throw RefusedException.invalid(
          field,
          field
              + " is the service's address alone, such as https://s3.example.com or"
              + " http://10.0.0.5:9000, without user, bucket, path and query.");
    }
  }

  private static boolean isEndpoint(String endpoint) {
    try {
      URI uri = new URI(endpoint);
      String host = uri.getHost();
      return endpoint.length() <= ENDPOINT_MAX_CHARS
          && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
          && host != null
          && HOST.matcher(host).matches()
          && uri.getRawUserInfo() == null
          && (uri.getRawPath() == null || uri.getRawPath().isEmpty())
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private static boolean isHost(Bucket bucket) {
    String host = URI.create(bucket.endpoint()).getHost();
    boolean isAddress = host.startsWith("[") || host.matches("[0-9.]+");
    return !isAddress && LABELS.matcher(bucket.name()).matches();
  }

  private static void checkPrefix(String field, String prefix) {
    boolean plain = prefix.getBytes(StandardCharsets.UTF_8).length <= PREFIX_MAX_BYTES;
    for (String part : prefix.isEmpty() ? new String[0] : prefix.split("/", -1)) {
      plain &= !part.isEmpty() && !part.equals(".") && !part.equals("..");
    }
    if (!plain || prefix.chars().anyMatch(Character::isISOControl)) {
      throw RefusedException.invalid(
          field,
          field
              + " is what the objects' names begin with, such as 2026/raw/, of at most "
              + PREFIX_MAX_BYTES
              + " bytes, without \".\", \"..\", empty parts and control characters.");
    }
  }

  /** An endpoint or prefix as people write it, without the "/" that means nothing at its ends. */
  public static String trimmed(String text) {
    return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
  }
}
