package dev.satchel.sdk;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Whom the SDK may know. */
final class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.satchel.sdk");

  @Test
  void theScanFindsEveryRoom() {
    assertThat(CLASSES.containPackage("dev.satchel.sdk.json")).isTrue();
    assertThat(CLASSES.containPackage("dev.satchel.sdk.discovery")).isTrue();
    assertThat(CLASSES.containPackage("dev.satchel.sdk.pack")).isTrue();
    assertThat(CLASSES.containPackage("dev.satchel.sdk.files")).isTrue();
  }

  @Test
  void theSdkKnowsTheWireTheRunnerAndTheJdkAlone() {
    classes()
        .that()
        .resideInAPackage("dev.satchel.sdk..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "dev.satchel.sdk..",
            "dev.satchel.api..",
            "dev.satchel.runner..",
            "java..",
            "javax.net.ssl..",
            "org.jspecify..")
        .check(CLASSES);
  }

  @Test
  void whatIsPublicMayBeCalledByReflection() {
    var hidden =
        CLASSES.stream()
            .filter(each -> each.getModifiers().contains(JavaModifier.PUBLIC))
            .flatMap(each -> Arrays.stream(each.reflect().getMethods()))
            .filter(method -> !Modifier.isPublic(method.getDeclaringClass().getModifiers()));
    assertThat(hidden).isEmpty();
  }

  @Test
  void itsInsideDoesNotKnowItsOutside() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "dev.satchel.sdk.json",
            "dev.satchel.sdk.discovery",
            "dev.satchel.sdk.pack",
            "dev.satchel.sdk.files")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.satchel.sdk")
        .check(CLASSES);
  }
}
