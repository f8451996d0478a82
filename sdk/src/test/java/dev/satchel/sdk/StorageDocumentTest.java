package dev.satchel.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the document says that there is in Java, there is. */
final class StorageDocumentTest {
  private static final Pattern ROW = Pattern.compile("(?m)^\\| .* \\| (.*) \\|$");
  private static final Pattern NAME = Pattern.compile("`([A-Z]\\w+)\\.(\\w+)");
  private static final int ROWS = 40;

  private static Path document() {
    Path here = Path.of("").toAbsolutePath();
    return (here.endsWith("sdk") ? here.resolveSibling("docs") : here.resolve("docs"))
        .resolve("storage-sdk.md");
  }

  @Test
  void everyLineOfTheReferenceHasANameInJava() throws IOException {
    String rows =
        ROW.matcher(Files.readString(document()))
            .results()
            .map(row -> row.group(1))
            .reduce("", (all, row) -> all + "\n" + row);
    assertThat(rows.lines().count()).isGreaterThanOrEqualTo(ROWS);
    assertThat(NAME.matcher(rows).results().count()).isGreaterThan(ROWS);
    NAME.matcher(rows).results().forEach(StorageDocumentTest::assertThere);
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
