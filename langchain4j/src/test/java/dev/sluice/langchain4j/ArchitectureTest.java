package dev.sluice.langchain4j;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

final class ArchitectureTest {
  private static final JavaClasses CODE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.sluice.langchain4j");

  @Test
  void dependsOnTheSdkAndLangChain4jAlone() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "dev.sluice.langchain4j..",
            "dev.sluice.sdk..",
            "dev.langchain4j..",
            "com.fasterxml.jackson..",
            "java..",
            "org.jspecify..")
        .because("an agent's jar brings it, into whatever worker executes it")
        .check(CODE);
  }

  @Test
  void packagesHaveNoCircle() {
    slices().matching("dev.sluice.langchain4j.(**)").should().beFreeOfCycles().check(CODE);
    noClasses()
        .that()
        .resideInAPackage("..langchain4j.http")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.sluice.langchain4j")
        .check(CODE);
  }
}
