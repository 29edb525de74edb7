package dev.sluice.local.project;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.SourceVersion;

/**
 * The project of a new agent.
 *
 * @param name of the agent and of its artifact: up to 64 lowercase letters, digits and single
 *     hyphens, beginning with a letter
 * @param group the Java package of its classes, and the group of its artifact
 * @param sluiceVersion which artifacts of Sluice it is built with
 */
record Project(String name, String group, String sluiceVersion) {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");
  private static final int LONGEST_NAME = 64;
  private static final int LONGEST_GROUP = 128;
  private static final String SUFFIX = "Agent";

  Project {
    if (name.length() > LONGEST_NAME || !NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "a name has up to 64 lowercase letters, digits and single hyphens, and begins with a"
              + " letter, such as my-agent; got '%s'".formatted(name));
    }
    if (group.length() > LONGEST_GROUP
        || !SourceVersion.isName(group)
        || !group.equals(group.toLowerCase(Locale.ROOT))) {
      throw new IllegalArgumentException(
          "a package is in lowercase and without keywords, such as com.example; got '%s'"
              .formatted(group));
    }
  }

  /** The agent's class: the name in camel case, with one {@code Agent} at its end. */
  String className() {
    var camel =
        Stream.of(name.split("-"))
            .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
            .collect(Collectors.joining());
    return camel.endsWith(SUFFIX) && !camel.equals(SUFFIX) ? camel : camel + SUFFIX;
  }

  /**
   * Writes it into a folder that does not exist yet.
   *
   * @throws IllegalStateException if there is something already
   */
  void write(Path folder) throws IOException {
    var parent = folder.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    try {
      Files.createDirectory(folder);
    } catch (FileAlreadyExistsException e) {
      throw new IllegalStateException("exists already: " + folder, e);
    }
    for (var file : files().entrySet()) {
      var path = folder.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.writeString(path, filled(file.getValue()));
    }
  }

  /** Templates by the path of what they become. */
  private Map<String, String> files() {
    var sources = group.replace('.', '/') + "/" + className();
    var files = new LinkedHashMap<String, String>();
    files.put("pom.xml", "project.xml");
    files.put("README.md", "readme.md");
    files.put(".gitignore", "gitignore");
    files.put("src/main/java/" + sources + ".java", "agent.java");
    files.put("src/main/resources/META-INF/services/dev.sluice.sdk.Agent", "service");
    files.put("src/test/java/" + sources + "Test.java", "test.java");
    return files;
  }

  private String filled(String template) throws IOException {
    try (var in = Project.class.getResourceAsStream(template)) {
      if (in == null) {
        throw new FileNotFoundException("no template " + template);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .replace("@name@", name)
          .replace("@group@", group)
          .replace("@class@", className())
          .replace("@version@", sluiceVersion);
    }
  }
}
