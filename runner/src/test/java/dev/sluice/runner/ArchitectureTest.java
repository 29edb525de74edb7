package dev.sluice.runner;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class ArchitectureTest {
  private static final int MOST_CLASSES = 25;
  private static final Pattern ONE_SENTENCE =
      Pattern.compile("/\\*\\* ([^.]+)\\. /.*", Pattern.DOTALL);

  private static final JavaClasses CODE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.sluice.runner");

  @Test
  void packagesHaveNoCircle() {
    slices().matching("dev.sluice.runner.(**)").should().beFreeOfCycles().check(CODE);
  }

  @Test
  void eachPackageSeesOnlyThoseBelowIt() {
    layeredArchitecture()
        .consideringOnlyDependenciesInAnyPackage("dev.sluice.runner..")
        .layer("boot")
        .definedBy("dev.sluice.runner")
        .layer("lease")
        .definedBy("..runner.lease")
        .layer("execution")
        .definedBy("..runner.execution")
        .layer("journal")
        .definedBy("..runner.journal")
        .layer("pause")
        .definedBy("..runner.pause")
        .layer("value")
        .definedBy("..runner.value")
        .layer("io")
        .definedBy("..runner.io")
        .layer("identity")
        .definedBy("..runner.identity")
        .layer("health")
        .definedBy("..runner.health")
        .whereLayer("boot")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("lease")
        .mayOnlyBeAccessedByLayers("boot")
        .whereLayer("execution")
        .mayOnlyBeAccessedByLayers("boot", "lease")
        .whereLayer("journal")
        .mayOnlyBeAccessedByLayers("execution", "io")
        .whereLayer("pause")
        .mayOnlyBeAccessedByLayers("boot", "execution")
        .whereLayer("value")
        .mayOnlyBeAccessedByLayers("execution", "journal")
        .whereLayer("io")
        .mayOnlyBeAccessedByLayers("boot", "lease", "execution")
        .whereLayer("identity")
        .mayOnlyBeAccessedByLayers("boot", "lease", "execution", "io", "pause")
        .whereLayer("health")
        .mayOnlyBeAccessedByLayers("boot", "lease", "execution", "io")
        .check(CODE);
  }

  @Test
  void theJournalsRulesKnowNoClockNoThreadsAndNoKafka() {
    noClasses()
        .that()
        .resideInAnyPackage("..runner.journal..", "..runner.value..")
        .should()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(UUID.class, "randomUUID")
        .orShould()
        .dependOnClassesThat()
        .belongToAnyOf(Clock.class, Random.class, ThreadLocalRandom.class, Thread.class)
        .orShould()
        .dependOnClassesThat()
        .resideInAnyPackage("java.util.concurrent..", "org.apache.kafka..", "org.slf4j..")
        .because("the same journal must replay the same way, wherever and whenever")
        .check(CODE);
  }

  @Test
  void everyPackageIsSmallAndSaysInASentenceWhatItIsFor() throws IOException {
    var documented =
        Files.readString(Path.of("..", "docs", "architecture.md")).toLowerCase(Locale.ROOT);
    for (var folder : packages()) {
      try (var files = Files.list(folder)) {
        var sources = files.filter(file -> file.toString().endsWith(".java")).toList();
        if (sources.isEmpty()) {
          continue;
        }
        assertThat(sources).as("%s", folder).hasSizeLessThanOrEqualTo(MOST_CLASSES + 1);
        var info =
            Files.readString(folder.resolve("package-info.java")).replaceAll("\\s+\\*?\\s*", " ");
        var purpose = ONE_SENTENCE.matcher(info);
        assertThat(purpose.matches()).as("one sentence in %s", folder).isTrue();
        assertThat(documented)
            .as("docs/architecture.md")
            .contains(purpose.group(1).toLowerCase(Locale.ROOT));
      }
    }
  }

  private static List<Path> packages() throws IOException {
    try (var all = Files.walk(Path.of("src/main/java"))) {
      return all.filter(Files::isDirectory).collect(Collectors.toList());
    }
  }
}
