package dev.satchel.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who may know whom. */
final class ArchitectureTest {
  private static final List<String> ADAPTERS =
      List.of("http", "store", "sodium", "disk", "process", "docker", "tls", "bucket", "s3");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.satchel");

  @Test
  void theScanFindsEveryRoom() {
    for (String adapter : ADAPTERS) {
      assertThat(CLASSES.containPackage("dev.satchel.server." + adapter)).as(adapter).isTrue();
    }
    assertThat(CLASSES.containPackage("dev.satchel.core.workload")).isTrue();
    assertThat(CLASSES.containPackage("dev.satchel.api")).isTrue();
  }

  @Test
  void coreKnowsNeitherAdaptersNorTheWireNorTheirLibraries() {
    noClasses()
        .that()
        .resideInAPackage("dev.satchel.core..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.satchel.server..",
            "dev.satchel.api..",
            "java.sql..",
            "io.javalin..",
            "com.fasterxml..",
            "com.goterl..",
            "software.amazon..",
            "picocli..")
        .check(CLASSES);
  }

  @Test
  void theWireKnowsNothing() {
    noClasses()
        .that()
        .resideInAPackage("dev.satchel.api..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.satchel.core..", "dev.satchel.server..", "dev.satchel.cli..")
        .check(CLASSES);
  }

  @Test
  void adaptersDoNotKnowOneAnother() {
    for (String adapter : ADAPTERS) {
      String[] others =
          ADAPTERS.stream()
              .filter(other -> !other.equals(adapter))
              .map(other -> "dev.satchel.server." + other + "..")
              .toArray(String[]::new);
      noClasses()
          .that()
          .resideInAPackage("dev.satchel.server." + adapter + "..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(others)
          .check(CLASSES);
    }
  }
}
