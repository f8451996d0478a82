package dev.satchel.server.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.satchel.core.bucket.Bucket;
import dev.satchel.core.bucket.KeySecret;
import dev.satchel.core.volume.BucketMount;

/** A bucket mount within the text of a spec: names of keys, never keys. */
final class BucketJson {
  private BucketJson() {}

  static void write(ObjectNode json, BucketMount mount) {
    Bucket bucket = mount.bucket();
    json.put("bucket_name", bucket.name());
    json.put("endpoint_url", bucket.endpoint());
    json.put("region", bucket.region());
    json.put("prefix", bucket.prefix());
    json.put("force_path_style", bucket.forcePathStyle());
    json.put("access_key_secret", mount.accessKey().toString());
    json.put("secret_key_secret", mount.secretKey().toString());
  }

  static BucketMount read(JsonNode mount) {
    JsonNode json = mount.path("bucket");
    return new BucketMount(
        new Bucket(
            json.path("bucket_name").asText(),
            json.path("endpoint_url").asText(),
            json.path("region").asText(),
            json.path("prefix").asText(),
            json.path("force_path_style").asBoolean()),
        KeySecret.parse(json.path("access_key_secret").asText()),
        KeySecret.parse(json.path("secret_key_secret").asText()),
        mount.path("path").asText(),
        mount.path("read_only").asBoolean());
  }
}
