package dev.sluice.admission;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

final class ArchitectureTest {
  private static final String CORE = "dev.sluice.admission";
  private static final String ROOT = "";
  private static final Set<String> DATA =
      Set.of(
          "values",
          "run",
          "settings",
          "journal",
          "tree",
          "worker",
          "queue",
          "tenant",
          "command",
          "pace");

  private static final JavaClasses CODE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(CORE);

  /** What each package may use beside itself; who is above a package is unknown to it. */
  private static final Map<String, Set<String>> SEES =
      Map.ofEntries(
          entry("values", Set.of()),
          entry("run", Set.of("values")),
          entry("settings", Set.of("values", "run")),
          entry("journal", Set.of("values", "run")),
          entry("tree", Set.of("values", "run")),
          entry("worker", Set.of("values", "run", "settings")),
          entry("queue", Set.of("run", "settings")),
          entry("tenant", Set.of("run", "settings", "queue")),
          entry("command", Set.of("run")),
          entry("pace", Set.of("settings")),
          entry(
              "port",
              Set.of(
                  "values",
                  "run",
                  "settings",
                  "journal",
                  "tree",
                  "worker",
                  "tenant",
                  "command",
                  "pace")),
          entry("state", with(DATA, "port")),
          entry("rules", with(DATA, "port", "state")),
          entry("containment", with(DATA, "port", "state", "rules")),
          entry(ROOT, with(DATA, "port", "state", "rules", "containment")));

  private static final int MOST_CLASSES = 25;

  private static Set<String> with(Set<String> some, String... more) {
    return Stream.concat(some.stream(), Arrays.stream(more)).collect(Collectors.toSet());
  }

  private static String room(JavaClass type) {
    var name = type.getPackageName();
    return name.equals(CORE) ? ROOT : name.substring(CORE.length() + 1);
  }

  private static Stream<JavaClass> ours() {
    return CODE.stream().filter(type -> !type.getSimpleName().equals("package-info"));
  }

  @Test
  void dataLiesBelowRulesAndNothingLooksUp() {
    var wrong = new TreeSet<String>();
    ours()
        .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
        .filter(dependency -> dependency.getTargetClass().getPackageName().startsWith(CORE))
        .forEach(
            dependency -> {
              var from = room(dependency.getOriginClass());
              var to = room(dependency.getTargetClass().getBaseComponentType());
              if (!from.equals(to) && !SEES.getOrDefault(from, Set.of()).contains(to)) {
                wrong.add(from + " looks into " + to + ": " + dependency.getDescription());
              }
            });

    assertThat(wrong).isEmpty();
    assertThat(ours().map(ArchitectureTest::room)).allMatch(SEES::containsKey);
  }

  @Test
  void packagesFormNoCircle() {
    slices().matching("dev.sluice.admission.(**)").should().beFreeOfCycles().check(CODE);
  }

  @Test
  void packagesAreSmallAndSayWhatTheyAre() {
    var sizes =
        ours()
            .filter(JavaClass::isTopLevelClass)
            .collect(Collectors.groupingBy(JavaClass::getPackage, Collectors.counting()));

    assertThat(sizes)
        .allSatisfy((room, size) -> assertThat(size).isLessThanOrEqualTo(MOST_CLASSES));
    assertThat(sizes.keySet())
        .allSatisfy(room -> assertThat(room.isAnnotatedWith(NullMarked.class)).isTrue());
  }

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
