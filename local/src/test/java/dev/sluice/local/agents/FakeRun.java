package dev.sluice.local.agents;

import dev.sluice.sdk.Agent;
import dev.sluice.sdk.Budget;
import dev.sluice.sdk.BudgetExhaustedException;
import dev.sluice.sdk.Child;
import dev.sluice.sdk.ChildResult;
import dev.sluice.sdk.ParallelSteps.StepHandle;
import dev.sluice.sdk.RetryLaterException;
import dev.sluice.sdk.RunContext;
import dev.sluice.sdk.RunStoppedError;
import dev.sluice.sdk.Spawn;
import dev.sluice.sdk.StepFailedException;
import dev.sluice.sdk.StepOptions;
import dev.sluice.sdk.TypeRef;
import dev.sluice.sdk.Wait;
import dev.sluice.sdk.signal.Delivery;
import dev.sluice.sdk.signal.SentSignal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * A run in memory, with its journal; {@link #execute} is an epoch of it. Children execute at once,
 * in the thread that spawns them, out of the same budget. Knows nothing of slices and slots.
 */
final class FakeRun implements RunContext {
  final Map<String, Long> charged;
  final List<FakeRun> children = new ArrayList<>();
  private final String runId;
  private final Map<String, Long> ceilings;
  private final Map<String, Agent<?, ?>> agents = new HashMap<>();
  private final Map<String, Object> journal = new HashMap<>();
  private final Map<String, Object> signals = new HashMap<>();
  private final Map<Integer, ChildResult<Object>> results = new HashMap<>();
  private final List<List<Child<Object>>> batches = new ArrayList<>();
  private final StringBuilder shown = new StringBuilder(); // models emit by threads of their own
  private @Nullable Object checkpoint;
  private int batch;
  private int epoch;

  /** Stands in the journal for a step that the budget had no room for. */
  private record Exhausted(String meter, long needed, long left) {
    static BudgetExhaustedException thrown(Exhausted it) {
      return new BudgetExhaustedException(it.meter(), it.needed(), it.left());
    }
  }

  FakeRun() {
    this("r1", Map.of());
  }

  FakeRun(String runId, Map<String, Long> ceilings) {
    this(runId, ceilings, new TreeMap<>());
  }

  private FakeRun(String runId, Map<String, Long> ceilings, Map<String, Long> charged) {
    this.runId = runId;
    this.ceilings = ceilings;
    this.charged = charged;
  }

  FakeRun with(Agent<?, ?>... known) {
    for (var agent : known) {
      agents.put(agent.name(), agent);
    }
    return this;
  }

  /** One epoch. */
  <I extends @Nullable Object, O extends @Nullable Object> O execute(Agent<I, O> agent, I input)
      throws Exception {
    epoch++;
    batch = 0;
    return agent.run(this, input);
  }

  /** What a further epoch would replay. */
  Set<String> journaled() {
    return Set.copyOf(journal.keySet());
  }

  void signal(String name, Object payload) {
    signals.put(name, Optional.of(payload));
  }

  void timeOut(String signal) {
    signals.put(signal, Optional.empty());
  }

  @Override
  @SuppressWarnings({"unchecked", "NullAway"}) // the journal holds what the step's body returned
  public <T extends @Nullable Object> T step(
      String name, TypeRef<T> type, StepOptions options, Callable<T> body) {
    if (journal.containsKey(name)) {
      var journaled = journal.get(name);
      if (journaled instanceof Exhausted exhausted) {
        throw Exhausted.thrown(exhausted);
      }
      return (T) journaled;
    }
    reserve(name, options.maxCharge());
    try {
      T result = body.call();
      journal.put(name, result);
      return result;
    } catch (RetryLaterException e) {
      throw e;
    } catch (Exception e) {
      throw new StepFailedException(
          name, e.getClass().getSimpleName(), String.valueOf(e.getMessage()), e);
    }
  }

  /** A step that has been executed when it is started. */
  private record Done<T extends @Nullable Object>(
      String name, @Nullable T result, @Nullable RuntimeException failure)
      implements StepHandle<T> {}

  @Override
  public <T extends @Nullable Object> StepHandle<T> stepAsync(
      String name, TypeRef<T> type, StepOptions options, Callable<T> body) {
    try {
      return new Done<>(name, step(name, type, options, body), null);
    } catch (StepFailedException | BudgetExhaustedException e) {
      return new Done<>(name, null, e);
    }
  }

  @SuppressWarnings("NullAway") // as for step
  @Override
  public <T extends @Nullable Object> T await(StepHandle<T> step) {
    var done = (Done<T>) step;
    if (done.failure() != null) {
      throw done.failure();
    }
    return done.result();
  }

  @Override
  public <T extends @Nullable Object> List<T> awaitAll(
      Collection<? extends StepHandle<? extends T>> steps) {
    var results = new ArrayList<T>();
    for (var step : steps) {
      results.add(await(step));
    }
    return results;
  }

  @Override
  public <T extends @Nullable Object> StepHandle<? extends T> awaitAny(
      Collection<? extends StepHandle<? extends T>> steps) {
    return steps.iterator().next();
  }

  private void reserve(String step, Map<String, Long> maxCharge) {
    maxCharge.forEach(
        (meter, most) -> {
          if (most > left(meter)) {
            var exhausted = new Exhausted(meter, most, left(meter));
            journal.put(step, exhausted);
            throw Exhausted.thrown(exhausted);
          }
        });
  }

  private long left(String meter) {
    return ceilings.getOrDefault(meter, Long.MAX_VALUE) - charged.getOrDefault(meter, 0L);
  }

  @Override
  public void charge(String meter, long amount) {
    charged.merge(meter, amount, Long::sum);
  }

  @Override
  public Budget budget() {
    var meters = new HashMap<String, Budget.Meter>();
    ceilings.forEach(
        (meter, ceiling) -> meters.put(meter, new Budget.Meter(ceiling, left(meter), left(meter))));
    return new Budget(meters);
  }

  @Override
  public void sleep(Duration duration) {}

  @Override
  public <T> Optional<T> awaitSignal(String name, Class<T> type, Duration timeout) {
    if (signals.get(name) instanceof Optional<?> taken) {
      return taken.map(type::cast);
    }
    throw new RunStoppedError("waits for " + name);
  }

  @Override
  @SuppressWarnings({"unchecked", "rawtypes"}) // the outputs are of the types that the agent names
  public <O extends @Nullable Object> List<Child<O>> spawnAll(List<? extends Spawn<?, O>> spawns) {
    if (batch == batches.size()) {
      var handles = new ArrayList<Child<Object>>();
      for (var spawn : spawns) {
        int number = results.size() + 1;
        var handle =
            new Child<Object>(number, runId + "~" + number, (TypeRef) spawn.agent().output());
        results.put(number, executeChild(handle, spawn));
        handles.add(handle);
      }
      batches.add(handles);
    }
    return (List<Child<O>>) (List<?>) batches.get(batch++);
  }

  @SuppressWarnings("unchecked")
  private ChildResult<Object> executeChild(Child<Object> handle, Spawn<?, ?> spawn) {
    var child = new FakeRun(handle.runId(), ceilings, charged);
    child.agents.putAll(agents);
    children.add(child);
    var agent = (Agent<@Nullable Object, Object>) agents.get(spawn.agent().name());
    if (agent == null) {
      throw new IllegalArgumentException("no agent " + spawn.agent().name());
    }
    try {
      return new ChildResult.Succeeded<>(handle, child.execute(agent, spawn.input()));
    } catch (Exception e) {
      var exhausted = e instanceof BudgetExhaustedException;
      return new ChildResult.Failed<>(
          handle,
          exhausted ? ChildResult.Status.BUDGET_EXHAUSTED : ChildResult.Status.FAILED,
          e.getClass().getSimpleName(),
          String.valueOf(e.getMessage()),
          null);
    }
  }

  /** Its agents wait for children alone. */
  @Override
  public void cancel(List<? extends Child<?>> children) {
    throw new UnsupportedOperationException("children are not played here");
  }

  @Override
  public SentSignal signal(String runId, String name, @Nullable Object payload) {
    throw new UnsupportedOperationException("signals are not played here");
  }

  @Override
  public SentSignal signalParent(String name, @Nullable Object payload) {
    throw new UnsupportedOperationException("signals are not played here");
  }

  @Override
  public Delivery await(SentSignal sent) {
    throw new UnsupportedOperationException("signals are not played here");
  }

  @Override
  @SuppressWarnings("unchecked") // what the agent itself spawned
  public <T> List<T> awaitAll(List<? extends Wait<? extends T>> waits) {
    return (List<T>)
        waits.stream().map(wait -> (Child<?>) wait).map(child -> ended(child.number())).toList();
  }

  private Object ended(int child) {
    return Objects.requireNonNull(results.get(child));
  }

  @Override
  public <T> Wait.First<T> awaitAny(List<? extends Wait<? extends T>> waits) {
    throw new UnsupportedOperationException("no agent of these waits for the first");
  }

  /** As in a journal, what led to it is gone. */
  @Override
  public <S> void checkpoint(S state) {
    checkpoint = state;
    journal.clear();
    batches.clear();
  }

  @Override
  @SuppressWarnings("unchecked") // what the agent itself handed over
  public <S> Optional<S> restore(TypeRef<S> type) {
    return Optional.ofNullable((S) checkpoint);
  }

  @Override
  public int version(String changeId, int min, int max) {
    return max;
  }

  @Override
  public Instant now() {
    return Instant.EPOCH;
  }

  @Override
  public Random random() {
    return new Random(0);
  }

  @Override
  public UUID uuid() {
    return new UUID(0, 0);
  }

  @Override
  public synchronized void emit(String text) {
    shown.append(text);
  }

  @Override
  public synchronized void emit(byte[] chunk, String contentType) {
    shown.append('[').append(contentType).append(']');
  }

  /** What it has emitted. */
  synchronized String shown() {
    return shown.toString();
  }

  @Override
  public System.Logger logger() {
    return System.getLogger("run");
  }

  @Override
  public String runId() {
    return runId;
  }

  @Override
  public String tenant() {
    return "acme";
  }

  @Override
  public int epoch() {
    return epoch;
  }

  @Override
  public int attempt() {
    return 1;
  }

  @Override
  public String workerId() {
    return "w1";
  }

  @Override
  public String idempotencyKey(String stepName) {
    return "acme/" + runId + "/" + stepName;
  }
}
