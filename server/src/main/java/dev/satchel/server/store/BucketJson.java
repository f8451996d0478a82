package dev.satchel.server.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.satchel.core.bucket.Bucket;
import dev.satchel.core.bucket.KeySecret;
import dev.satchel.core.volume.BucketMount;
import org.jspecify.annotations.Nullable;

/** A bucket mount within the text of a spec: names of keys, never keys. */
final class BucketJson {
  private static final JsonMapper MAPPER = new JsonMapper();

  private BucketJson() {}

  static void write(ObjectNode json, BucketMount mount) {
    write(json, mount.bucket());
    json.put("access_key_secret", mount.accessKey().toString());
    json.put("secret_key_secret", mount.secretKey().toString());
  }

  private static void write(ObjectNode json, Bucket bucket) {
    json.put("bucket_name", bucket.name());
    json.put("endpoint_url", bucket.endpoint());
    json.put("region", bucket.region());
    json.put("prefix", bucket.prefix());
    json.put("force_path_style", bucket.forcePathStyle());
  }

  static BucketMount read(JsonNode mount) {
    JsonNode json = mount.path("bucket");
    return new BucketMount(
        bucket(json),
        KeySecret.parse(json.path("access_key_secret").asText()),
        KeySecret.parse(json.path("secret_key_secret").asText()),
        mount.path("path").asText(),
        mount.path("read_only").asBoolean());
  }

  private static Bucket bucket(JsonNode json) {
    return new Bucket(
        json.path("bucket_name").asText(),
        json.path("endpoint_url").asText(),
        json.path("region").asText(),
        json.path("prefix").asText(),
        json.path("force_path_style").asBoolean());
  }

  /** A bucket that no spec names; null for none. */
  static @Nullable String writeOwn(@Nullable Bucket bucket) {
    if (bucket == null) {
      return null;
    }
    ObjectNode json = MAPPER.createObjectNode();
    write(json, bucket);
    return json.toString();
  }

  /** Reads what {@link #writeOwn} wrote. */
  static @Nullable Bucket readOwn(@Nullable String text) {
    try {
      return text == null ? null : bucket(MAPPER.readTree(text));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a bucket in the store cannot be read", e);
    }
  }
}
