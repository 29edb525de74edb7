package dev.sluice.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A checkout that is built, of four small jars, with a JDK that says how it was called and writes
 * the AOT cache that it is asked for.
 */
record Checkout(Path dir) {
  private static final Path FLAGS = Path.of("app/src/main/resources/dev/sluice/app/jvm-flags");
  private static final long WITHIN_S = 60;

  record Said(int exit, String text) {
    List<String> lines() {
      if (exit != 0) {
        throw new AssertionError("it ended with " + exit + ": " + text);
      }
      return text.lines().toList();
    }
  }

  static Checkout make(Path dir) throws IOException {
    var checkout = new Checkout(dir);
    var here = dir.resolve("check out");
    var app = Files.createDirectories(here.resolve("app/target"));
    var bench = Files.createDirectories(here.resolve("bench/target"));
    Files.createDirectories(checkout.jar().getParent());
    Files.writeString(checkout.jar(), "some jar");
    var appJar = Files.writeString(app.resolve("sluice-app-1.jar"), "app");
    Files.writeString(bench.resolve("sluice-bench-1.jar"), "bench");
    var broker = Files.writeString(checkout.jar().resolveSibling("broker.jar"), "broker");
    script(checkout.sluice(), Files.readString(Path.of("../sluice")));
    var copied = here.resolve(FLAGS);
    Files.createDirectories(copied.getParent());
    // Older than what is built, as a file of a checkout that is.
    Files.copy(Path.of("..").resolve(FLAGS), copied, StandardCopyOption.COPY_ATTRIBUTES);
    Files.writeString(app.resolve("classpath.txt"), checkout.jar().toString());
    Files.writeString(bench.resolve("classpath.txt"), broker + ":" + checkout.jar() + ":" + appJar);
    Files.createDirectories(dir.resolve("jdk/bin"));
    checkout.useJdk("25.0.1");
    return checkout;
  }

  /** A JDK of this version; with the variable FAIL it leaves half of a cache. */
  void useJdk(String version) throws IOException {
    script(
        dir.resolve("jdk/bin/java"),
        """
        #!/bin/sh
        if [ "$1" = -version ]; then echo 'openjdk version "%s"' >&2; exit; fi
        umask
        for one in "$@"; do
          echo "$one"
          case $one in
            -XX:AOTCacheOutput=*)
              echo cache >"${one#*=}"
              if [ -n "${FAIL:-}" ]; then echo half >"${one#*=}.config"; exit 1; fi
              ;;
          esac
        done
        """
            .formatted(version));
  }

  private static void script(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  Path sluice() {
    return dir.resolve("check out/sluice");
  }

  /** What the build made. */
  Path jar() {
    return dir.resolve("check out/schemas/target/some.jar");
  }

  Path caches() {
    return dir.resolve("state/sluice/aot");
  }

  /** Runs a command to its end, without AOT caches unless the environment turns them on. */
  Said run(List<String> command, String... environment) throws Exception {
    var builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().put("PATH", System.getenv("PATH"));
    builder.environment().put("JAVA_HOME", dir.resolve("jdk").toString());
    builder.environment().put("XDG_STATE_HOME", dir.resolve("state").toString());
    builder.environment().put("SLUICE_AOT", "off");
    for (var variable : environment) {
      var split = variable.split("=", 2);
      builder.environment().put(split[0], split[1]);
    }
    var process = builder.redirectErrorStream(true).start();
    process.getOutputStream().close();
    var said = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (!process.waitFor(WITHIN_S, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError(command + " did not end; it said: " + said);
    }
    return new Said(process.exitValue(), said);
  }
}
