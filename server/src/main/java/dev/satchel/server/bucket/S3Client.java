package dev.satchel.server.bucket;

import static java.net.http.HttpResponse.BodyHandlers.limiting;
import static java.net.http.HttpResponse.BodyHandlers.ofByteArray;

import dev.satchel.core.bucket.Bucket;
import dev.satchel.core.bucket.KeyPair;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Sends requests without a body to a bucket, and follows no redirection. */
final class S3Client {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final int BODY_MAX_BYTES = 1 << 20;

  private final InstantSource clock;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(LIMIT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  S3Client(InstantSource clock) {
    this.clock = clock;
  }

  S3Answer list(Bucket bucket, String region, KeyPair keys) throws IOException {
    String prefix = bucket.prefix().isEmpty() ? "" : bucket.prefix() + "/";
    return send(
        "GET", bucket, "", "list-type=2&max-keys=1&prefix=" + encoded(prefix), region, keys);
  }

  /** The first object whose name begins so, whether it goes on or not. */
  S3Answer listFrom(Bucket bucket, String key, String region, KeyPair keys) throws IOException {
    return send("GET", bucket, "", "list-type=2&max-keys=1&prefix=" + encoded(key), region, keys);
  }

  S3Answer put(Bucket bucket, String key, String region, KeyPair keys) throws IOException {
    return send("PUT", bucket, key, "", region, keys);
  }

  S3Answer delete(Bucket bucket, String key, String region, KeyPair keys) throws IOException {
    return send("DELETE", bucket, key, "", region, keys);
  }

  private S3Answer send(
      String method, Bucket bucket, String key, String query, String region, KeyPair keys)
      throws IOException {
    URI endpoint = URI.create(bucket.endpoint());
    String host = bucket.forcePathStyle() ? "" : bucket.name() + ".";
    host += endpoint.getRawAuthority();
    String path = bucket.forcePathStyle() ? "/" + bucket.name() + "/" : "/";
    path += encoded(key).replace("%2F", "/");
    Instant now = clock.instant();
    URI uri =
        URI.create(
            endpoint.getScheme() + "://" + host + path + (query.isEmpty() ? "" : "?" + query));
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .timeout(LIMIT)
            .header("x-amz-content-sha256", Signature.EMPTY_BODY)
            .header("x-amz-date", Signature.time(now))
            .header(
                "Authorization",
                Signature.authorization(method, host, path, query, region, now, keys))
            .method(
                method,
                method.equals("PUT")
                    ? HttpRequest.BodyPublishers.ofByteArray(new byte[0])
                    : HttpRequest.BodyPublishers.noBody())
            .build();
    return answer(request);
  }

  private S3Answer answer(HttpRequest request) throws IOException {
    try {
      HttpResponse<byte[]> response =
          answered(client.sendAsync(request, limiting(ofByteArray(), BODY_MAX_BYTES)));
      String text = new String(response.body(), StandardCharsets.UTF_8);
      return S3Answer.of(response.statusCode(), response.headers(), text);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** The request's own limit ends where the answer's head has come. */
  private static HttpResponse<byte[]> answered(CompletableFuture<HttpResponse<byte[]>> sent)
      throws IOException, InterruptedException {
    try {
      return sent.get(LIMIT.toMillis() + 1000, TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      sent.cancel(true);
      throw new HttpTimeoutException("the answer did not come whole in time");
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof IOException broken) {
        throw broken;
      }
      throw new IOException("the request failed", failed.getCause());
    }
  }

  /** As S3 wants it: everything but letters, digits and four signs. */
  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8)
        .replace("+", "%20")
        .replace("*", "%2A")
        .replace("%7E", "~");
  }
}
