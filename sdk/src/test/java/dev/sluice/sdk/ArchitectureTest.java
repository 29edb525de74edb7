package dev.sluice.sdk;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

final class ArchitectureTest {
  @Test
  void whatAnAuthorSeesIsOfTheJdkAlone() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "dev.sluice.sdk..", "java.lang..", "java.time..", "java.util..", "org.jspecify..")
        .because("an agent must not be bound to the libraries of the worker that executes it")
        .check(
            new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("dev.sluice.sdk"));
  }

  @Test
  void whatAnAuthorDependsOnBringsNothingButAnnotations() throws Exception {
    assertThat(dependencies(Path.of("pom.xml"))).isEmpty();
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
