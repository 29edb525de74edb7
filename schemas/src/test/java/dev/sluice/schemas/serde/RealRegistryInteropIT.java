package dev.sluice.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Our serdes and Confluent's classes at a registry server that is neither's: Apicurio. */
final class RealRegistryInteropIT extends ConfluentInterop {
  private static final Pattern LISTENING = Pattern.compile("Listening on: (http://[0-9.]+:\\d+)");
  private static final long START_WITHIN_S = 90;
  private static Process server;
  private static String url;

  @BeforeAll
  static void start() throws Exception {
    server =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=0",
                "-Dquarkus.management.host=127.0.0.1",
                "-Dquarkus.management.port=0",
                "-jar",
                "quarkus-run.jar")
            .directory(Path.of(System.getProperty("apicurio.dir")).toFile())
            .redirectErrorStream(true)
            .start();
    var listening = new CompletableFuture<String>();
    Thread.ofVirtual().start(() -> read(listening));
    url = listening.get(START_WITHIN_S, TimeUnit.SECONDS) + "/apis/ccompat/v7";
  }

  /** Reads to the end, so that the server never waits for a reader. */
  private static void read(CompletableFuture<String> listening) {
    var log = new StringBuilder();
    try (var out = server.inputReader(StandardCharsets.UTF_8)) {
      for (var line = out.readLine(); line != null; line = out.readLine()) {
        var found = LISTENING.matcher(line);
        if (found.find()) {
          listening.complete(found.group(1));
        } else if (!listening.isDone()) {
          log.append(line).append('\n');
        }
      }
    } catch (IOException endOfProcess) {
      // told below
    }
    listening.completeExceptionally(new IllegalStateException("the registry ended: " + log));
  }

  @AfterAll
  static void stop() throws InterruptedException {
    server.destroyForcibly();
    assertThat(server.waitFor(30, TimeUnit.SECONDS)).isTrue();
  }

  @Override
  String registryUrl() {
    return url;
  }
}
