package dev.satchel.server.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How often a service is asked what a volume holds. */
final class ObjectUsageTest {
  @TempDir Path directory;

  @Test
  void whatIsTooMuchToBeCountedIsRemembered() throws IOException {
    try (PlainS3 service = new PlainS3();
        S3Connection connection = service.connection(directory)) {
      ObjectUsage usage = new ObjectUsage(new S3Objects(connection), 2);
      service.fill("a/", 2001);
      assertThat(usage.bytes("a/")).isEmpty();
      assertThat(service.lists).hasValue(2);
      usage.add("a/", 5);
      assertThat(usage.bytes("a/")).isEmpty();
      assertThat(service.lists).hasValue(2);
      service.names.clear();
      usage.forget("a/");
      assertThat(usage.bytes("a/")).hasValue(0);
      usage.add("a/", 5);
      assertThat(usage.bytes("a/")).hasValue(5);
      assertThat(service.lists).hasValue(3);
    }
  }
}
