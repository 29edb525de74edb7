package dev.sluice.testkit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class ArchitectureTest {
  private static final JavaClasses CODE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.sluice.testkit");

  @Test
  void packagesHaveNoCircle() {
    slices().matching("dev.sluice.testkit.(**)").should().beFreeOfCycles().check(CODE);
    noClasses()
        .that()
        .resideInAPackage("..testkit.world")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.sluice.testkit")
        .check(CODE);
  }

  @Test
  void whatAnAuthorSeesIsOfTheJdkAndTheSdkAlone() {
    var seen = new ArrayList<String>();
    for (var type : CODE) {
      if (type.getPackageName().equals("dev.sluice.testkit")
          && type.getModifiers().contains(JavaModifier.PUBLIC)) {
        type.getMethods().stream()
            .filter(method -> method.getModifiers().contains(JavaModifier.PUBLIC))
            .flatMap(
                method ->
                    Stream.concat(
                        Stream.of(method.getRawReturnType()),
                        method.getRawParameterTypes().stream()))
            .map(JavaClass::getBaseComponentType)
            .map(JavaClass::getName)
            .forEach(seen::add);
      }
    }
    assertThat(seen)
        .isNotEmpty()
        .allMatch(name -> isOfTheAuthor(name), "is of the JDK, the SDK or the test kit");
  }

  private static boolean isOfTheAuthor(String name) {
    return !name.contains(".")
        || Stream.of("java.", "dev.sluice.sdk.").anyMatch(name::startsWith)
        || List.of(
                "TestKit",
                "Submission",
                "TestRun",
                "TestRun$Status",
                "TestRun$Failure",
                "TestRun$Step",
                "Stub")
            .contains(name.replace("dev.sluice.testkit.", ""));
  }
}
