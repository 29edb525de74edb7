package dev.sluice.dist;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;

/** A module's POM, as it is written. */
record Pom(Path file, Element project) {
  static final Path ROOT = Path.of("..");

  static Pom read(Path file) throws Exception {
    var document = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
    return new Pom(file, document.getDocumentElement());
  }

  /** The parent of all modules. */
  static Pom parent() throws Exception {
    return read(ROOT.resolve("pom.xml"));
  }

  /** All modules but the parent, in the order in which they are built. */
  static List<Pom> modules() throws Exception {
    var modules = new ArrayList<Pom>();
    for (var name : texts(parent().project(), "modules", "module")) {
      modules.add(read(ROOT.resolve(name).resolve("pom.xml")));
    }
    return modules;
  }

  /** Those that others may depend on, without the parent. */
  static List<Pom> published() throws Exception {
    return modules().stream()
        .filter(pom -> !pom.text("properties", "unpublished").orElse("false").equals("true"))
        .toList();
  }

  String artifact() {
    return text("artifactId").orElseThrow();
  }

  boolean isJar() {
    return text("packaging").orElse("jar").equals("jar");
  }

  Path folder() {
    return Objects.requireNonNull(file.toAbsolutePath().normalize().getParent());
  }

  Optional<String> text(String... path) {
    return element(project, path).map(found -> found.getTextContent().strip());
  }

  /** The artifacts of ours that it brings to whoever depends on it. */
  List<String> brings() {
    return own("dependencies");
  }

  /** The artifacts of ours whose versions it says. */
  List<String> manages() {
    return own("dependencyManagement", "dependencies");
  }

  private List<String> own(String... path) {
    return element(project, path).stream()
        .flatMap(dependencies -> children(dependencies, "dependency"))
        .filter(one -> only(one, "groupId").equals("dev.sluice"))
        .filter(one -> !only(one, "scope").equals("test"))
        .map(one -> only(one, "artifactId"))
        .toList();
  }

  private static String only(Element parent, String name) {
    return element(parent, name).map(found -> found.getTextContent().strip()).orElse("");
  }

  private static List<String> texts(Element parent, String list, String name) {
    return element(parent, list).stream()
        .flatMap(found -> children(found, name))
        .map(found -> found.getTextContent().strip())
        .toList();
  }

  private static Optional<Element> element(Element from, String... path) {
    var found = Optional.of(from);
    for (var name : path) {
      found = found.flatMap(parent -> children(parent, name).findFirst());
    }
    return found;
  }

  private static Stream<Element> children(Element parent, String name) {
    var nodes = parent.getChildNodes();
    var found = new ArrayList<Element>();
    for (int i = 0; i < nodes.getLength(); i++) {
      if (nodes.item(i) instanceof Element child && child.getTagName().equals(name)) {
        found.add(child);
      }
    }
    return found.stream();
  }
}
