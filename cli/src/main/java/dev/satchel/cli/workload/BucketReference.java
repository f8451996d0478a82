package dev.satchel.cli.workload;

import dev.satchel.cli.session.CliException;
import dev.satchel.sdk.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * What {@code --bucket} takes: a bucket with a prefix, where it is mounted, and behind commas its
 * service and keys; or a mount in the JSON of the contract.
 */
final class BucketReference {
  private BucketReference() {}

  /** The shape of the contract. */
  static Object toWire(String given) {
    if (given.startsWith("{")) {
      return json(given);
    }
    String[] parts = given.split(",", -1);
    Map<String, Object> wire = new LinkedHashMap<>();
    Map<String, Object> bucket = new LinkedHashMap<>();
    wire.put("bucket", bucket);
    place(parts[0], wire, bucket);
    for (int i = 1; i < parts.length; i++) {
      int equals = parts[i].indexOf('=');
      String option = equals < 0 ? parts[i] : parts[i].substring(0, equals);
      String value = equals < 0 ? "" : parts[i].substring(equals + 1);
      if (value.isEmpty() != option.equals("path-style")) {
        throw malformed();
      }
      put(bucket, option, value);
    }
    return wire;
  }

  private static Object json(String given) {
    try {
      return Objects.requireNonNull(Json.read(given).value());
    } catch (RuntimeException e) {
      throw CliException.usage("--bucket: what begins with \"{\" must be a mount in JSON.");
    }
  }

  /** Reads {@code NAME[/PREFIX]:PATH[:ro]}. */
  private static void place(String text, Map<String, Object> wire, Map<String, Object> bucket) {
    int colon = text.indexOf(':');
    String path = colon < 0 ? "" : text.substring(colon + 1);
    String name = colon < 0 ? text : text.substring(0, colon);
    if (path.endsWith(":ro") || path.endsWith(":rw")) {
      wire.put("read_only", path.endsWith(":ro"));
      path = path.substring(0, path.length() - ":ro".length());
    }
    if (!path.startsWith("/") || name.isEmpty()) {
      throw malformed();
    }
    int slash = name.indexOf('/');
    bucket.put("bucket_name", slash < 0 ? name : name.substring(0, slash));
    if (slash >= 0 && slash < name.length() - 1) {
      bucket.put("prefix", name.substring(slash + 1));
    }
    wire.put("path", path);
  }

  private static void put(Map<String, Object> bucket, String option, String value) {
    switch (option) {
      case "endpoint" -> bucket.put("endpoint_url", value);
      case "region" -> bucket.put("region", value);
      case "access-key" -> bucket.put("access_key_secret", value);
      case "secret-key" -> bucket.put("secret_key_secret", value);
      case "keys" -> {
        bucket.put("access_key_secret", value + "/AWS_ACCESS_KEY_ID");
        bucket.put("secret_key_secret", value + "/AWS_SECRET_ACCESS_KEY");
      }
      case "path-style" -> bucket.put("force_path_style", true);
      default -> throw malformed();
    }
  }

  private static CliException malformed() {
    return CliException.usage(
        "--bucket takes NAME[/PREFIX]:PATH[:ro] and, behind commas, endpoint=URL, region=REGION,"
            + " path-style, and keys=SECRET or access-key=SECRET,secret-key=SECRET; or a mount in"
            + " JSON.",
        "satchel run --bucket raw/2026:/raw:ro,endpoint=https://s3.example.com,keys=r2 -- ls /raw");
  }
}
