package dev.sluice.runner;

import dev.sluice.contract.Failures;
import dev.sluice.schemas.process.SettingsException;
import dev.sluice.sdk.Agent;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.zip.ZipFile;

/**
 * Loads agents from jars, each in a class loader of its own, and from the class path; whatever is
 * wrong with one is told in a line.
 */
final class AgentJars {
  private static final String SERVICES = "META-INF/services/" + Agent.class.getName();
  private static final int MOST_AGENTS = 10_000;
  private static final int MOST_BYTES = 1024 * 1024;

  private AgentJars() {}

  /**
   * Loads them.
   *
   * @param jars each with at least one agent; folders of classes will do as well
   * @throws SettingsException if one is no jar, has no agent, or an agent that cannot be made
   */
  static List<Agent<?, ?>> load(List<Path> jars) {
    var worker = AgentJars.class.getClassLoader();
    var found = new ArrayList<Agent<?, ?>>();
    for (var jar : jars) {
      found.addAll(ofJar(jar, worker));
    }
    found.addAll(made(worker));
    if (found.isEmpty()) {
      throw wrong("no agent found; name jars with " + SERVICES);
    }
    if (found.size() > MOST_AGENTS) {
      throw wrong("there are more than " + MOST_AGENTS + " agents");
    }
    return found;
  }

  @SuppressWarnings("resource") // open for as long as the process lives
  private static List<Agent<?, ?>> ofJar(Path jar, ClassLoader worker) {
    var named = new LinkedHashSet<>(checkedNames(jar));
    var found = made(new AgentClassLoader(jar.toString(), url(jar), worker));
    found.forEach(agent -> named.remove(agent.getClass().getName()));
    if (!named.isEmpty()) {
      throw wrong(named.getFirst() + " of " + jar + " is no agent");
    }
    return found;
  }

  private static SettingsException wrong(String problem) {
    return new SettingsException(List.of("--agents: " + problem));
  }

  private static List<String> checkedNames(Path jar) {
    if (jar.toString().isBlank()) {
      throw wrong("must name a jar, got ''");
    }
    if (!Files.isReadable(jar)) {
      throw wrong("cannot read " + jar);
    }
    try {
      var names = Files.isDirectory(jar) ? namesOfFolder(jar) : namesOfJar(jar);
      if (names.isEmpty()) {
        throw wrong("there is no agent in " + jar + ", which needs a file " + SERVICES);
      }
      return names;
    } catch (IOException | IllegalStateException e) {
      throw wrong(jar + " is no jar: " + e.getMessage());
    }
  }

  private static List<String> namesOfFolder(Path folder) throws IOException {
    var services = folder.resolve(SERVICES);
    if (!Files.isRegularFile(services)) {
      return List.of();
    }
    try (var text = Files.newInputStream(services)) {
      return names(text);
    }
  }

  private static List<String> namesOfJar(Path jar) throws IOException {
    try (var zip = new ZipFile(jar.toFile())) {
      var services = zip.getEntry(SERVICES);
      if (services == null) {
        return List.of();
      }
      try (var text = zip.getInputStream(services)) {
        return names(text);
      }
    }
  }

  /** What stands in the lines before their comments. */
  private static List<String> names(InputStream services) throws IOException {
    var text = new String(services.readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
    return text.lines()
        .map(line -> line.split("#", 2)[0].strip())
        .filter(name -> !name.isEmpty())
        .toList();
  }

  private static URL url(Path jar) {
    try {
      return jar.toUri().toURL();
    } catch (MalformedURLException e) {
      throw wrong(jar + " is no jar: " + e.getMessage());
    }
  }

  private static List<Agent<?, ?>> made(ClassLoader loader) {
    var found = new ArrayList<Agent<?, ?>>();
    try {
      for (Agent<?, ?> agent : ServiceLoader.load(Agent.class, loader)) {
        found.add(agent);
        if (found.size() > MOST_AGENTS) {
          throw wrong("there are more than " + MOST_AGENTS + " agents");
        }
      }
      return found;
    } catch (ServiceConfigurationError | LinkageError | StackOverflowError e) {
      if (Failures.isFatal(e)) {
        throw e;
      }
      throw wrong(words(e));
    }
  }

  /** What the loader says, and what the agent's own code threw, if it was that. */
  private static String words(Error failure) {
    Throwable root = failure;
    for (int depth = 0; depth < 10 && root.getCause() != null; depth++) {
      root = root.getCause();
    }
    return root.equals(failure)
        ? String.valueOf(failure)
        : failure.getMessage() + " (" + root + ")";
  }
}
