package dev.sluice.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The server, the commands and the client know one another in one direction only. */
final class ArchitectureTest {
  private static final JavaClasses CODE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.sluice.gateway");

  @Test
  void serverKnowsNeitherTheCommandsNorTheClient() {
    noClasses()
        .that()
        .resideInAPackage("dev.sluice.gateway")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.sluice.gateway.cli..", "dev.sluice.gateway.letters..")
        .because("what calls a server is above it")
        .check(CODE);
  }

  @Test
  void commandsReachTheServerOverHttpAlone() {
    noClasses()
        .that()
        .resideInAnyPackage("dev.sluice.gateway.cli..", "dev.sluice.gateway.letters..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.sluice.gateway",
            "dev.sluice.gateway.access..",
            "dev.sluice.gateway.events..",
            "dev.sluice.http..")
        .because("they run in other processes, against older and newer gateways")
        .check(CODE);
  }

  @Test
  void onlyCommandsSeeTheCommands() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.sluice.gateway.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.sluice.gateway.cli..")
        .check(CODE);
  }

  @Test
  void packagesFormNoCircle() {
    slices().matching("dev.sluice.(**)").should().beFreeOfCycles().check(CODE);
  }
}
