package dev.sluice.runner.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sdk.ParallelSteps.StepHandle;
import dev.sluice.sdk.RunContext;
import dev.sluice.sdk.StepOptions;
import dev.sluice.v1.EndEntry;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.StepEntry;
import dev.sluice.v1.YieldEntry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.awaitility.Awaitility;

/** Steps in parallel whose bodies end when a test says so. */
final class ParallelBed {
  /** Names of the bodies that began, in that order. */
  final List<String> executed = Collections.synchronizedList(new ArrayList<>());

  /** Names of the bodies that were interrupted. */
  final List<String> interrupted = Collections.synchronizedList(new ArrayList<>());

  /** Idempotency keys that bodies saw. */
  final List<String> keys = Collections.synchronizedList(new ArrayList<>());

  private final Map<String, Thread> threads = new ConcurrentHashMap<>();
  private final List<String> over = Collections.synchronizedList(new ArrayList<>());
  private final Map<String, CompletableFuture<String>> bodies = new ConcurrentHashMap<>();

  StepHandle<String> start(RunContext run, String name) {
    return start(run, name, StepOptions.DEFAULT);
  }

  StepHandle<String> start(RunContext run, String name, StepOptions options) {
    return run.stepAsync(name, String.class, options, () -> execute(run, name));
  }

  String execute(RunContext run, String name) throws Exception {
    keys.add(run.idempotencyKey(name));
    threads.put(name, Thread.currentThread());
    executed.add(name);
    try {
      return body(name).get();
    } catch (InterruptedException e) {
      interrupted.add(name);
      throw e;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception failure ? failure : e;
    } finally {
      over.add(name);
    }
  }

  /** Whether a body has come to its end. */
  boolean isOver(String name) {
    return over.contains(name);
  }

  /** Ends a body while another step's record is on its way, and waits until it stands behind it. */
  void endBehindARecord(String name) {
    end(name);
    var thread = Objects.requireNonNull(threads.get(name));
    Awaitility.await().until(() -> isOver(name) && thread.getState() == Thread.State.WAITING);
  }

  CompletableFuture<String> body(String name) {
    return bodies.computeIfAbsent(name, any -> new CompletableFuture<>());
  }

  void end(String... names) {
    for (var name : names) {
      body(name).complete("of " + name);
    }
  }

  void fail(String name) {
    body(name).completeExceptionally(new IllegalStateException(name + " is broken"));
  }

  void awaitExecuted(String... names) {
    Awaitility.await().until(() -> executed.containsAll(List.of(names)));
  }

  /** Ends a body and waits until the journal has it. */
  void endAndAwait(OneRunGate gate, String name) {
    end(name);
    Awaitility.await().until(() -> steps(gate).stream().anyMatch(one -> isOf(one, name)));
  }

  private static boolean isOf(JournalRecord record, String name) {
    return ((StepEntry) record.getEntry()).getName().equals(name);
  }

  static List<JournalRecord> steps(OneRunGate gate) {
    return gate.records().stream().filter(one -> one.getEntry() instanceof StepEntry).toList();
  }

  /** What the journal has of steps, in its order: number, name, and the place in the code. */
  static List<String> journaled(OneRunGate gate) {
    return steps(gate).stream()
        .map(
            one ->
                "%d %s %s"
                    .formatted(
                        one.getSeq(),
                        ((StepEntry) one.getEntry()).getName(),
                        one.getCodePosition()))
        .toList();
  }

  static Thread begin(OneRunGate gate) {
    return Thread.ofVirtual().start(gate.begin());
  }

  static EndEntry ended(OneRunGate gate) {
    assertThat(gate.end()).isInstanceOf(EndEntry.class);
    return (EndEntry) gate.end();
  }

  static YieldEntry yielded(OneRunGate gate) {
    assertThat(gate.end()).isInstanceOf(YieldEntry.class);
    return (YieldEntry) gate.end();
  }

  static String output(OneRunGate gate) {
    return StandardCharsets.UTF_8.decode(ended(gate).getOutput().duplicate()).toString();
  }
}
