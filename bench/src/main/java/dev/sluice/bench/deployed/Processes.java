package dev.sluice.bench.deployed;

import dev.sluice.local.stack.Child;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Processes started by the launcher, with a folder of their own. Closing this, or the end of this
 * process, ends them and deletes the folder; if this process is killed, only the folder stays.
 */
final class Processes implements AutoCloseable {
  private static final String LOCAL_VARIABLE = "SLUICE_LOCAL";
  private static final Duration STOP_WITHIN = Duration.ofSeconds(10);

  private final Path dir;
  private final Map<String, Child> children = Collections.synchronizedMap(new LinkedHashMap<>());
  private final Thread hook = new Thread(this::end, "stop-processes");
  private volatile boolean ended;

  Processes() {
    try {
      dir = Files.createTempDirectory("sluice-bench");
    } catch (IOException e) {
      throw new UncheckedIOException("no temporary directory", e);
    }
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Starts one that has the jars of production alone. */
  Child start(String name, int heapMb, List<String> arguments) {
    return start(name, heapMb, arguments, Map.of(LOCAL_VARIABLE, ""));
  }

  /** Starts one that has the local stack's jars, too. */
  Child startLocal(String name, int heapMb, List<String> arguments) {
    return start(name, heapMb, arguments, Map.of());
  }

  /** The same with more in its environment. */
  Child start(String name, int heapMb, List<String> arguments, Map<String, String> environment) {
    synchronized (children) {
      if (ended) {
        throw new IllegalStateException("the bench is at its end");
      }
      var child = Child.start(name, heapMb, dir.resolve(name + ".log"), arguments, environment);
      children.put(name, child);
      return child;
    }
  }

  Path dir() {
    return dir;
  }

  /** Process ids by name, in the order of their starts. */
  Map<String, Long> pids() {
    var pids = new LinkedHashMap<String, Long>();
    synchronized (children) {
      children.forEach((name, child) -> pids.put(name, child.pid()));
    }
    return pids;
  }

  /** Stops one in order. */
  void stop(String name) {
    var child = children.remove(name);
    if (child != null) {
      child.stop(STOP_WITHIN);
    }
  }

  @Override
  public void close() {
    end();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // This process is ending, and the hook runs.
    }
  }

  /** Kills them: nobody needs what they keep. */
  private synchronized void end() {
    List<Child> all;
    synchronized (children) {
      ended = true;
      all = new ArrayList<>(children.values());
      children.clear();
    }
    all.forEach(Child::kill);
    all.forEach(child -> child.stop(STOP_WITHIN));
    delete();
  }

  private void delete() {
    if (!Files.exists(dir)) {
      return;
    }
    try (var files = Files.walk(dir)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      System.err.println("sluice bench: cannot delete " + dir + ": " + e.getMessage());
    }
  }
}
