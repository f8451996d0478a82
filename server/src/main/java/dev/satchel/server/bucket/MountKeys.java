package dev.satchel.server.bucket;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.satchel.core.bucket.BucketMountId;
import dev.satchel.core.bucket.KeyPair;
import dev.satchel.core.secret.SecretValue;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/**
 * The keys of a mount, asked for as its rclone asks.
 *
 * @param port of the loopback, where a {@link CredentialEndpoint} hands them out
 */
record MountKeys(int port) {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final JsonMapper MAPPER = new JsonMapper();

  /** Whoever asks closes them. */
  KeyPair of(BucketMountId id, String token) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(CredentialEndpoint.url(port, id)))
            .timeout(LIMIT)
            .header("Authorization", token)
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) { // Follows no redirection.
      HttpResponse<byte[]> answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
      if (answer.statusCode() != 200) {
        throw new IOException("its keys are not to be had now");
      }
      JsonNode json = MAPPER.readTree(answer.body());
      return new KeyPair(
          SecretValue.ofText("access key", json.path("AccessKeyId").asText()),
          SecretValue.ofText("secret key", json.path("SecretAccessKey").asText()),
          "");
    } catch (JsonProcessingException e) { // Its message may show what was read.
      throw new IOException("its keys are not to be had now");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
