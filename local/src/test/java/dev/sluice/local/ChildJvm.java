package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.Main;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A process of this class path that nobody watches, and that ends with this one at the latest. */
final class ChildJvm implements AutoCloseable {
  private final Process process;
  private final BufferedReader out;

  private ChildJvm(Process process) {
    this.process = process;
    this.out = process.inputReader(StandardCharsets.UTF_8);
  }

  /**
   * Starts the main class.
   *
   * @param log takes its standard error
   */
  static ChildJvm start(Class<?> main, Path log, String... arguments) throws IOException {
    return start(main, log, Map.of(), arguments);
  }

  /** The same with these variables of its environment. */
  static ChildJvm start(
      Class<?> main, Path log, Map<String, String> environment, String... arguments)
      throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.add("-Dlogback.configurationFile=logback.xml"); // not that of tests
    command.add("-Dsluice.probe.dir=" + System.getProperty("java.io.tmpdir"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command);
    builder.environment().put(Main.PARENT_VARIABLE, "yes");
    builder.environment().putAll(environment);
    builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    return new ChildJvm(builder.start());
  }

  /** Waits for a line that begins with {@code word} and gives what follows. */
  String awaitLine(String word) throws IOException {
    for (var line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith(word)) {
        return line.substring(word.length()).strip();
      }
    }
    throw new IllegalStateException("the process ended before it said " + word);
  }

  /** SIGKILL; returns when the process is dead. */
  void kill() throws InterruptedException {
    assertThat(process.destroyForcibly().waitFor()).as("exit code").isNotZero();
  }

  /** SIGTERM; returns immediately. */
  void terminate() {
    process.destroy();
  }

  /** Waits until the process has ended. */
  void awaitEnd() throws InterruptedException {
    assertThat(process.waitFor(TestCluster.BOUND.toSeconds(), TimeUnit.SECONDS))
        .as("the process ends")
        .isTrue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
