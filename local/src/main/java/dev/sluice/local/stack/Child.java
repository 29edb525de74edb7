package dev.sluice.local.stack;

import dev.sluice.app.JvmFlags;
import dev.sluice.app.Main;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A process of the stack, with its role on its command line. It ends when its standard input does,
 * which is when this process ends, in whatever way. It does not receive Ctrl-C: only this process
 * does, and stops its children in order.
 */
public final class Child {
  /** Tells the launcher that the local stack's classes and its sample agents are needed. */
  private static final String LOCAL_VARIABLE = "SLUICE_LOCAL";

  private static final Duration START_WITHIN = Duration.ofSeconds(60);
  private static final Duration LAST_WORDS_WITHIN = Duration.ofSeconds(1);
  private static final String READY = "ready ";

  /**
   * A session of its own where there is {@code setsid}; else deaf to what a terminal sends. What it
   * writes is for its user alone.
   */
  private static final List<String> APART =
      List.of(
          "/bin/sh",
          "-c",
          "umask 077; command -v setsid >/dev/null && exec setsid \"$@\"; trap '' INT HUP; exec"
              + " \"$@\"",
          "sh");

  private final String name;
  private final ChildLog log;
  private final Process process;
  private final long startedNs = System.nanoTime();
  private final CompletableFuture<String> ready = new CompletableFuture<>();
  private final CountDownLatch errorsRead = new CountDownLatch(1);

  private Child(String name, ChildLog log, Process process) {
    this.name = name;
    this.log = log;
    this.process = process;
  }

  /**
   * Starts a process of this same program.
   *
   * @param log takes its standard error; files that grew are put beside it, and a few are kept
   */
  public static Child start(String name, int heapMb, Path log, List<String> arguments) {
    return start(name, heapMb, log, arguments, Map.of());
  }

  /** The same with additional environment variables, which win. */
  public static Child start(
      String name, int heapMb, Path log, List<String> arguments, Map<String, String> environment) {
    return start(name, heapMb, log, arguments, environment, null);
  }

  /**
   * The same.
   *
   * @param temporaryFiles its temporary folder; null for the system's
   */
  static Child start(
      String name,
      int heapMb,
      Path log,
      List<String> arguments,
      Map<String, String> environment,
      @Nullable Path temporaryFiles) {
    var command = new ArrayList<>(APART);
    var flags = flags(heapMb, temporaryFiles);
    var launcher = System.getProperty(Main.LAUNCHER);
    if (launcher == null) {
      command.addAll(directly(flags, arguments.getFirst()));
    } else {
      command.add(launcher);
    }
    command.addAll(arguments);
    var builder = new ProcessBuilder(command);
    builder.environment().put(Main.PARENT_VARIABLE, "yes");
    builder.environment().put(LOCAL_VARIABLE, "yes");
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder
        .environment()
        .merge("SLUICE_JAVA_FLAGS", String.join(" ", flags), (given, ours) -> ours + " " + given);
    // glibc keeps what RocksDB gives back in up to eight heaps for each core; two are enough.
    builder.environment().putIfAbsent("MALLOC_ARENA_MAX", "2");
    builder.environment().putAll(environment);
    try {
      var child = new Child(name, ChildLog.open(log), builder.start());
      // Not virtual: a read of a pipe keeps its carrier, and there are as many as cores.
      Thread.ofPlatform().daemon().name("stdout-" + name).start(child::read);
      Thread.ofPlatform().daemon().name("stderr-" + name).start(child::readErrors);
      return child;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + name, e);
    }
  }

  /** For the launcher, which takes each word for a flag: no folder whose name has several. */
  private static List<String> flags(int heapMb, @Nullable Path temporaryFiles) {
    var heap = "-Xmx" + heapMb + "m";
    return temporaryFiles == null || temporaryFiles.toString().contains(" ")
        ? List.of(heap)
        : List.of(heap, "-Djava.io.tmpdir=" + temporaryFiles);
  }

  /** Without a launcher, as in tests; logs as production does. */
  private static List<String> directly(List<String> flags, String role) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JvmFlags.of(role));
    command.addAll(flags);
    command.add("-Dlogback.configurationFile=logback.xml");
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(Main.class.getName());
    return command;
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
    awaitErrors();
    ready.completeExceptionally(new IllegalStateException("it ended"));
  }

  private void readErrors() {
    try (var errors = process.getErrorStream()) {
      log.takeAll(errors);
    } catch (IOException endOfProcess) {
      // the reader of its standard output reports its end
    } finally {
      errorsRead.countDown();
    }
  }

  /** Last words may come last; what it started may hold the stream for longer. */
  private void awaitErrors() {
    try {
      errorsRead.await(LAST_WORDS_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * What it said after {@code ready}.
   *
   * @throws IllegalStateException if it ended before, or took longer than a minute; the message has
   *     the last line of its log
   */
  public String awaitReady() {
    try {
      return ready.get(START_WITHIN.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the " + name + " did not start: " + log.lastWords());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while " + name + " starts", e);
    }
  }

  /** Whether it has said that it is ready. */
  boolean wasReady() {
    return ready.isDone() && !ready.isCompletedExceptionally();
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

  /** How long ago it was started. */
  Duration age() {
    return Duration.ofNanos(System.nanoTime() - startedNs);
  }

  CompletableFuture<Process> onExit() {
    return process.onExit();
  }

  /** SIGKILL. */
  public void kill() {
    process.destroyForcibly();
  }

  /** SIGTERM, and SIGKILL after {@code within}. */
  public void stop(Duration within) {
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
