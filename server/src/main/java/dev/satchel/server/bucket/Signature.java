package dev.satchel.server.bucket;

import dev.satchel.core.bucket.KeyPair;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs a request without a body to S3. Source: AWS, "Authenticating Requests: Using the
 * Authorization Header (AWS Signature Version 4)".
 */
final class Signature {
  /** The SHA-256 of nothing. */
  static final String EMPTY_BODY =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final String SIGNED = "host;x-amz-content-sha256;x-amz-date";

  private Signature() {}

  /** How a time stands in {@code x-amz-date}. */
  static String time(Instant at) {
    return TIME.format(at);
  }

  /**
   * What stands in {@code Authorization}.
   *
   * @param path encoded, as it is sent
   * @param query encoded, its parts in order, as it is sent
   * @param host with the port, as it is sent
   */
  static String authorization(
      String method,
      String host,
      String path,
      String query,
      String region,
      Instant at,
      KeyPair keys) {
    String time = time(at);
    String scope = time.substring(0, 8) + "/" + region + "/s3/aws4_request";
    String request =
        String.join(
            "\n",
            method,
            path,
            query,
            "host:" + host,
            "x-amz-content-sha256:" + EMPTY_BODY,
            "x-amz-date:" + time,
            "",
            SIGNED,
            EMPTY_BODY);
    String toSign = String.join("\n", "AWS4-HMAC-SHA256", time, scope, hex(sha256(request)));
    byte[] key = key(keys.secretKey().bytes(), time.substring(0, 8), region);
    String signature = hex(hmac(key, toSign));
    Arrays.fill(key, (byte) 0);
    return "AWS4-HMAC-SHA256 Credential="
        + new String(keys.accessKey().bytes(), StandardCharsets.US_ASCII)
        + "/"
        + scope
        + ", SignedHeaders="
        + SIGNED
        + ", Signature="
        + signature;
  }

  private static byte[] key(byte[] secret, String date, String region) {
    byte[] first = new byte[4 + secret.length];
    System.arraycopy("AWS4".getBytes(StandardCharsets.US_ASCII), 0, first, 0, 4);
    System.arraycopy(secret, 0, first, 4, secret.length);
    byte[] key = hmac(first, date);
    Arrays.fill(first, (byte) 0);
    for (String part : new String[] {region, "s3", "aws4_request"}) {
      key = hmac(key, part);
    }
    return key;
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every Java has HmacSHA256", e);
    }
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
