package dev.sluice.embedded;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The broker and the registry, beside everything else. */
final class ArchitectureTest {
  private static final JavaClasses CODE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.sluice.embedded");

  @Test
  void needsNothingOfOursButTheContractAndTheHttpServer() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "dev.sluice.embedded..",
            "dev.sluice.contract..",
            "dev.sluice.http..",
            "java..",
            "kafka..",
            "org.apache..",
            "org.jspecify..",
            "org.slf4j..",
            "org.testcontainers..",
            "com.fasterxml.jackson..")
        .because("the tests of every other module start it (decision 1)")
        .check(CODE);
  }

  @Test
  void packagesFormNoCircle() {
    slices().matching("dev.sluice.(**)").should().beFreeOfCycles().check(CODE);
  }
}
