package dev.sluice.dist;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The archive that was just built, unpacked where no checkout is. */
record Archive(Path home) {
  private static final Path TARGET = Path.of("target");

  static Archive unpack(Path dir) throws IOException, InterruptedException {
    var tar =
        new ProcessBuilder("tar", "-xzf", file().toAbsolutePath().toString())
            .directory(dir.toFile())
            .inheritIO()
            .start();
    if (tar.waitFor() != 0) {
      throw new IOException("tar could not unpack " + file());
    }
    return new Archive(only(dir, "sluice-"));
  }

  static Path file() throws IOException {
    return only(TARGET, ".tar.gz");
  }

  private static Path only(Path dir, String part) throws IOException {
    try (var files = Files.list(dir)) {
      var found = files.filter(file -> file.getFileName().toString().contains(part)).toList();
      if (found.size() != 1) {
        throw new IOException("not one " + part + " in " + dir + ": " + found);
      }
      return found.getFirst();
    }
  }

  Path launcher() {
    return home.resolve("bin/sluice");
  }

  /** Starts one of its commands; what it keeps is below the folder. */
  Started start(Path folder, List<String> arguments) throws IOException {
    return start(folder, "-Xmx384m", arguments);
  }

  /** The same with flags of the JVM, which a local stack hands on to its processes. */
  Started start(Path folder, String javaFlags, List<String> arguments) throws IOException {
    var command = new ArrayList<>(List.of(launcher().toString()));
    command.addAll(arguments);
    return Started.start(
        command,
        folder,
        Map.of(
            "PATH",
            System.getenv("PATH"),
            "JAVA_HOME",
            System.getProperty("java.home"),
            "XDG_STATE_HOME",
            folder.resolve("state").toString(),
            "SLUICE_JAVA_FLAGS",
            javaFlags,
            "SLUICE_ENDS_WITH_STDIN",
            "yes"));
  }

  List<String> jars(String folder) throws IOException {
    try (Stream<Path> files = Files.list(home.resolve(folder))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".jar"))
          .sorted()
          .toList();
    }
  }
}
