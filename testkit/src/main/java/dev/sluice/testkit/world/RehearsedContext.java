package dev.sluice.testkit.world;

import dev.sluice.sdk.Budget;
import dev.sluice.sdk.Child;
import dev.sluice.sdk.RunContext;
import dev.sluice.sdk.RunStoppedError;
import dev.sluice.sdk.Spawn;
import dev.sluice.sdk.StepOptions;
import dev.sluice.sdk.TypeRef;
import dev.sluice.sdk.Wait;
import dev.sluice.sdk.signal.Delivery;
import dev.sluice.sdk.signal.SentSignal;
import dev.sluice.sdk.trace.Operation;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Stands before a worker's context: bodies go through {@link Bodies}, and stops are noticed. */
final class RehearsedContext implements RunContext {
  private final RunContext context;
  private final Bodies bodies;
  private final BooleanSupplier isDead;
  private @Nullable RunStoppedError stopped;
  private @Nullable String calledBehindStop;

  /**
   * @param isDead whether the worker has died: its agent does nothing more
   */
  RehearsedContext(RunContext context, Bodies bodies, BooleanSupplier isDead) {
    this.context = context;
    this.bodies = bodies;
    this.isDead = isDead;
  }

  /**
   * What the agent did though it was told that the run stops; empty if it let that pass.
   *
   * @param left what it left with; null if it returned
   */
  Optional<String> swallowed(@Nullable Throwable left) {
    if (stopped == null || isDead.getAsBoolean() || isCause(left)) {
      return Optional.empty();
    }
    return Optional.of(
        calledBehindStop != null
            ? "went on to " + calledBehindStop
            : left == null ? "returned" : "threw " + left);
  }

  private boolean isCause(@Nullable Throwable left) {
    return left instanceof RunStoppedError && calledBehindStop == null;
  }

  private <T extends @Nullable Object> T call(String name, Supplier<T> called) {
    if (isDead.getAsBoolean()) {
      throw new RunStoppedError("the worker has died");
    }
    if (stopped != null && calledBehindStop == null) {
      calledBehindStop = name;
    }
    try {
      return called.get();
    } catch (RunStoppedError stop) {
      stopped = stop;
      throw stop;
    }
  }

  private void call(String name, Runnable called) {
    this.<@Nullable Object>call(
        name,
        () -> {
          called.run();
          return null;
        });
  }

  @Override
  public <T extends @Nullable Object> T step(
      String name, TypeRef<T> type, StepOptions options, Callable<T> body) {
    return this.<T>call(
        "step '" + name + "'",
        () -> {
          var key = name.isEmpty() ? "" : context.idempotencyKey(name);
          return context.step(name, type, options, () -> bodies.play(key, context, body));
        });
  }

  @Override
  public <T extends @Nullable Object> StepHandle<T> stepAsync(
      String name, TypeRef<T> type, StepOptions options, Callable<T> body) {
    return this.<StepHandle<T>>call(
        "step '" + name + "'",
        () -> {
          var key = name.isEmpty() ? "" : context.idempotencyKey(name);
          return context.stepAsync(name, type, options, () -> inTurn(key, body));
        });
  }

  private <T extends @Nullable Object> T inTurn(String key, Callable<T> body) throws Exception {
    bodies.awaitTurn(key);
    return bodies.play(key, context, body);
  }

  @Override
  public <T extends @Nullable Object> T await(StepHandle<T> step) {
    return this.<T>call("await", () -> context.await(step));
  }

  @Override
  public <T extends @Nullable Object> List<T> awaitAll(
      Collection<? extends StepHandle<? extends T>> steps) {
    return this.<List<T>>call("await", () -> context.<T>awaitAll(steps));
  }

  @Override
  public <T extends @Nullable Object> StepHandle<? extends T> awaitAny(
      Collection<? extends StepHandle<? extends T>> steps) {
    return this.<StepHandle<? extends T>>call("await", () -> context.<T>awaitAny(steps));
  }

  @Override
  public void charge(String meter, long amount) {
    if (bodies.isInBody()) {
      bodies.charge(context, meter, amount);
    } else {
      call("charge", () -> context.charge(meter, amount));
    }
  }

  @Override
  public Budget budget() {
    return context.budget();
  }

  @Override
  public void sleep(Duration duration) {
    call("sleep", () -> context.sleep(duration));
  }

  @Override
  public <T> Optional<T> awaitSignal(String name, Class<T> type, Duration timeout) {
    return this.<Optional<T>>call("awaitSignal", () -> context.awaitSignal(name, type, timeout));
  }

  @Override
  public <O extends @Nullable Object> List<Child<O>> spawnAll(List<? extends Spawn<?, O>> batch) {
    return this.<List<Child<O>>>call("spawn", () -> context.spawnAll(batch));
  }

  @Override
  public void cancel(List<? extends Child<?>> children) {
    call("cancel", () -> context.cancel(children));
  }

  @Override
  public SentSignal signal(String runId, String name, @Nullable Object payload) {
    return this.<SentSignal>call("signal", () -> context.signal(runId, name, payload));
  }

  @Override
  public SentSignal signalParent(String name, @Nullable Object payload) {
    return this.<SentSignal>call("signal", () -> context.signalParent(name, payload));
  }

  @Override
  public Delivery await(SentSignal sent) {
    return this.<Delivery>call("await", () -> context.await(sent));
  }

  @Override
  public <T> List<T> awaitAll(List<? extends Wait<? extends T>> waits) {
    return this.<List<T>>call("awaitAll", () -> context.<T>awaitAll(waits));
  }

  @Override
  public <T> Wait.First<T> awaitAny(List<? extends Wait<? extends T>> waits) {
    return this.<Wait.First<T>>call("awaitAny", () -> context.<T>awaitAny(waits));
  }

  @Override
  public <S> void checkpoint(S state) {
    call("checkpoint", () -> context.checkpoint(state));
  }

  @Override
  public <S> Optional<S> restore(TypeRef<S> type) {
    return this.<Optional<S>>call("restore", () -> context.restore(type));
  }

  @Override
  public int version(String changeId, int min, int max) {
    return this.<Integer>call("version", () -> context.version(changeId, min, max));
  }

  @Override
  public Instant now() {
    return this.<Instant>call("now", context::now);
  }

  @Override
  public Random random() {
    return this.<Random>call("random", context::random);
  }

  @Override
  public UUID uuid() {
    return this.<UUID>call("uuid", context::uuid);
  }

  @Override
  public System.Logger logger() {
    return context.logger();
  }

  @Override
  public void describe(Operation operation) {
    context.describe(operation);
  }

  @Override
  public void emit(String text) {
    context.emit(text);
  }

  @Override
  public void emit(byte[] chunk, String contentType) {
    context.emit(chunk, contentType);
  }

  @Override
  public Duration timeLeft() {
    return context.timeLeft();
  }

  @Override
  public String runId() {
    return context.runId();
  }

  @Override
  public String tenant() {
    return context.tenant();
  }

  @Override
  public int epoch() {
    return context.epoch();
  }

  @Override
  public int attempt() {
    return context.attempt();
  }

  @Override
  public String workerId() {
    return context.workerId();
  }

  @Override
  public String idempotencyKey(String stepName) {
    return context.idempotencyKey(stepName);
  }
}
