package dev.sluice.spring;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

final class ArchitectureTest {
  private static final JavaClasses CODE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.sluice.spring");

  /** An application has the classes of one version, or of none. */
  @Test
  void onlyOneClassSeesTheHealthOfEachVersion() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName("dev.sluice.spring.Boot3Health")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.springframework.boot.actuate..")
        .check(CODE);
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName("dev.sluice.spring.Boot4Health")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.springframework.boot.health..")
        .check(CODE);
  }

  @Test
  void seesNoMoreOfTheRunnerThanAnApplicationMay() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.sluice.runner.*..", "org.apache.kafka..")
        .check(CODE);
  }
}
