package dev.satchel.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.satchel.core.RefusedException;
import dev.satchel.core.bucket.Bucket;
import dev.satchel.core.bucket.BucketRules;
import dev.satchel.core.bucket.KeySecret;
import dev.satchel.core.volume.BucketMount;
import org.jspecify.annotations.Nullable;

/** Reads a mount of somebody's bucket. */
final class BucketRequests {
  private BucketRequests() {}

  static BucketMount mount(String at, JsonNode item) {
    if (item.has("sync")) {
      throw RefusedException.invalid(
          at + ".sync", at + ".sync is for volumes: a bucket is mounted as it is. Leave it out.");
    }
    Fields mount = new Fields(Fields.objectOf(item, at), at, "bucket", "path", "read_only");
    String inside = mount.at("bucket");
    Fields fields =
        new Fields(
            Fields.objectOf(item.path("bucket"), inside),
            inside,
            "bucket_name",
            "endpoint_url",
            "region",
            "prefix",
            "read_only",
            "force_path_style",
            "access_key_secret",
            "secret_key_secret");
    if (mount.has("read_only") && fields.has("read_only")) {
      throw RefusedException.invalid(
          mount.at("read_only"), mount.at("read_only") + " is said twice; leave one out.");
    }
    return new BucketMount(
        new Bucket(
            fields.requiredText("bucket_name"),
            BucketRules.trimmed(fields.requiredText("endpoint_url")),
            orElse(fields.text("region"), Bucket.ANY_REGION),
            BucketRules.trimmed(orElse(fields.text("prefix"), "")),
            fields.flag("force_path_style")),
        key(fields, "access_key_secret"),
        key(fields, "secret_key_secret"),
        mount.requiredText("path"),
        mount.flag("read_only") || fields.flag("read_only"));
  }

  private static KeySecret key(Fields fields, String field) {
    return Fields.at(fields.at(field), () -> KeySecret.parse(fields.requiredText(field)));
  }

  private static String orElse(@Nullable String text, String otherwise) {
    return text == null ? otherwise : text;
  }
}
