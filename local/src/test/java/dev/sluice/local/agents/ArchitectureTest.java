package dev.sluice.local.agents;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

final class ArchitectureTest {
  @Test
  void sampleAgentsAreWrittenAgainstTheSdkAlone() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.sluice.runner..",
            "dev.sluice.schemas..",
            "dev.sluice.v1..",
            "org.apache.kafka..",
            "org.apache.avro..")
        .because("they show what an author of agents needs")
        .check(
            new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("dev.sluice.local.agents", "dev.sluice.local.model"));
  }
}
