package dev.satchel.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the document says that there is in Java, there is. */
final class StorageDocumentTest {
  private static final Pattern ROW = Pattern.compile("(?m)^\\| (.*) \\| (.*) \\|$");

  /** What stands in the first column of the reference's rows, in its order. */
  private static final List<String> REFERENCE =
      List.of(
          "Secret.from_name",
          "Secret.create",
          "Secret.set",
          "Secret.list",
          "secret.delete",
          "ControlPlaneClient",
          "Volume.from_name",
          "raises on an incompatible backend or size",
          "Volume.cloud",
          "Volume.vast_local",
          "Volume.create",
          "Volume.list",
          "volume.delete",
          "volume.mount",
          "volume.mounted_at",
          "Volume.ephemeral",
          "name",
          "backend",
          "size_gb",
          "mount_path",
          "volume_id",
          "machine_id",
          "mount_path_default",
          "status",
          "vast_local",
          "CloudBucketMount",
          "bucket.mount",
          "bucket.mounted_at",
          "bucket_name",
          "access_key_secret",
          "secret_key_secret",
          "endpoint_url",
          "region",
          "prefix",
          "read_only",
          "force_path_style",
          "mount_path",
          "these types can be passed to",
          "@app.function",
          "service decorators",
          "@app.cls",
          "app.sandbox");

  private static final Pattern NAME = Pattern.compile("`([A-Z]\\w+)\\.(\\w+)");

  private static Path document() {
    Path here = Path.of("").toAbsolutePath();
    return (here.endsWith("sdk") ? here.resolveSibling("docs") : here.resolve("docs"))
        .resolve("storage-sdk.md");
  }

  @Test
  void everyLineOfTheReferenceHasANameInJava() throws IOException {
    List<MatchResult> rows =
        ROW.matcher(Files.readString(document())).results().skip(1).toList(); // After the heading.
    assertThat(rows).extracting(row -> named(row.group(1))).containsExactlyElementsOf(REFERENCE);
    for (MatchResult row : rows) {
      NAME.matcher(row.group(2)).results().forEach(StorageDocumentTest::assertThere);
    }
  }

  /** What a line of the reference is of, without what it takes and answers. */
  private static String named(String line) {
    return line.replace("`", "").replaceFirst("[(:].*", "").strip();
  }

  private static void assertThere(MatchResult name) {
    try {
      Class<?> type = Class.forName("dev.satchel.sdk." + name.group(1));
      assertThat(Modifier.isPublic(type.getModifiers())).as(name.group(1)).isTrue();
      assertThat(
              Stream.of(
                      Stream.of(type.getMethods()).map(Method::getName),
                      Stream.of(type.getFields()).map(Field::getName),
                      Stream.of(type.getClasses()).map(Class::getSimpleName))
                  .flatMap(names -> names))
          .as(name.group())
          .contains(name.group(2));
    } catch (ClassNotFoundException none) {
      throw new AssertionError(name.group(), none);
    }
  }
}
