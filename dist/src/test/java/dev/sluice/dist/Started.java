package dev.sluice.dist;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A process of an unpacked archive, with an environment of its own, which ends with the test. */
final class Started implements AutoCloseable {
  private static final long WITHIN_S = 60;
  private static final String READY = "ready ";

  private final Process process;
  private final Path log;
  private final CompletableFuture<String> out;
  private final CompletableFuture<String> ready = new CompletableFuture<>();

  private Started(Process process, Path log) {
    this.process = process;
    this.log = log;
    // Each has a thread of its own: a read of a pipe would keep one of a pool.
    out =
        CompletableFuture.supplyAsync(
            () -> read(process.inputReader(StandardCharsets.UTF_8)),
            reader -> Thread.ofPlatform().daemon().name("stdout").start(reader));
  }

  /**
   * Starts a command.
   *
   * @param folder takes what it logs
   * @param environment all that it has
   */
  static Started start(List<String> command, Path folder, Map<String, String> environment)
      throws IOException {
    var log = Files.createTempFile(folder, "process", ".log");
    var builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    return new Started(builder.redirectError(log.toFile()).start(), log);
  }

  private String read(BufferedReader reader) {
    var all = new StringBuilder();
    reader
        .lines()
        .forEach(
            line -> {
              all.append(line).append('\n');
              if (line.startsWith(READY)) {
                ready.complete(line.substring(READY.length()));
              }
            });
    ready.completeExceptionally(new IllegalStateException("it ended"));
    return all.toString();
  }

  /** What it says behind {@code ready}, in words. */
  List<String> awaitReady() throws Exception {
    try {
      return List.of(ready.get(WITHIN_S, TimeUnit.SECONDS).split(" ", -1));
    } catch (Exception e) {
      throw new AssertionError("not ready; it said: " + Files.readString(log), e);
    }
  }

  /** All that it printed. */
  String awaitEnd() throws Exception {
    if (!process.waitFor(WITHIN_S, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new AssertionError("did not end well; it said: " + Files.readString(log));
    }
    return out.get(WITHIN_S, TimeUnit.SECONDS);
  }

  /**
   * The jars of its class path, as the system has its command line. {@link ProcessHandle.Info} has
   * no arguments of a line that is longer than a page.
   */
  List<String> jars() throws IOException {
    var line = Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"));
    return Stream.of(line.split("\0", -1))
        .flatMap(argument -> Stream.of(argument.split(":", -1)))
        .filter(entry -> entry.endsWith(".jar"))
        .map(entry -> Path.of(entry).getFileName().toString())
        .toList();
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroy); // what made a namespace is deaf to it
    process.destroy();
    try {
      if (!process.waitFor(WITHIN_S, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
