package dev.sluice.local.project;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice new}. */
@Command(
    name = "new",
    mixinStandardHelpOptions = true,
    description =
        "Writes the project of a new agent, with a test: built by Maven, run by a runner.")
public final class NewCommand implements Callable<Integer> {
  private static final String SNAPSHOT = "-SNAPSHOT";

  @Parameters(
      index = "0",
      paramLabel = "NAME",
      description =
          "Name of the agent, such as my-agent: up to 64 lowercase letters, digits and single"
              + " hyphens.")
  private String name = "";

  @Option(
      names = "--package",
      paramLabel = "PACKAGE",
      defaultValue = "com.example",
      description =
          "Java package of its classes, and group of its artifact; default ${DEFAULT-VALUE}.")
  private String group = "";

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "Folder to create; default: NAME, below the current one.")
  private @Nullable Path dir;

  @Override
  public Integer call() throws IOException {
    var version = NewCommand.class.getPackage().getImplementationVersion();
    if (version == null) {
      throw new IllegalStateException("not packaged, so there is no version to build with");
    }
    var project = new Project(name, group, version);
    var folder = dir == null ? Path.of(name) : dir;
    project.write(folder);
    System.out.printf("wrote %s: agent %s, class %s%n", folder, name, project.className());
    System.out.printf("next: cd %s && mvn package%n", folder);
    if (version.endsWith(SNAPSHOT)) {
      System.out.printf(
          "Sluice %s is not published: run 'mvn install -DskipTests -DskipITs' in its checkout"
              + " first%n",
          version);
    }
    return 0;
  }
}
