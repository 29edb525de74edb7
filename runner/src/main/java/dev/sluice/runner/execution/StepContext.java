package dev.sluice.runner.execution;

import dev.sluice.contract.Bounds;
import dev.sluice.contract.Names;
import dev.sluice.runner.journal.ChildBatches;
import dev.sluice.runner.journal.InvalidCallException;
import dev.sluice.runner.journal.MeterNames;
import dev.sluice.runner.journal.Passed;
import dev.sluice.runner.journal.RunJournal;
import dev.sluice.runner.journal.StartedStep;
import dev.sluice.runner.output.EmittedAt;
import dev.sluice.runner.value.Codec;
import dev.sluice.runner.value.WellFormed;
import dev.sluice.sdk.Budget;
import dev.sluice.sdk.Child;
import dev.sluice.sdk.ParallelSteps.StepHandle;
import dev.sluice.sdk.Spawn;
import dev.sluice.sdk.StepOptions;
import dev.sluice.sdk.TypeRef;
import dev.sluice.sdk.Wait;
import dev.sluice.sdk.signal.Delivery;
import dev.sluice.sdk.signal.SentSignal;
import dev.sluice.sdk.trace.Operation;
import dev.sluice.v1.StepEntry;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * What an agent calls: checks the arguments, asks the journal, and turns values into bytes and
 * back.
 */
final class StepContext extends EpochFacts {
  private final Execution execution;
  private final Codec codec;
  private final StepResults results;
  private final StepTries tries;
  private final RunLogger log;
  private final Thread owner = Thread.currentThread();

  /**
   * @param logger the name of its agent's logger
   * @param codec of its agent's values
   */
  StepContext(Execution execution, String logger, Codec codec) {
    super(execution);
    this.execution = execution;
    this.codec = codec;
    this.results = new StepResults(execution, codec);
    this.tries = new StepTries(execution, codec, new StepPlace.OfCode(execution));
    this.log = new RunLogger(logger, execution, tries);
  }

  private RunJournal journal() {
    return execution.journal();
  }

  /** The checks of every call that may take a position of the journal. */
  private void enter(String call) {
    mistake()
        .ifPresent(
            mistake -> {
              throw new InvalidCallException(
                  "%s must be called by the agent's own thread, outside of steps; it was called %s"
                      .formatted(call, mistake));
            });
    execution.checkStopped();
    var bodies = execution.thread().bodies();
    if (bodies != null) {
      bodies.checkSound();
    }
  }

  private Optional<String> mistake() {
    var thread = Thread.currentThread();
    var beside = beside(thread);
    if (thread != owner && beside == null) {
      return Optional.of("by the thread '" + thread.getName() + "'");
    }
    return Optional.ofNullable(beside == null ? tries.step() : beside.name())
        .map(step -> "inside step '" + step + "'");
  }

  /** The step whose body a thread executes beside the agent's; null if it executes none. */
  private @Nullable StartedStep beside(Thread thread) {
    var bodies = execution.thread().bodies();
    return bodies == null ? null : bodies.executedBy(thread);
  }

  private static void checkName(String what, String name) {
    if (name.isEmpty() || name.length() > Bounds.NAME_CHARS) {
      throw new InvalidCallException(
          what + " must have 1 to " + Bounds.NAME_CHARS + " characters, got " + name.length());
    }
    if (!WellFormed.is(name)) {
      throw new InvalidCallException(
          what + " must not hold half of a surrogate pair: it could not be told from others");
    }
  }

  // --- steps

  // The codec gives what the type says; that it may be null is the word of whoever named it.
  @SuppressWarnings({"unchecked", "NullAway"})
  @Override
  public <T extends @Nullable Object> T step(
      String name, TypeRef<T> type, StepOptions options, Callable<T> body) {
    check(name, type, options);
    enter("step '" + name + "'");
    int code = journal().position();
    var journaled = execution.thread().<@Nullable StepEntry>exclusively(() -> journal().step(name));
    return (T)
        (journaled == null
            ? tries.execute(name, type.type(), options, body)
            : results.read(code, journaled, type));
  }

  private void check(String name, TypeRef<?> type, StepOptions options) {
    checkName("a step's name", name);
    MeterNames.require(options.maxCharge(), "maxCharge");
    results.checkType(name, type);
  }

  // --- steps in parallel

  @Override
  public <T extends @Nullable Object> StepHandle<T> stepAsync(
      String name, TypeRef<T> type, StepOptions options, Callable<T> body) {
    check(name, type, options);
    enter("step '" + name + "'");
    return parallel().start(name, type, options, body);
  }

  @Override
  public <T extends @Nullable Object> T await(StepHandle<T> step) {
    return this.<T>awaitAll(List.of(step)).getFirst();
  }

  @Override
  public <T extends @Nullable Object> List<T> awaitAll(
      Collection<? extends StepHandle<? extends T>> steps) {
    enter("await");
    return parallel().awaitAll(steps);
  }

  @Override
  public <T extends @Nullable Object> StepHandle<? extends T> awaitAny(
      Collection<? extends StepHandle<? extends T>> steps) {
    enter("await");
    return parallel().awaitAny(steps);
  }

  private ParallelCalls parallel() {
    return new ParallelCalls(execution, results);
  }

  // --- charges

  @Override
  public void charge(String meter, long amount) {
    var beside = beside(Thread.currentThread());
    if (Thread.currentThread() != owner && beside == null) {
      throw new IllegalStateException(
          "charge must be called by the agent's own thread, or by that of the step's body");
    }
    execution
        .thread()
        .change(
            () -> {
              if (beside == null) {
                journal().charge(meter, amount, tries.isInBody());
              } else {
                journal().charge(beside, meter, amount);
              }
            });
  }

  @Override
  public Budget budget() {
    return execution.thread().exclusively(() -> journal().budget());
  }

  // --- waits

  @Override
  public void sleep(Duration duration) {
    if (duration.isNegative() || duration.compareTo(LONGEST_WAIT) > 0) {
      throw new IllegalArgumentException("sleep must be 0 to 366 days, got " + duration);
    }
    enter("sleep");
    execution.thread().change(() -> journal().sleep(WaitValues.wholeMillis(duration)));
  }

  @Override
  public <T> Optional<T> awaitSignal(String name, Class<T> type, Duration timeout) {
    WaitValues.checkTimeout(timeout);
    WaitValues.require(Names.signalProblem(name));
    enter("awaitSignal");
    return waits().awaitSignal(name, type, timeout);
  }

  // --- children

  @Override
  public <O extends @Nullable Object> List<Child<O>> spawnAll(List<? extends Spawn<?, O>> batch) {
    if (batch.isEmpty()) {
      throw new InvalidCallException("a batch needs at least one child");
    }
    enter("spawn");
    var agents = batch.stream().map(spawn -> spawn.agent().name()).toList();
    var children = journal().children();
    var numbers =
        execution
            .thread()
            .exclusively(
                () ->
                    journal()
                        .tree()
                        .spawn(
                            agents,
                            first ->
                                ChildBatches.specs(
                                    batch,
                                    first,
                                    children.pool(),
                                    execution.thread().trace().traceparent(),
                                    codec)));
    return ChildBatches.handles(numbers, children, batch);
  }

  @Override
  public void cancel(List<? extends Child<?>> children) {
    enter("cancel");
    var numbers = journal().children().numbers(children, "cancel");
    if (!numbers.isEmpty()) {
      execution.thread().change(() -> journal().tree().cancel(numbers));
    }
  }

  // --- signals to other runs of the tree

  @Override
  public SentSignal signal(String runId, String name, @Nullable Object payload) {
    WaitValues.require(Names.anyRunIdProblem(runId));
    return send(runId, name, payload);
  }

  @Override
  public SentSignal signalParent(String name, @Nullable Object payload) {
    return send(
        Objects.requireNonNullElse(execution.dispatch().getParentRunId(), ""), name, payload);
  }

  private SentSignal send(String to, String name, @Nullable Object payload) {
    WaitValues.require(Names.signalProblem(name));
    enter("signal");
    var entry = ChildBatches.signal(to, name, payload, codec);
    return execution.thread().exclusively(() -> journal().tree().send(entry));
  }

  @Override
  public Delivery await(SentSignal sent) {
    enter("await");
    return execution.thread().exclusively(() -> journal().awaitSent(sent));
  }

  // --- several things at once

  @Override
  public <T> List<T> awaitAll(List<? extends Wait<? extends T>> waits) {
    enter("awaitAll");
    return waits().awaitAll(waits);
  }

  @Override
  public <T> Wait.First<T> awaitAny(List<? extends Wait<? extends T>> waits) {
    enter("awaitAny");
    return waits().awaitAny(waits);
  }

  private WaitValues waits() {
    return new WaitValues(execution, codec);
  }

  // --- long journals and changed code

  @Override
  public <S> void checkpoint(S state) {
    enter("checkpoint");
    journal().checkpoint(codec.encode(state, "the state of a checkpoint"));
  }

  @SuppressWarnings("unchecked") // the codec gives what the type says
  @Override
  public <S> Optional<S> restore(TypeRef<S> type) {
    enter("restore");
    var checkpoint = journal().restore();
    var state = checkpoint == null ? null : checkpoint.getState();
    return state == null
        ? Optional.empty()
        : Optional.ofNullable(
            (S) codec.decodeOwn(state, type.type(), "the state of the checkpoint"));
  }

  @Override
  public int version(String changeId, int min, int max) {
    checkName("a change's id", changeId);
    if (min < 0 || max < 1 || min > max) {
      throw new InvalidCallException(
          "a change's versions must be from 0 or more to 1 or more, got %d to %d"
              .formatted(min, max));
    }
    enter("version");
    return execution.thread().exclusively(() -> journal().version(changeId, min, max));
  }

  // --- what is the same on every epoch

  @Override
  public Instant now() {
    enter("now");
    return Instant.ofEpochMilli(passed("now").nowMs());
  }

  @Override
  public Random random() {
    enter("random");
    return derived("random").random();
  }

  @Override
  public UUID uuid() {
    enter("uuid");
    return derived("uuid").uuid();
  }

  private Passed passed(String call) {
    return execution.thread().exclusively(() -> journal().passed(call));
  }

  private DerivedValue derived(String call) {
    return DerivedValue.of(execution.ref(), passed(call).nextCall(), call);
  }

  @Override
  public System.Logger logger() {
    return log;
  }

  @Override
  public void describe(Operation operation) {
    execution.thread().trace().describe(operation);
  }

  @Override
  public void emit(String text) {
    if (log.isNew()) {
      execution.output().text(text, here());
    }
  }

  @Override
  public void emit(byte[] chunk, String contentType) {
    if (log.isNew()) {
      execution.output().bytes(chunk, contentType, here());
    }
  }

  private EmittedAt here() {
    var beside = beside(Thread.currentThread());
    return new EmittedAt(beside == null ? journal().position() : beside.code(), log.step());
  }

  // --- for others

  @Override
  public String idempotencyKey(String stepName) {
    checkName("a step's name", stepName);
    var thread = Thread.currentThread();
    var beside = beside(thread);
    var bodies = execution.thread().bodies();
    if (beside == null && thread != owner && bodies != null && bodies.hasBegun()) {
      throw new IllegalStateException(
          "idempotencyKey must be called by the thread of the step's body while others execute");
    }
    int code = beside == null ? journal().position() : beside.code();
    return tenant() + "/" + runId() + "/" + code + "/" + stepName;
  }
}
