package dev.sluice.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The bundle of {@code -Prelease}: what would be uploaded to Maven Central. */
@EnabledIfSystemProperty(named = "bundle", matches = ".+")
final class BundleIT {
  private static final Path GROUP =
      Path.of(System.getProperty("bundle", ".")).resolve("dev/sluice");
  private static final Map<String, String> DIGESTS = Map.of(".sha1", "SHA-1", ".md5", "MD5");

  @Test
  void hasWhatIsPublishedAndNothingElse() throws Exception {
    var expected = new ArrayList<>(Pom.published().stream().map(Pom::artifact).toList());
    expected.add(Pom.parent().artifact());

    try (var folders = Files.list(GROUP)) {
      assertThat(folders.filter(Files::isDirectory).map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  @Test
  void hasSourcesAndJavadocOfEachJar() throws Exception {
    for (var pom : Pom.published()) {
      var files = files(pom.artifact());
      assertThat(files).as(pom.artifact()).anyMatch(file -> name(file).endsWith(".pom"));
      if (pom.isJar()) {
        assertThat(entries(only(files, "-sources.jar"))).anyMatch(name -> name.endsWith(".java"));
        assertThat(entries(only(files, "-javadoc.jar"))).contains("index.html");
        assertThat(entries(main(files))).anyMatch(name -> name.endsWith(".class"));
      }
    }
  }

  @Test
  void hasADigestOfEachFileAndASignatureIfAnyIsSigned() throws Exception {
    for (var pom : Pom.published()) {
      var files = files(pom.artifact());
      boolean isSigned = files.stream().anyMatch(file -> name(file).endsWith(".asc"));
      for (var file : files) {
        if (name(file).matches(".*\\.(jar|pom)")) {
          for (var digest : DIGESTS.entrySet()) {
            assertThat(Files.readString(beside(file, digest.getKey())).strip())
                .as("%s%s", file, digest.getKey())
                .isEqualTo(digest(file, digest.getValue()));
          }
          assertThat(Files.exists(beside(file, ".asc"))).as("%s", file).isEqualTo(isSigned);
        }
      }
    }
  }

  private static List<Path> files(String artifact) throws IOException {
    try (Stream<Path> files = Files.walk(GROUP.resolve(artifact))) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  private static Path main(List<Path> files) {
    var jars =
        files.stream()
            .filter(file -> name(file).endsWith(".jar"))
            .filter(file -> !name(file).matches(".*-(sources|javadoc|tests)\\.jar"))
            .toList();
    assertThat(jars).hasSize(1);
    return jars.getFirst();
  }

  private static Path only(List<Path> files, String end) {
    var found = files.stream().filter(file -> name(file).endsWith(end)).toList();
    assertThat(found).as("%s among %s", end, files).hasSize(1);
    return found.getFirst();
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }

  private static Path beside(Path file, String end) {
    return file.resolveSibling(name(file) + end);
  }

  private static List<String> entries(Path jar) throws IOException {
    try (var zip = new ZipFile(jar.toFile())) {
      return zip.stream().map(entry -> entry.getName()).toList();
    }
  }

  private static String digest(Path file, String algorithm) throws Exception {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance(algorithm).digest(Files.readAllBytes(file)));
  }
}
