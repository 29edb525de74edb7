package dev.sluice.local;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The demo stands on the stack and on traces; the sample agents stand beside them. */
final class ArchitectureTest {
  private static final JavaClasses CODE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.sluice.local");

  @Test
  void eachPackageSeesOnlyThoseBelowIt() {
    layeredArchitecture()
        .consideringOnlyDependenciesInAnyPackage("dev.sluice.local..")
        .layer("commands")
        .definedBy("dev.sluice.local")
        .layer("demo")
        .definedBy("..local.demo")
        .layer("stack")
        .definedBy("..local.stack")
        .layer("trace")
        .definedBy("..local.trace")
        .layer("project")
        .definedBy("..local.project")
        .layer("agents")
        .definedBy("..local.agents")
        .layer("model")
        .definedBy("..local.model")
        .whereLayer("commands")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("demo")
        .mayOnlyBeAccessedByLayers("commands")
        .whereLayer("stack")
        .mayOnlyBeAccessedByLayers("commands", "demo")
        .whereLayer("trace")
        .mayOnlyBeAccessedByLayers("commands", "demo")
        .whereLayer("project")
        .mayOnlyBeAccessedByLayers("commands")
        .whereLayer("agents")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("model")
        .mayOnlyBeAccessedByLayers("agents")
        .check(CODE);
  }

  @Test
  void packagesFormNoCircle() {
    slices().matching("dev.sluice.(**)").should().beFreeOfCycles().check(CODE);
  }
}
