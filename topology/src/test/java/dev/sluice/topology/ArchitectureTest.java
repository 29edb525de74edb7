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

/** Who may use whom in the catalog. */
final class ArchitectureTest {
  private static final String CATALOG = "dev.sluice.topology.catalog";
  private static final String ROOT = "";
  private static final int MOST_CLASSES = 25;

  private static final JavaClasses CODE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(CATALOG);

  /** What each package of the catalog may use of the others. */
  private static final Map<String, Set<String>> SEES =
      Map.ofEntries(
          entry("view", Set.of()),
          entry("store", Set.of("view")),
          entry("waiting", Set.of("view")),
          entry("query", Set.of("view", "store")),
          entry("intake", Set.of("view", "store", "waiting")),
          entry(ROOT, Set.of("view", "store", "waiting", "query", "intake")));

  private static Stream<JavaClass> ours() {
    return CODE.stream().filter(type -> !type.getSimpleName().equals("package-info"));
  }

  private static String room(JavaClass type) {
    var name = type.getPackageName();
    return name.equals(CATALOG) ? ROOT : name.substring(CATALOG.length() + 1);
  }

  @Test
  void whatIsShownLiesBelowWhatTakesItInAndWhatAsksForIt() {
    var wrong = new TreeSet<String>();
    ours()
        .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
        .filter(dependency -> dependency.getTargetClass().getPackageName().startsWith(CATALOG))
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
    slices().matching(CATALOG + ".(**)").should().beFreeOfCycles().check(CODE);
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
}
