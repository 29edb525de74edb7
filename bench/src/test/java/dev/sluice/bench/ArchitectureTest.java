package dev.sluice.bench;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Both benches stand on the same measures, and neither on the other. */
final class ArchitectureTest {
  private static final JavaClasses CODE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.sluice.bench");

  @Test
  void eachPackageSeesOnlyThoseBelowIt() {
    layeredArchitecture()
        .consideringOnlyDependenciesInAnyPackage("dev.sluice.bench..")
        .layer("command")
        .definedBy("dev.sluice.bench")
        .layer("deployed")
        .definedBy("..bench.deployed")
        .layer("inprocess")
        .definedBy("..bench.inprocess")
        .layer("floor")
        .definedBy("..bench.floor")
        .layer("agents")
        .definedBy("..bench.agents")
        .layer("measure")
        .definedBy("..bench.measure")
        .whereLayer("command")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("deployed")
        .mayOnlyBeAccessedByLayers("command")
        .whereLayer("inprocess")
        .mayOnlyBeAccessedByLayers("command")
        .whereLayer("floor")
        .mayOnlyBeAccessedByLayers("deployed", "inprocess")
        .whereLayer("agents")
        .mayOnlyBeAccessedByLayers("deployed")
        .whereLayer("measure")
        .mayOnlyBeAccessedByLayers("command", "deployed", "inprocess", "floor")
        .check(CODE);
  }

  @Test
  void packagesFormNoCircle() {
    slices().matching("dev.sluice.(**)").should().beFreeOfCycles().check(CODE);
  }
}
