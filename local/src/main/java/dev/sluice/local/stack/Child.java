package dev.sluice.local.stack;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A process of the stack with its role on its command line. It ends when its standard input does,
 * that is, when this process ends in whatever way.
 */
public final class Child {
  /** Tells a child that its standard input is its parent's life. */
  public static final String PARENT_VARIABLE = "SLUICE_ENDS_WITH_STDIN";

  private static final Duration START_WITHIN = Duration.ofSeconds(60);
  private static final String READY = "ready ";

  private final String name;
  private final Process process;
  private final CompletableFuture<String> ready = new CompletableFuture<>();

  private Child(String name, Process process) {
    this.name = name;
    this.process = process;
  }

  /**
   * Starts a process of this same program.
   *
   * @param log takes its standard error
   */
  static Child start(String name, int heapMb, Path log, List<String> arguments) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx" + heapMb + "m",
            "-XX:+UseSerialGC",
            // Six young processes share two cores: what is compiled quickly serves them best.
            "-XX:TieredStopAtLevel=1",
            "-Xshare:auto",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add("dev.sluice.local.Main");
    command.addAll(arguments);
    if (Runtime.version().feature() < 23) {
      command.remove("--sun-misc-unsafe-memory-access=allow");
    }
    var builder = new ProcessBuilder(command);
    builder.environment().put(PARENT_VARIABLE, "yes");
    builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    try {
      var child = new Child(name, builder.start());
      Thread.ofVirtual().name("stdout-" + name).start(child::read);
      return child;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + name, e);
    }
  }

  private void read() {
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      for (var line = out.readLine(); line != null; line = out.readLine()) {
        if (line.startsWith(READY)) {
          ready.complete(line.substring(READY.length()));
        }
      }
    } catch (IOException endOfProcess) {
      // told below
    }
    ready.completeExceptionally(new IllegalStateException(name + " ended before it was ready"));
  }

  /**
   * What it said after {@code ready}.
   *
   * @throws IllegalStateException if it ended before, or took longer than a minute
   */
  public String awaitReady() {
    try {
      return ready.get(START_WITHIN.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException(name + " did not become ready; see its log", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while " + name + " starts", e);
    }
  }

  public String name() {
    return name;
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  CompletableFuture<Process> onExit() {
    return process.onExit();
  }

  /** SIGKILL. */
  public void kill() {
    process.destroyForcibly();
  }

  /** SIGTERM, and SIGKILL after {@code within}. */
  void stop(Duration within) {
    process.destroy();
    try {
      if (!process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }
}
