package dev.satchel.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.sdk.json.Json;
import java.net.URI;
import org.junit.jupiter.api.Test;

/** Buckets of others, as they are declared and sent. */
final class CloudBucketMountTest {
  private static final URI ENDPOINT = URI.create("https://s3.example.com");

  private static CloudBucketMount.Builder raw() {
    return CloudBucketMount.builder("raw", ENDPOINT)
        .accessKeySecret("r2-id")
        .secretKeySecret(Secret.fromName("r2/KEY"));
  }

  @Test
  void everyFieldIsSent() {
    CloudBucketMount whole =
        raw()
            .region("eu-1")
            .prefix("2026/")
            .readOnly(true)
            .forcePathStyle(true)
            .mountPath("/raw")
            .build();
    assertThat(Json.write(whole.reference()))
        .isEqualTo(
            "{\"bucket\":{\"bucket_name\":\"raw\",\"endpoint_url\":\"https://s3.example.com\","
                + "\"region\":\"eu-1\",\"prefix\":\"2026/\",\"force_path_style\":true,"
                + "\"access_key_secret\":\"r2-id\",\"secret_key_secret\":\"r2/KEY\"},"
                + "\"path\":\"/raw\",\"read_only\":true}");
    assertThat(whole.bucketName()).isEqualTo("raw");
    assertThat(whole.accessKeySecret()).isEqualTo(Secret.fromName("r2-id"));
    assertThat(whole.secretKeySecret()).isEqualTo(Secret.fromName("r2/KEY"));
    assertThat(whole.endpointUrl()).isEqualTo("https://s3.example.com");
    assertThat(whole.region()).isEqualTo("eu-1");
    assertThat(whole.prefix()).isEqualTo("2026/");
    assertThat(whole.readOnly()).isTrue();
    assertThat(whole.forcePathStyle()).isTrue();
    assertThat(whole.mountPath()).isEqualTo("/raw");
  }

  @Test
  void whatNobodySaidIsAsTheReferenceHasIt() {
    CloudBucketMount plain = raw().build();
    assertThat(Json.write(plain.reference()))
        .isEqualTo(
            "{\"bucket\":{\"bucket_name\":\"raw\",\"endpoint_url\":\"https://s3.example.com\","
                + "\"region\":\"auto\",\"force_path_style\":false,"
                + "\"access_key_secret\":\"r2-id\",\"secret_key_secret\":\"r2/KEY\"},"
                + "\"read_only\":false}");
    assertThat(plain.prefix()).isNull();
    assertThat(plain.mountPath()).isNull();
  }

  @Test
  void aMountIsACopyAtAPath() {
    CloudBucketMount plain = raw().build();
    CloudBucketMount there = plain.mountedAt("/there");
    assertThat(plain.mountPath()).isNull();
    assertThat(there.mountPath()).isEqualTo("/there");
    assertThat(there).isEqualTo(plain.mount("/there")).isNotEqualTo(plain);
    assertThat(there).hasToString("CloudBucketMount[raw at /there]");
  }

  @Test
  void whatIsBuiltDoesNotChangeWithItsBuilder() {
    CloudBucketMount.Builder builder = raw();
    CloudBucketMount first = builder.build();
    builder.region("other").mountPath("/x");
    assertThat(first.region()).isEqualTo("auto");
    assertThat(first.mountPath()).isNull();
  }

  @Test
  void aKeyThatIsMissingIsNamed() {
    assertThatThrownBy(() -> CloudBucketMount.builder("raw", ENDPOINT).accessKeySecret("a").build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("raw")
        .hasMessageContaining("secretKeySecret");
  }

  @Test
  void aSubmissionTakesThemWithVolumes() {
    Submission job = new Submission();
    job.command("ls").volumes(Volume.fromName("v")).buckets(raw().mountPath("/raw").build());
    assertThat(job.submit().body())
        .contains("\"mounts\":[{\"volume\":\"v\"},{\"bucket\":{\"bucket_name\":\"raw\"");
  }
}
