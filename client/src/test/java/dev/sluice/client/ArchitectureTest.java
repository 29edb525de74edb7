package dev.sluice.client;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

final class ArchitectureTest {
  private static final JavaClasses CODE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.sluice.client");

  @Test
  void whatAServiceSeesIsOfTheJdkAlone() {
    classes()
        .that()
        .resideInAPackage("dev.sluice.client")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "dev.sluice.client",
            "java.lang..",
            "java.nio..",
            "java.security",
            "java.time..",
            "java.util..",
            "org.jspecify..")
        .because("no library of ours may meet another version of it in a user's service")
        .check(CODE);
  }

  @Test
  void theClientOverHttpNeedsTheJdkAndOurBoundsAlone() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "dev.sluice.client..",
            "dev.sluice.contract..",
            "java..",
            "javax.net.ssl",
            "org.jspecify..")
        .because("whoever submits over HTTP has no Kafka, Avro or JSON library on the class path")
        .check(CODE);
  }

  @Test
  void packagesHaveNoCircle() {
    slices().matching("dev.sluice.client.(**)").should().beFreeOfCycles().check(CODE);
  }

  @Test
  void whatAServiceDependsOnBringsNothingButOurBoundsAndAnnotations() throws Exception {
    assertThat(dependencies(Path.of("pom.xml"))).containsExactly("dev.sluice:sluice-contract");
    assertThat(dependencies(Path.of("..", "contract", "pom.xml"))).isEmpty();
    assertThat(dependencies(Path.of("..", "pom.xml"))).containsExactly("org.jspecify:jspecify");
  }

  /** Those that the users of an artifact get: of the project itself, not of tests. */
  private static List<String> dependencies(Path pom) throws Exception {
    var project =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(pom.toFile())
            .getDocumentElement();
    var all = project.getElementsByTagName("dependency");
    var found = new ArrayList<String>();
    for (int i = 0; i < all.getLength(); i++) {
      var one = (Element) all.item(i);
      boolean own = one.getParentNode().getParentNode().equals(project);
      if (own && !"test".equals(text(one, "scope"))) {
        found.add(text(one, "groupId") + ":" + text(one, "artifactId"));
      }
    }
    return found;
  }

  private static String text(Element dependency, String tag) {
    var found = dependency.getElementsByTagName(tag);
    return found.getLength() == 0 ? "" : found.item(0).getTextContent().strip();
  }
}
