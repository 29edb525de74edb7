package dev.sluice.client.kafka;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class ArchitectureTest {
  @Test
  void nothingOfKafkaOrAvroIsInASignature() {
    assertThat(KafkaSubmitter.class.getMethods())
        .filteredOn(method -> method.getDeclaringClass().equals(KafkaSubmitter.class))
        .isNotEmpty()
        .allSatisfy(
            method ->
                assertThat(
                        Arrays.toString(method.getGenericParameterTypes())
                            + method.getGenericReturnType())
                    .doesNotContain("org.apache", "dev.sluice.v1", "dev.sluice.schemas"));
  }

  @Test
  void theClientOverHttpIsNotNeeded() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.sluice.client.http..", "java.net.http..")
        .check(
            new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("dev.sluice.client.kafka"));
  }

  /** The module leaves out what only processes of ours need. */
  @Test
  void whatIsReadAndWrittenNeedsNoCommandLineAndNoServer() {
    assertThat(isThere("picocli.CommandLine")).isFalse();
    assertThat(isThere("dev.sluice.http.HttpServer")).isFalse();
    assertThat(isThere("org.apache.kafka.streams.KafkaStreams")).isFalse();
    assertThat(isThere("dev.sluice.schemas.serde.SluiceSerdes")).isTrue();
    classes()
        .that()
        .resideInAnyPackage(
            "dev.sluice.schemas.serde..",
            "dev.sluice.schemas.registry..",
            "dev.sluice.schemas.wire..",
            "dev.sluice.schemas.avro..")
        .should()
        .onlyDependOnClassesThat()
        .resideOutsideOfPackages("picocli..", "dev.sluice.http..", "dev.sluice.schemas.process..")
        .check(new ClassFileImporter().importPackages("dev.sluice.schemas"));
  }

  private static boolean isThere(String type) {
    try {
      Class.forName(type, false, ArchitectureTest.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }
}
