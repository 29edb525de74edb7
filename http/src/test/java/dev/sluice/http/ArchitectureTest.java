package dev.sluice.http;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** Who may use whom in the server. */
final class ArchitectureTest {
  private static final String MODULE = "dev.sluice.http";
  private static final String ROOT = "";

  private static final JavaClasses CODE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(MODULE);

  /** What each package may use beside itself; who is above a package is unknown to it. */
  private static final Map<String, Set<String>> SEES =
      Map.ofEntries(
          entry("config", Set.of()),
          entry("message", Set.of("config")),
          entry("wire", Set.of("config", "message")),
          entry("route", Set.of("config", "message")),
          entry(ROOT, Set.of("config", "message", "wire", "route")));

  private static Stream<JavaClass> ours() {
    return CODE.stream().filter(type -> !type.getSimpleName().equals("package-info"));
  }

  private static String room(JavaClass type) {
    var name = type.getPackageName();
    return name.equals(MODULE) ? "" : name.substring(MODULE.length() + 1);
  }

  @Test
  void bytesLieApartFromRoutesAndBothBelowTheServer() {
    var wrong = new TreeSet<String>();
    ours()
        .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
        .filter(dependency -> dependency.getTargetClass().getPackageName().startsWith(MODULE))
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
  void packagesTakeNoNullUnlessTheySaySo() {
    assertThat(ours().map(JavaClass::getPackage).distinct())
        .allSatisfy(room -> assertThat(room.isAnnotatedWith(NullMarked.class)).isTrue());
  }
}
