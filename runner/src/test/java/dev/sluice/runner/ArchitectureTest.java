package dev.sluice.runner;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.sluice.schemas.process.RoleProcess;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.TimeZone;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class ArchitectureTest {
  private static final int MOST_CLASSES = 25;
  private static final Pattern ONE_SENTENCE =
      Pattern.compile("/\\*\\* ([^.]+)\\. /.*", Pattern.DOTALL);

  private static final String GLOBAL_SYSTEM =
      "exit|setProperty|setProperties|clearProperty|setOut|setErr|setIn|setSecurityManager";

  /** What has settings that hold in the whole JVM. */
  private static final Class<?>[] GLOBALS = {
    Locale.class, TimeZone.class, Security.class, URL.class, HttpURLConnection.class
  };

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
        .layer("output")
        .definedBy("..runner.output")
        .layer("identity")
        .definedBy("..runner.identity")
        .layer("health")
        .definedBy("..runner.health")
        .layer("trace")
        .definedBy("..runner.trace")
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
        .mayOnlyBeAccessedByLayers("boot", "execution", "journal")
        .whereLayer("io")
        .mayOnlyBeAccessedByLayers("boot", "lease", "execution")
        .whereLayer("identity")
        .mayOnlyBeAccessedByLayers("boot", "lease", "execution", "io", "pause", "output")
        .whereLayer("output")
        .mayOnlyBeAccessedByLayers("boot", "execution")
        .whereLayer("health")
        .mayOnlyBeAccessedByLayers("boot", "lease", "execution", "io", "output")
        .whereLayer("trace")
        .mayOnlyBeAccessedByLayers("boot", "execution", "health")
        .check(CODE);
  }

  /** Whatever an application has in its process besides is not ours to end or to change. */
  @Test
  void whatAnApplicationEmbedsEndsNoProcessAndChangesNothingOfTheJvm() {
    var embedded =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(
                "dev.sluice.runner",
                "dev.sluice.schemas",
                "dev.sluice.http",
                "dev.sluice.contract");
    noClasses()
        .that()
        .doNotBelongToAnyOf(RunnerCommand.class, Carriers.class, RoleProcess.class, JvmHalt.class)
        .should()
        .callMethodWhere(target(owner(type(System.class))).and(target(nameMatching(GLOBAL_SYSTEM))))
        .orShould()
        .callMethodWhere(
            target(owner(type(Runtime.class)))
                .and(target(nameMatching("exit|halt|addShutdownHook"))))
        .orShould()
        .callMethod(
            Thread.class,
            "setDefaultUncaughtExceptionHandler",
            Thread.UncaughtExceptionHandler.class)
        .orShould()
        .callMethodWhere(
            target(owner(JavaClass.Predicates.belongToAnyOf(GLOBALS)))
                .and(target(nameMatching("set[A-Z].*|addProvider|insertProviderAt"))))
        .orShould()
        .dependOnClassesThat()
        .belongToAnyOf(RunnerCommand.class, Carriers.class)
        .because("an application goes on when its runner has closed")
        .check(embedded);
  }

  @Test
  void onlyTheBuilderAndTheCommandMayHaltTheJvm() {
    noClasses()
        .that()
        .doNotBelongToAnyOf(RunnerCommand.class, Runner.Builder.class)
        .should()
        .dependOnClassesThat()
        .belongToAnyOf(JvmHalt.class)
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
