package dev.sluice.admission;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class ArchitectureTest {
  private static final JavaClasses CODE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.sluice.admission");

  @Test
  void coreDependsOnTheJdkOnly() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "dev.sluice.admission..",
            "dev.sluice.contract..",
            "java.lang..",
            "java.util..",
            "java.nio", // buffers alone; channels and files are in packages below it
            "org.jspecify..")
        .because("the simulation can only replay what has no I/O")
        .check(CODE);
  }

  @Test
  void coreKeepsNoCollectionWhoseOrderIsDrawnAtTheStartOfTheJvm() {
    noClasses()
        .that()
        .doNotHaveSimpleName("Sorted")
        .should()
        .callMethod(Map.class, "copyOf", Map.class)
        .orShould()
        .callMethod(Set.class, "copyOf", Collection.class)
        .orShould()
        .callMethod(Map.class, "ofEntries", Map.Entry[].class)
        .orShould()
        .callMethod(Collectors.class, "toUnmodifiableSet")
        .orShould()
        .callMethod(Collectors.class, "toUnmodifiableMap", Function.class, Function.class)
        .because("every gate decides the same, and a seed plays the same history again")
        .check(CODE);
  }

  @Test
  void coreKnowsNoClockNoChanceAndNoThreads() {
    noClasses()
        .should()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .dependOnClassesThat()
        .belongToAnyOf(
            Clock.class,
            Instant.class,
            Random.class,
            ThreadLocalRandom.class,
            UUID.class,
            Thread.class)
        .orShould()
        .dependOnClassesThat()
        .resideInAPackage("java.util.concurrent..")
        .because("the same records must give the same decisions (I9)")
        .check(CODE);
  }
}
