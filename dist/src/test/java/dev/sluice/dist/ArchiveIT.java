package dev.sluice.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The archive as somebody gets it: what is in it, and that every role runs from it. */
@DisabledOnOs(OS.WINDOWS)
final class ArchiveIT {
  /** What a production process runs with; one more is a decision. */
  private static final int PRODUCTION_JARS = 56;

  /** Of the local stack and of tests. */
  private static final Pattern LOCAL =
      Pattern.compile(
          "kafka_|kafka-(?!clients|streams-\\d)|scala|testcontainers|docker|langchain4j|junit|assertj"
              + "|awaitility|archunit|log4j|sluice-(local|embedded|bench|verification)");

  private static final Pattern TESTS =
      Pattern.compile("testcontainers|docker|junit|assertj|awaitility|archunit|-tests|opentest");

  private static final Pattern LICENCES =
      Pattern.compile(
          "(?i).*(apache|bsd.2|mit|epl-2\\.0|go license|lgpl-2\\.1-only|cc0|public domain).*");

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private static Path unpacked;
  private static Archive archive;

  @TempDir private Path folder;

  @BeforeAll
  static void unpack() throws Exception {
    archive = Archive.unpack(unpacked);
  }

  @Test
  void hasNothingOfTheLocalStackAmongTheJarsOfProduction() throws IOException {
    var production = archive.jars("lib");

    assertThat(production).filteredOn(jar -> LOCAL.matcher(jar).find()).isEmpty();
    assertThat(production).hasSize(PRODUCTION_JARS);
    assertThat(archive.jars("lib/local"))
        .anyMatch(jar -> jar.startsWith("kafka-server-"))
        .noneMatch(jar -> TESTS.matcher(jar).find())
        .doesNotContainAnyElementsOf(production);
  }

  /** The order of jars does not matter: no class is in two of them, in one version or two. */
  @Test
  void hasEachClassOnce() throws IOException {
    var first = new HashMap<String, String>();
    var twice = new ArrayList<String>();
    for (var folder : List.of("lib", "lib/local")) {
      for (var name : archive.jars(folder)) {
        for (var type : classes(home(folder).resolve(name))) {
          var other = first.putIfAbsent(type, name);
          if (other != null) {
            twice.add(type + " in " + other + " and " + name);
          }
        }
      }
    }
    assertThat(first).containsKey("dev/sluice/app/Main.class");
    assertThat(twice).isEmpty();
  }

  private static List<String> classes(Path jar) throws IOException {
    try (var file = new JarFile(jar.toFile())) {
      return file.stream()
          .map(entry -> entry.getName())
          .filter(name -> name.endsWith(".class") && !name.endsWith("-info.class"))
          .filter(name -> !name.startsWith("META-INF/"))
          .toList();
    }
  }

  @Test
  void listsTheLicenceOfEachJarOfOthers() throws IOException {
    var lines =
        Files.readAllLines(home("THIRD-PARTY.txt")).stream()
            .filter(line -> line.startsWith("     ("))
            .toList();
    var jars = new ArrayList<>(archive.jars("lib"));
    jars.addAll(archive.jars("lib/local"));
    jars.removeIf(jar -> jar.startsWith("sluice-"));

    assertThat(home("LICENSE")).content().contains("Apache License");
    for (var jar : jars) {
      var named = jar.replaceFirst("-(\\d[^-]*(-\\d+)?)\\.jar$", ":$1");
      assertThat(lines).as(jar).anyMatch(line -> line.contains(":" + named + " "));
    }
    assertThat(lines).allMatch(line -> LICENCES.matcher(line).matches());
  }

  @Test
  void listsEachJarWithItsHashAndLicenceForScanners() throws Exception {
    var listed = new TreeSet<String>();
    for (var component : JSON.readTree(home("sbom.cdx.json").toFile()).path("components")) {
      assertThat(component.path("licenses")).as(component.path("purl").asText()).isNotEmpty();
      for (var hash : component.path("hashes")) {
        if (hash.path("alg").asText().equals("SHA-256")) {
          listed.add(hash.path("content").asText());
        }
      }
    }

    var shipped = new TreeSet<String>();
    for (var folder : List.of("lib", "lib/local")) {
      for (var jar : archive.jars(folder)) {
        var sha256 = MessageDigest.getInstance("SHA-256");
        byte[] hash = sha256.digest(Files.readAllBytes(home(folder).resolve(jar)));
        shipped.add(HexFormat.of().formatHex(hash));
      }
    }
    assertThat(listed).isEqualTo(shipped);
  }

  private static Path home(String name) {
    return archive.home().resolve(name);
  }

  @Test
  void isReadableByAllAndWritableByItsOwnerAlone() throws IOException {
    try (var files = Files.walk(archive.home())) {
      assertThat(files)
          .allSatisfy(
              file ->
                  assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                      .as(file.toString())
                      .isEqualTo(
                          Files.isDirectory(file) || file.equals(archive.launcher())
                              ? "rwxr-xr-x"
                              : "rw-r--r--"));
    }
  }

  @Test
  void runsEveryRoleAndEndsARun() throws Exception {
    var here =
        new Roles.Place() {
          @Override
          public Started start(List<String> arguments) throws IOException {
            return archive.start(folder, arguments);
          }

          @Override
          public String path(Path file) {
            return file.toString();
          }
        };
    try (var roles = new Roles(archive, folder, here)) {
      for (var process : roles.endARun()) {
        assertThat(process.jars()).containsExactlyInAnyOrderElementsOf(archive.jars("lib"));
      }
    }
  }
}
