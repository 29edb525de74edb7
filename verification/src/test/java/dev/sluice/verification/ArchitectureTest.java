package dev.sluice.verification;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The checker shares no rule with what it checks, and judges a history by the history alone. */
final class ArchitectureTest {
  private static final JavaClasses CODE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.sluice.verification");

  @Test
  void sharesNoRuleWithWhatItChecks() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.sluice.admission..",
            "dev.sluice.topology..",
            "dev.sluice.runner..",
            "dev.sluice.gateway..",
            "dev.sluice.sdk..")
        .because("a mistake in a shared rule would hide itself")
        .check(CODE);
  }

  @Test
  void checksAHistoryWithoutAClockThreadsOrABroker() {
    noClasses()
        .that()
        .doNotHaveSimpleName("TopicHistoryReader") // fetches the history
        .should()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .dependOnClassesThat()
        .belongToAnyOf(Clock.class, Instant.class, Random.class, UUID.class, Thread.class)
        .orShould()
        .dependOnClassesThat()
        .resideInAnyPackage("java.util.concurrent..", "org.apache.kafka..", "java.net..")
        .because("the same history must give the same report")
        .check(CODE);
  }

  @Test
  void packagesFormNoCircle() {
    slices().matching("dev.sluice.(**)").should().beFreeOfCycles().check(CODE);
  }
}
