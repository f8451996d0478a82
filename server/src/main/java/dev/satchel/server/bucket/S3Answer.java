package dev.satchel.server.bucket;

import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an S3 service answered. Source: AWS, "Error responses".
 *
 * @param code such as {@code NoSuchBucket}; empty where there is none
 */
record S3Answer(int status, String code, String region, Optional<Instant> date, String body) {
  private static final Pattern CODE = Pattern.compile("<Code>([A-Za-z0-9.]{1,64})</Code>");
  private static final Pattern REGION = Pattern.compile("<Region>([A-Za-z0-9_-]{1,64})</Region>");
  private static final Pattern EXPECTING = Pattern.compile("expecting '([A-Za-z0-9_-]{1,64})'");

  static S3Answer of(int status, HttpHeaders headers, String body) {
    String region =
        headers
            .firstValue("x-amz-bucket-region")
            .filter(it -> it.matches("[A-Za-z0-9_-]{1,64}"))
            .orElseGet(() -> first(REGION, body, first(EXPECTING, body, "")));
    return new S3Answer(
        status,
        first(CODE, body, ""),
        region,
        headers.firstValue("date").flatMap(S3Answer::instant),
        body);
  }

  boolean isGood() {
    return status / 100 == 2;
  }

  /** The code, or what stands for it. */
  String what() {
    return code.isEmpty() ? "status " + status : code;
  }

  private static String first(Pattern pattern, String body, String otherwise) {
    Matcher matcher = pattern.matcher(body);
    return matcher.find() ? matcher.group(1) : otherwise;
  }

  private static Optional<Instant> instant(String date) {
    try {
      return Optional.of(
          ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
