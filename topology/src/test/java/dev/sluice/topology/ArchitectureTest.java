package dev.sluice.topology;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** Who may use whom in the gate and in the catalog. */
final class ArchitectureTest {
  private static final String CATALOG = "dev.sluice.topology.catalog";
  private static final String GATE = "dev.sluice.topology.gate";
  private static final String ROOT = "";
  private static final int MOST_CLASSES = 25;

  private static final JavaClasses CODE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.sluice.topology");

  /** What each package of the catalog may use of the others. */
  private static final Map<String, Set<String>> CATALOG_SEES =
      Map.ofEntries(
          entry("view", Set.of()),
          entry("store", Set.of("view")),
          entry("waiting", Set.of("view")),
          entry("values", Set.of("view")),
          entry("query", Set.of("view", "store", "values")),
          entry("scaling", Set.of("view", "store")),
          entry("intake", Set.of("view", "store", "waiting", "scaling")),
          entry(ROOT, Set.of("view", "store", "values", "waiting", "query", "scaling", "intake")));

  /** What each package of the gate may use of the others: settings lie below, decisions above. */
  private static final Map<String, Set<String>> GATE_SEES =
      Map.ofEntries(
          entry("schema", Set.of()),
          entry("config", Set.of("schema")),
          entry("topic", Set.of("config")),
          entry("store", Set.of()),
          entry("parking", Set.of("config", "schema")),
          entry("transaction", Set.of("config", "topic")),
          entry("inbound", Set.of("schema", "topic", "parking")),
          entry("outbound", Set.of("topic", "store", "parking", "inbound")),
          entry(
              ROOT,
              Set.of(
                  "schema",
                  "config",
                  "topic",
                  "store",
                  "parking",
                  "transaction",
                  "inbound",
                  "outbound")));

  private static Stream<JavaClass> of(String process) {
    return CODE.stream()
        .filter(type -> (type.getPackageName() + ".").startsWith(process + "."))
        .filter(type -> !type.getSimpleName().equals("package-info"));
  }

  private static String room(String process, JavaClass type) {
    var name = type.getPackageName();
    return name.equals(process) ? ROOT : name.substring(process.length() + 1);
  }

  private static void check(String process, Map<String, Set<String>> sees) {
    var wrong = new TreeSet<String>();
    of(process)
        .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
        .filter(dependency -> dependency.getTargetClass().getPackageName().startsWith(process))
        .forEach(
            dependency -> {
              var from = room(process, dependency.getOriginClass());
              var to = room(process, dependency.getTargetClass().getBaseComponentType());
              if (!from.equals(to) && !sees.getOrDefault(from, Set.of()).contains(to)) {
                wrong.add(from + " looks into " + to + ": " + dependency.getDescription());
              }
            });

    assertThat(wrong).isEmpty();
    assertThat(of(process).map(type -> room(process, type))).allMatch(sees::containsKey);
  }

  @Test
  void whatIsShownLiesBelowWhatTakesItInAndWhatAsksForIt() {
    check(CATALOG, CATALOG_SEES);
  }

  @Test
  void whatTheGateIsToldLiesBelowWhatItReadsAndThatBelowWhatItWrites() {
    check(GATE, GATE_SEES);
  }

  @Test
  void packagesFormNoCircle() {
    slices().matching(CATALOG + ".(**)").should().beFreeOfCycles().check(CODE);
    slices().matching(GATE + ".(**)").should().beFreeOfCycles().check(CODE);
  }

  @Test
  void packagesAreSmallAndSayWhatTheyAre() {
    var sizes =
        CODE.stream()
            .filter(type -> !type.getSimpleName().equals("package-info"))
            .filter(JavaClass::isTopLevelClass)
            .collect(Collectors.groupingBy(JavaClass::getPackage, Collectors.counting()));

    assertThat(sizes)
        .allSatisfy((room, size) -> assertThat(size).isLessThanOrEqualTo(MOST_CLASSES));
    assertThat(sizes.keySet())
        .allSatisfy(room -> assertThat(room.isAnnotatedWith(NullMarked.class)).isTrue());
  }
}
