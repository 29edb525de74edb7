package dev.sluice.app;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The program starts roles; what they do, and the local stack, it does not know. */
final class ArchitectureTest {
  private static final JavaClasses CODE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.sluice.app");

  @Test
  void productionKnowsNothingOfTheLocalStack() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.sluice.local..",
            "dev.sluice.embedded..",
            "dev.sluice.bench..",
            "dev.sluice.verification..")
        .because("lib/ has none of these classes (decision 34)")
        .check(CODE);
  }

  @Test
  void rolesAreStartedByTheirCommands() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.sluice.admission..",
            "dev.sluice.topology.*..",
            "dev.sluice.runner.*..",
            "dev.sluice.http..",
            "org.apache.kafka.streams..",
            "org.apache.avro..")
        .because("the program has no part in what a role does")
        .check(CODE);
  }

  @Test
  void packagesFormNoCircle() {
    slices().matching("dev.sluice.(**)").should().beFreeOfCycles().check(CODE);
  }
}
